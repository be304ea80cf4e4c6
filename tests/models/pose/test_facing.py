"""A head with hair and a face, and how it is told from its back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.pose.facing import back_evidence, shows_back
from models.pose.silhouette_field import SilhouetteField, build_field

HAIR, SKIN, CLOTHES = (70, 90, 140), (220, 175, 150), (120, 120, 130)
BROAD = 0.9


def clip(backs: list[bool], hair: tuple[int, int, int] = HAIR) -> tuple[SilhouetteField, NDArray[np.uint8]]:
    rows, columns = np.mgrid[:160, :120]
    head = (rows - 25.5) ** 2 + (columns - 60) ** 2 < 15**2
    trunk = (rows > 36) & (rows < 150) & (np.abs(columns - 60) < 14)
    frames = np.full((len(backs), 160, 120, 3), 30, np.uint8)
    for frame, back in zip(frames, backs, strict=True):
        frame[trunk] = CLOTHES
        frame[head] = hair
        if not back:
            frame[head & (rows > 21)] = SKIN
    alpha = np.repeat((head | trunk)[None].astype(np.float32), len(backs), axis=0)
    return build_field(alpha, side=112, samples=60, rng=np.random.default_rng(0)), frames


def test_a_face_is_told_from_hair() -> None:
    for backs in ([False] * 5, [True] * 5):
        assert shows_back(*clip(backs), np.full(5, BROAD)).tolist() == backs


def test_one_who_turns_round_is_seen_from_both_sides() -> None:
    backs = [False] * 8 + [True] * 10
    breadth = np.full(18, BROAD)
    breadth[7:9] = 0.05
    assert shows_back(*clip(backs), breadth).tolist() == backs


def test_nobody_flips_for_a_frame_or_while_seen_broad() -> None:
    backs = [False] * 8 + [True] * 2 + [False] * 8
    assert not shows_back(*clip(backs), np.full(18, BROAD)).any()


def test_a_bald_head_in_the_colour_of_skin_shows_its_face() -> None:
    assert not shows_back(*clip([True] * 4, hair=SKIN), np.full(4, BROAD)).any()


def test_a_shadow_is_taken_to_face_us() -> None:
    field, frames = clip([True] * 4)
    frames[:, 5:] = 90
    assert not shows_back(field, frames, np.full(4, BROAD)).any()


def test_what_speaks_for_a_side_grows_with_clear_frames_and_is_nothing_without() -> None:
    few, many = (back_evidence(*clip([True] * n), np.full(n, BROAD)) for n in (3, 9))
    assert (few > 0).all()
    assert many.min() > few.max()
    field, frames = clip([True] * 4)
    frames[:, 5:] = 90
    assert not back_evidence(field, frames, np.full(4, BROAD)).any()
