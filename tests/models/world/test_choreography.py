"""The demo's motions: feet stand still on the floor, arms stay clear of the body, nothing jumps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from data_contracts.bvh import BvhMotion, format_bvh, parse_bvh
from models.motion.forward_kinematics import forward_kinematics
from models.motion.humanoid import REQUIRED_JOINTS, map_humanoid
from models.world.choreography import dance, greeting
from models.world.skeleton import ANKLE_CM, JOINT_NAMES, Posture, as_motion

MOTIONS = [dance, greeting]


def positions(motion: BvhMotion, name: str) -> np.ndarray:
    return forward_kinematics(motion).positions[:, JOINT_NAMES.index(name)]


def test_legs_reach_their_targets() -> None:
    ankles = np.array([[12.0, 20.0, 8.0], [-14.0, ANKLE_CM, -3.0]])
    posture = Posture(np.array([2.0, 86.0, 1.0]), ankles, {"Hips": (4.0, 3.0, 12.0)})
    motion = as_motion([posture], 30)
    # Analytic: hip, knee and ankle angles are solved in closed form, so only rounding is left.
    assert positions(motion, "LeftFoot")[0] == pytest.approx(ankles[0], abs=1e-6)
    assert positions(motion, "RightFoot")[0] == pytest.approx(ankles[1], abs=1e-6)
    assert positions(motion, "LeftLeg")[0, 2] > 4  # the knee bends forwards


@pytest.mark.parametrize("make", MOTIONS)
def test_file_reads_back_with_all_joints_known(make: Callable[[int, float], BvhMotion]) -> None:
    motion = make(20, 30)
    back = parse_bvh(format_bvh(motion))
    assert set(REQUIRED_JOINTS) <= set(map_humanoid(back.joint_names, back.parents))
    assert np.allclose(forward_kinematics(back).positions, forward_kinematics(motion).positions, atol=1e-3)


@pytest.mark.parametrize("make", MOTIONS)
def test_feet_on_the_floor_do_not_slide(make: Callable[[int, float], BvhMotion]) -> None:
    motion = make(75, 30)
    for side in ("Left", "Right"):
        ankle = positions(motion, f"{side}Foot")
        down = np.abs(ankle[:, 1] - ANKLE_CM) < 1e-3
        both = down[1:] & down[:-1]
        assert both.sum() > 20
        assert np.abs(np.diff(ankle, axis=0))[both].max() < 0.05  # cm a frame
        assert positions(motion, f"{side}ToeBase").min(axis=0)[1] > 0
    assert positions(motion, "LeftFoot")[:, 1].max() > ANKLE_CM + 6  # and they do step


@pytest.mark.parametrize("make", MOTIONS)
def test_motion_is_smooth_and_arms_are_clear(make: Callable[[int, float], BvhMotion]) -> None:
    motion = make(75, 30)
    step = np.linalg.norm(np.diff(forward_kinematics(motion).positions, axis=0), axis=-1)
    assert step.max() < 20  # cm a frame: 6 m/s, the fastest a waving hand goes
    for side, sign in (("Left", 1), ("Right", -1)):
        hand, hips = positions(motion, f"{side}Hand"), positions(motion, "Hips")
        assert ((hand - hips)[:, 0] * sign).min() > 24  # the body is about 18 cm wide to each side


def test_the_wave_is_a_raised_right_hand() -> None:
    hand, head = (positions(greeting(75, 30), name) for name in ("RightHand", "Head"))
    assert hand[0, 1] < 110 and hand[-1, 1] > head[-1, 1] - 5
