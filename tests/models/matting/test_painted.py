from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError
from models.matting import ClassicalMatting, load_still
from models.world.art.places import draw_workshop
from models.world.art.robot import draw_robot


def in_the_workshop() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A robot before a painted workshop whose upper border is one plain wall."""
    place = cv2.resize(draw_workshop(400, 11).image(), (300, 400), interpolation=cv2.INTER_AREA)
    robot = draw_robot()
    rows, columns = np.flatnonzero(robot[..., 3].any(1)), np.flatnonzero(robot[..., 3].any(0))
    robot = robot[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 350 / robot.shape[0]
    robot = cv2.resize(robot, (round(robot.shape[1] * scale), 350), interpolation=cv2.INTER_AREA)
    left = (300 - robot.shape[1]) // 2
    alpha = np.zeros((400, 300), np.float32)
    colour = np.zeros((400, 300, 3), np.float32)
    alpha[30:380, left : left + robot.shape[1]] = robot[..., 3] / 255
    colour[30:380, left : left + robot.shape[1]] = robot[..., :3]
    mixed = colour * alpha[..., None] + place * (1 - alpha[..., None])
    return mixed.astype(np.uint8), alpha > 0.5


@pytest.mark.slow
def test_a_robot_is_cut_from_a_painted_room_and_not_with_its_cupboards() -> None:
    picture, mask = in_the_workshop()
    matte = load_still(ClassicalMatting())(picture)
    found = matte.alpha > 0.5
    assert matte.method == "grabcut"
    assert (found & mask).sum() / (found | mask).sum() > 0.93
    assert 0.6 < matte.confidence <= 0.95


@pytest.mark.slow
def test_blotches_without_a_figure_are_refused() -> None:
    coarse = np.random.default_rng(5).integers(40, 220, (9, 12, 3)).astype(np.uint8)
    picture = cv2.resize(coarse, (400, 300), interpolation=cv2.INTER_CUBIC)
    with pytest.raises(NoFigureError, match="no figure"):
        load_still(ClassicalMatting())(picture)
