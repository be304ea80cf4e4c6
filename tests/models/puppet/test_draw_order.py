"""Changes of order that pass without a jump."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.compose import ComposeConfig, compose
from models.puppet.draw_order import draw_orders, passings, swapped
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion
from tests.tasks.character_scene import HEIGHT, JOINT_XY, WIDTH, figure, skeleton

BACK, FRONT = ("arm", "torso"), ("torso", "arm")
FPS = 24.0


def shown(orders: list[tuple[str, ...]]) -> list[float]:
    """The share of FRONT in every frame."""
    near = passings(orders, FPS)
    own = [float(order == FRONT) for order in orders]
    return [
        mine if there is None else mine + there.share * (float(there.order == FRONT) - mine)
        for mine, there in zip(own, near, strict=True)
    ]


def test_a_change_is_spread_evenly_over_a_sixth_of_a_second() -> None:
    shares = shown([BACK] * 10 + [FRONT] * 10)
    assert shares[7] == 0 and shares[12] == 1
    steps = np.diff(shares[7:13])
    assert steps.max() == pytest.approx(steps[1], abs=0.02) and steps.max() < 0.3 and steps.min() > 0


def test_without_a_change_nothing_is_mixed() -> None:
    assert passings([BACK] * 4, FPS) == [None] * 4 and passings([], FPS) == []
    assert len(passings([BACK, FRONT], FPS)) == 2


def test_only_the_parts_that_change_places_are_named() -> None:
    one, other = ("arm", "leg", "torso", "head"), ("leg", "torso", "head", "arm")
    assert swapped(one, other) == [("arm", "leg"), ("arm", "torso"), ("arm", "head")]
    assert swapped(one, one) == []


def test_an_arm_that_goes_behind_the_body_does_not_pop() -> None:
    frames = 24
    rgb, alpha = figure()
    rgb[84:112, 30:62] = (20, 20, 220)
    joints = np.repeat(JOINT_XY[None], frames, 0)
    across = joints[0, INDEX["root"]] + np.array([0.0, -14.0])
    joints[:, INDEX["right_elbow"]], joints[:, INDEX["right_hand"]] = [62, 84], across
    depth = np.zeros((frames, 16))
    depth[12:, [INDEX["right_hand"], INDEX["right_elbow"]]] = 0.2
    assert len(set(draw_orders(depth, FPS))) == 2
    nothing = np.zeros((frames, 133, 2)), np.zeros((frames, 133))
    motion = FigureMotion(
        joints, depth, np.ones((frames, 2), bool), np.ones((frames, 16)), *nothing, 178.0, 165.0, FPS
    )
    place = Placement(
        np.ones(frames), np.zeros((frames, 2)), np.full(frames, 4.0), np.tile([80.0, 178.0], (frames, 1))
    )
    behind = np.full((frames, HEIGHT, WIDTH, 3), 128, np.uint8)
    drawn = compose(
        Puppet(rgb, alpha, skeleton(), cells=20), motion, place, behind, None, False, ComposeConfig()
    )
    pictures = np.array([picture for picture, _ in drawn], np.float64)
    steps = np.abs(np.diff(pictures, axis=0)).max((1, 2, 3))
    whole = np.abs(pictures[-1] - pictures[0]).max()
    assert whole > 100 and steps.max() < 0.35 * whole
