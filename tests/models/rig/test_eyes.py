from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.rig import CapsulesConfig, load
from models.rig.eyes import find_eyes

SKIN, HAT, DRESS = (240, 205, 180), (150, 40, 50), (70, 120, 190)
EYES_XY = (150, 132)
"""Their middle, in a picture of 300 x 400 px."""


def figure(*, hat: bool = False, eyes: bool = True, dots: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A child's drawing: rgb and alpha, with a tall hat, and with rows of dots on its dress."""
    rgb, alpha = np.full((400, 300, 3), 255, np.uint8), np.zeros((400, 300), np.uint8)
    shapes = [((110, 190), (190, 290), DRESS), ((118, 280), (138, 385), SKIN), ((162, 280), (182, 385), SKIN)]
    shapes += [((60, 200), (112, 220), SKIN), ((188, 200), (240, 220), SKIN)]
    shapes += [((120, 10), (180, 100), HAT)] if hat else []
    for start, end, colour in shapes:
        for canvas, value in ((rgb, colour), (alpha, 255)):
            cv2.rectangle(canvas, start, end, value, -1)
    for canvas, value in ((rgb, SKIN), (alpha, 255)):
        cv2.circle(canvas, (150, 140), 52, value, -1)
    for x in (132, 168) if eyes else ():
        cv2.circle(rgb, (x, EYES_XY[1]), 5, (20, 20, 30), -1)
    for x in np.linspace(124, 176, dots):
        for y in (215, 245):
            cv2.circle(rgb, (round(x), y), 5, (20, 20, 30), -1)
    return rgb, alpha.astype(np.float32) / 255


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_two_dark_spots_in_a_face_are_eyes_at_any_size(scale: float) -> None:
    rgb, alpha = (cv2.resize(part, None, fx=scale, fy=scale) for part in figure())
    eyes = find_eyes(rgb, alpha)
    assert eyes is not None
    assert np.abs(eyes.middle - scale * (np.array(EYES_XY) + 0.5)).max() < 2 * scale
    assert eyes.apart == pytest.approx(36 * scale, rel=0.05) and eyes.mirrored > 0.9


def test_what_has_no_eyes_has_none_and_a_pattern_is_none() -> None:
    assert find_eyes(*figure(eyes=False)) is None
    assert find_eyes(*figure(eyes=False, dots=4)) is None
    assert find_eyes(np.zeros((40, 30, 3), np.uint8), np.zeros((40, 30), np.float32)) is None


@pytest.mark.slow
def test_a_head_is_where_its_eyes_are_and_not_in_its_hat() -> None:
    rgb, alpha = figure(hat=True)
    found = load(CapsulesConfig(iterations=80))(rgb, alpha, 0)
    assert abs(found.joints_xy_px[INDEX["head"], 1] - 140) < 20
    assert found.joints_xy_px[INDEX["neck"], 1] > 165
