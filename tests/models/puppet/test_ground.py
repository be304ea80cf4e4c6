"""What a figure stands on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS
from models.puppet.ground import floor_under, lowest_end, upside_down

UPRIGHT = {"root": (0, 0), "neck": (0, -30), "head": (0, -40), "right_foot": (-5, 50), "left_foot": (5, 48)}


def person(angle_deg: float, hand_y: float = -70.0) -> NDArray[np.float64]:
    """Joints [1, 16, 2] of one who is turned about the root, arms up beside the head."""
    joints = np.zeros((1, len(JOINTS), 2))
    for name, xy in {**UPRIGHT, "right_hand": (-8, hand_y), "left_hand": (8, hand_y)}.items():
        joints[0, INDEX[name]] = xy
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return joints @ np.array([[c, s], [-s, c]])


ALL_SEEN = np.ones((1, len(JOINTS)))


def stands_on(joints: NDArray[np.float64], seen: NDArray[np.float64] = ALL_SEEN) -> NDArray[np.float64]:
    return lowest_end(joints, seen, upside_down(joints))


def test_who_stands_stands_on_the_lower_foot_even_if_a_hand_is_lower() -> None:
    assert stands_on(person(0))[0] == 50
    assert stands_on(person(0, hand_y=60.0))[0] == 50


def test_who_stands_on_hands_stands_on_hands_and_without_them_on_the_crown() -> None:
    np.testing.assert_allclose(stands_on(person(180)), 70)
    unseen = ALL_SEEN.copy()
    unseen[:, [INDEX["right_hand"], INDEX["left_hand"]]] = 0
    np.testing.assert_allclose(stands_on(person(180), unseen), 48)  # 40, and the head over its joint


def test_a_cartwheel_has_no_step() -> None:
    ends = np.array([stands_on(person(angle))[0] for angle in range(361)])
    assert np.abs(np.diff(ends)).max() < 4.5
    assert ends.min() > 0


def test_the_floor_stays_under_a_jump() -> None:
    lowest = np.full(72, 1.0)
    lowest[30:42] = 0.7  # half a second, 24 frames a second
    np.testing.assert_allclose(floor_under(lowest, 24), 1.0)
