from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.matting.background_plate import Plate
from models.matting.mover_window import odds_round
from models.matting.standing_figure import standing_part

Mask = NDArray[np.bool_]

HEIGHT, WIDTH, FRAMES = 216, 288, 12


def small_figure() -> tuple[NDArray[np.uint8], Mask]:
    """Somebody in red and blue, on a twentieth of a wall with a floor."""
    rng = np.random.default_rng(0)
    picture = np.full((HEIGHT, WIDTH, 3), (206, 200, 186), np.uint8)
    picture[150:] = (150, 122, 96)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for colour, shape in (
        ((60, 44, 36), ((144, 60), (11, 13))),
        ((176, 40, 44), ((144, 100), (16, 30))),
        ((40, 52, 120), ((137, 148), (7, 34))),
        ((40, 52, 120), ((151, 148), (7, 34))),
    ):
        for layer, value in ((picture, colour), (mask, 1)):
            cv2.ellipse(layer, *shape, 0, 0, 360, value, -1)
    noisy = picture + rng.normal(0, 1.5, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), mask > 0


def beside_the_trunk() -> Mask:
    """Where an arm waves."""
    waving = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(waving, (160, 84), (22, 16), 0, 0, 360, 1, -1)
    return waving > 0


def share(part: Mask, of: Mask) -> float:
    return float((part & of).sum() / of.sum())


def filmed(
    picture: NDArray[np.uint8], moving: Mask, mover: NDArray[np.uint8], *, rests: int = 0
) -> tuple[NDArray[np.uint8], Plate, NDArray[np.float32]]:
    """Frames, plate and evidence: where something moves, ``mover`` is seen and not the ``picture``."""
    frames = np.repeat(picture[None], FRAMES, axis=0)
    frames[rests:, moving] = mover[moving]
    evidence = np.zeros((FRAMES, HEIGHT, WIDTH), np.float32)
    evidence[rests:, moving] = 1
    return frames, Plate(picture, evidence), evidence


def standing(frames: NDArray[np.uint8], plate: Plate, evidence: NDArray[np.float32], ever: Mask) -> Mask:
    """The standing part of who is alone, and may stand anywhere."""
    return standing_part(frames, plate, evidence, ever, np.ones_like(ever), np.zeros_like(ever))


def test_a_figure_that_is_small_in_its_picture_is_likely_in_a_window_round_the_arm_that_it_waves() -> None:
    picture, figure = small_figure()
    odds = odds_round(picture, beside_the_trunk())
    assert odds.shape == figure.shape and odds.dtype == np.float32
    wall = ~cv2.dilate(figure.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    assert odds[figure].mean() > 0.6 > 0.1 > odds[wall].mean()
    assert not odds[:, :20].any() and not odds[:, -20:].any(), "outside of the window nothing is said"


@pytest.mark.slow
def test_a_gate_behind_a_waving_figure_is_scenery() -> None:
    picture, figure = small_figure()
    gate = np.zeros_like(figure)
    gate[48:150, 84:204] = True
    gate &= ~figure
    picture[gate] = (96, 126, 118)
    moving = beside_the_trunk()
    found = standing(*filmed(picture, moving, picture), moving)
    assert share(found, figure) > 0.9
    assert share(found, gate & ~moving) < 0.1


@pytest.mark.slow
def test_who_stands_before_moving_is_no_passer_by() -> None:
    picture, figure = small_figure()
    swayed = np.roll(picture, 4, axis=1)
    found = standing(*filmed(picture, figure, swayed, rests=6), figure)
    assert share(found, figure) > 0.9


@pytest.mark.slow
def test_what_somebody_only_walked_past_is_not_their_standing_part() -> None:
    walker, figure = small_figure()
    empty = walker.copy()
    empty[:150], empty[150:] = (206, 200, 186), (150, 122, 96)
    cv2.rectangle(empty, (120, 60), (170, 150), (214, 190, 150), -1)
    assert not standing(*filmed(empty, figure, walker, rests=6), figure).any()


def test_nobody_stands_where_nothing_ever_moves() -> None:
    picture, figure = small_figure()
    nowhere = np.zeros_like(figure)
    assert not standing(*filmed(picture, nowhere, picture), nowhere).any()
