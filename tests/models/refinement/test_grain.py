"""Grain: told from texture and from movement, and put on the figure alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.refinement.grain import Grain, added_grain, grained
from models.refinement.harmonize import HarmonizeConfig, harmonize

FRAMES, SIDE = 6, 144
RNG = np.random.default_rng(3)


def scene() -> np.ndarray:
    """A wall in two tones with a brick pattern on its right half."""
    wall = np.full((SIDE, SIDE, 3), (150, 140, 120), np.float32)
    wall[:, SIDE // 2 :] = (110, 90, 90)
    wall[::12, SIDE // 2 :] = 40
    wall[:, SIDE // 2 :: 12] = 40
    return wall


def clip(level: float, size_px: float = 0.0, moving: bool = False) -> np.ndarray:
    """The wall filmed with noise of brightness."""
    frames = []
    for t in range(FRAMES):
        noise = RNG.standard_normal((SIDE, SIDE)).astype(np.float32)
        if size_px:
            noise = cv2.GaussianBlur(noise, (0, 0), size_px)
        picture = np.roll(scene(), 3 * t if moving else 0, axis=1)
        frames.append(picture + level * (noise / noise.std())[..., None])
    return np.clip(np.rint(frames), 0, 255).astype(np.uint8)


def before(background: np.ndarray, level: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A grey figure in the middle of a clip: the composite, and its alpha."""
    alpha = np.zeros(background.shape[:3], np.uint8)
    alpha[:, 20:130, 10:70] = 255
    frames = background.copy()
    own = 180 + level * RNG.standard_normal(background.shape[:3])
    frames[alpha > 0] = np.clip(np.rint(own), 0, 255).astype(np.uint8)[alpha > 0][:, None]
    return frames, alpha


@pytest.mark.parametrize("level", [2.0, 4.0, 7.0])
def test_the_backgrounds_grain_is_measured(level: float) -> None:
    background = clip(level)
    found = added_grain(*before(background), background)
    assert found.level == pytest.approx(level, rel=0.25)
    assert found.size_px < 0.5


def test_coarse_grain_is_told_from_fine_grain() -> None:
    fine, coarse = (added_grain(*before(c), c) for c in (clip(4.0), clip(4.0, 1.0)))
    assert fine.size_px < 0.5 < coarse.size_px <= 1.6


def test_a_clean_scene_has_none_however_textured_and_however_the_camera_moves() -> None:
    for moving in (False, True):
        background = clip(0.0, moving=moving)
        assert added_grain(*before(background), background).level == 0


def test_a_figure_with_grain_of_its_own_needs_less() -> None:
    background = clip(5.0)
    assert added_grain(*before(background, 5.0), background).level < 2.5
    assert added_grain(*before(background, 9.0), background).level == 0


def test_one_frame_tells_nothing() -> None:
    background = clip(5.0)[:1]
    assert added_grain(*before(background), background).level == 0


def test_grain_lies_on_the_figure_differs_from_frame_to_frame_and_comes_back() -> None:
    frame, cover = np.full((64, 64, 3), 128, np.float32), np.zeros((64, 64), np.float32)
    cover[:, 32:] = 1
    first, second = (grained(frame, cover, Grain(4.0, 0.8), t) for t in (0, 1))
    np.testing.assert_array_equal(first[:, :32], frame[:, :32])
    assert first[:, 32:].std() == pytest.approx(4.0, rel=0.1)
    assert np.abs(first - second).mean() > 1
    np.testing.assert_array_equal(first, grained(frame, cover, Grain(4.0, 0.8), 0))
    np.testing.assert_array_equal(np.ptp(first, axis=-1), 0)


def test_refinement_grains_the_figure_and_can_leave_it() -> None:
    background = clip(4.0)
    frames, alpha = before(background)
    void = np.zeros(alpha.shape, bool)
    with_it, without = (
        harmonize(frames, alpha, background, void, HarmonizeConfig(grain=on, tone=0)).frames
        for on in (True, False)
    )
    inside = np.s_[:, 40:110, 20:60]
    assert with_it[inside].std() == pytest.approx(4.0, rel=0.25)
    assert without[inside].std() == 0
    np.testing.assert_array_equal(with_it[:, :, 80:], without[:, :, 80:])
