"""The drawn characters and places: what later stages need of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.world.art.girl import draw_girl
from models.world.art.places import draw_street, draw_workshop
from models.world.art.robot import draw_robot
from models.world.art.robot_picture import draw_robot_picture


@pytest.mark.slow
@pytest.mark.parametrize("draw", [draw_girl, draw_robot])
def test_a_character_is_one_whole_figure(draw: object) -> None:
    rgba = draw()  # type: ignore[operator]
    alpha = rgba[..., 3]
    parts, _, stats, _ = cv2.connectedComponentsWithStats((alpha > 128).astype(np.uint8))
    assert parts == 2  # the background and the figure
    left, top, width, height, area = stats[1]
    assert min(left, top) > 4 and left + width < rgba.shape[1] - 4 and top + height < rgba.shape[0] - 4
    assert height > 0.9 * rgba.shape[0]
    assert 0.2 < area / rgba[..., 3].size < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("draw", [draw_girl, draw_robot])
def test_arms_and_legs_are_apart(draw: object) -> None:
    mask = draw()[..., 3] > 128  # type: ignore[operator]
    rows = [np.count_nonzero(np.diff(row.astype(int)) == 1) for row in mask]
    height = len(rows)
    assert 3 in rows[int(0.45 * height) : int(0.62 * height)]  # an arm, the body, an arm
    assert rows[int(0.85 * height)] == 2  # two legs


def test_a_character_is_equal_on_every_run() -> None:
    assert np.array_equal(draw_robot(), draw_robot())


@pytest.mark.slow
def test_a_place_follows_its_seed() -> None:
    first, second = (draw_street(160, 3) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, draw_street(160, 4))


@pytest.mark.slow
def test_the_robot_stands_in_its_workshop() -> None:
    empty, robot = draw_workshop(240, 7).image(), draw_robot_picture(240, 7)
    changed = np.abs(robot.astype(int) - empty).max(axis=-1) > 40
    rows = np.flatnonzero(changed.any(axis=1))
    assert robot.shape == (240, 240, 3)
    assert 40 < rows[0] < 80 and 180 < rows[-1] < 220
    assert robot.reshape(-1, 3).std(axis=0).min() > 20
