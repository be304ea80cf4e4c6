"""Feet that stay level under leaning shins."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.puppet import Puppet
from models.puppet.soles import Soles
from tests.tasks.character_scene import HEIGHT, JOINT_XY, WIDTH, figure, skeleton

COVER = np.zeros((HEIGHT, WIDTH), np.float32)
COVER[110:188, 55:105] = 1


def leaning(degrees: float) -> np.ndarray:
    """The right shin turned about its knee."""
    joints, (knee, foot) = JOINT_XY.copy(), (INDEX["right_knee"], INDEX["right_foot"])
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    joints[foot] = joints[knee] + np.array([[c, -s], [s, c]]) @ (joints[foot] - joints[knee])
    return joints


def soles(name: str = "right_leg", cover: np.ndarray = COVER) -> Soles:
    return Soles(JOINT_XY, {name: cover})


def test_a_sole_lies_where_the_leg_ends() -> None:
    np.testing.assert_allclose(soles().placed(JOINT_XY), [[66.0, 188.0]])
    assert soles().depths == {"right": pytest.approx(10.0)}


@pytest.mark.parametrize(("shin", "foot"), [(0, 0), (30, 0), (-34, 0), (80, 45), (-95, -60)])
def test_a_foot_turns_by_what_the_ankle_cannot_bend(shin: float, foot: float) -> None:
    joints = leaning(shin)
    down = soles().placed(joints)[0] - joints[INDEX["right_foot"]]
    assert np.degrees(np.arctan2(-down[0], down[1])) == pytest.approx(foot, abs=0.1)
    assert np.linalg.norm(down) == pytest.approx(10)


def test_legs_that_end_at_the_ankle_or_hang_in_the_air_have_no_sole() -> None:
    short = COVER.copy()
    short[179:] = 0
    assert not soles(cover=short).depths and soles(cover=short).placed(JOINT_XY).shape == (0, 2)
    assert not Soles(leaning(70), {"right_leg": COVER}).depths
    assert not soles("torso").depths


def test_the_drawn_foot_keeps_its_outline_while_the_shin_leans() -> None:
    rgb, alpha = figure()
    alpha[178:188, 54:78] = 1
    rgb[178:188, 54:78] = (20, 20, 20)
    puppet = Puppet(rgb, alpha, skeleton(), cells=24)
    canvas = np.zeros((2, HEIGHT, WIDTH, 4), np.float32)
    order = ("right_leg", "left_leg", "torso", "head", "right_arm", "left_arm")
    joints = leaning(25)
    puppet.draw(canvas[0], JOINT_XY, order, 1.0, np.zeros(2))
    puppet.draw(canvas[1], joints, order, 1.0, JOINT_XY[INDEX["right_foot"]] - joints[INDEX["right_foot"]])
    feet = [picture[180:190, 44:90, 3] > 0.5 for picture in canvas]
    assert (feet[0] ^ feet[1]).sum() < 0.2 * feet[0].sum()
    assert puppet.ankle_px == pytest.approx(10, abs=1.5)
