"""Hands that touch, whatever the arms."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.touching_hands import touching_hands

FRAMES = 24
RIGHT, LEFT = INDEX["right_hand"], INDEX["left_hand"]
ARM = {"shoulder": (0.1, -0.3), "elbow": (0.14, -0.14)}
"""Of the left side, in figure heights about the root; the right side mirrors it."""


def figure(hands: np.ndarray, broad: float = 1.0, deep: float = 0.1) -> np.ndarray:
    """Joints [T, 16, 3] with the left hand ``hands`` [T] to the left of the middle, arms pointing forward."""
    joints = np.zeros((len(hands), 16, 3))
    for side, sign in (("left", broad), ("right", -broad)):
        for name, (x, y) in ARM.items():
            joints[:, INDEX[f"{side}_{name}"], :2] = sign * x, y
        joints[:, INDEX[f"{side}_hand"], 0] = sign * hands
        joints[:, INDEX[f"{side}_hand"], 1:] = -0.25, -deep
    return joints


def clapping() -> np.ndarray:
    return figure(0.12 - 0.11 * np.sin(np.linspace(0, np.pi, FRAMES)))


def carried(local: np.ndarray, stretch: float, deep: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """A reference whose forearms are so much longer, posed by directions, and what becomes of it."""
    rest = 200 * figure(np.array([0.3]))[0, :, :2]
    joints = 200 * local[..., :2]
    for side in ("right", "left"):
        elbow, hand = INDEX[f"{side}_elbow"], INDEX[f"{side}_hand"]
        joints[:, hand] = joints[:, elbow] + stretch * (joints[:, hand] - joints[:, elbow])
        rest[hand] = rest[elbow] + stretch * (rest[hand] - rest[elbow])
    known = local if deep else local * [1, 1, 0]
    return joints, touching_hands(rest, known, joints, np.ones((FRAMES, 16)))


@pytest.mark.parametrize("stretch", [0.7, 1.6])
def test_hands_meet_where_the_drivers_do(stretch: float) -> None:
    local = clapping()
    before, after = carried(local, stretch)
    middle = FRAMES // 2
    apart = [abs(float((joints[middle, RIGHT] - joints[middle, LEFT])[0])) for joints in (before, after)]
    assert apart[1] < 0.2 * apart[0]
    np.testing.assert_allclose(after[:, [RIGHT, LEFT]].mean(1), before[:, [RIGHT, LEFT]].mean(1), atol=1e-9)
    steps = [np.abs(np.diff(joints, axis=0)).max() for joints in (before, after)]
    assert steps[1] < 2.5 * steps[0]  # shorter arms have farther to go in the same time


def test_no_bone_gets_longer_than_it_is() -> None:
    before, after = carried(clapping(), 0.3)
    for side in ("right", "left"):
        for a, b in (("shoulder", "elbow"), ("elbow", "hand")):
            was, now = (
                np.linalg.norm(joints[:, INDEX[f"{side}_{b}"]] - joints[:, INDEX[f"{side}_{a}"]], axis=1)
                for joints in (before, after)
            )
            longest = 200 * 0.3 * np.hypot(0.16, 0.11) if b == "hand" else 200 * np.hypot(0.04, 0.16)
            assert (now <= np.maximum(was, longest) + 1e-9).all()


def test_hands_that_are_apart_stay_where_they_are() -> None:
    before, after = carried(figure(np.full(FRAMES, 0.3)), 1.6)
    np.testing.assert_array_equal(before, after)


def test_hands_that_only_lie_on_each_other_from_the_side_do_not_touch() -> None:
    aside = figure(np.full(FRAMES, 0.02), broad=0.3)
    before, after = carried(aside, 1.6, deep=False)
    np.testing.assert_array_equal(before, after)
    front, moved = carried(clapping(), 1.6, deep=False)
    assert np.abs(moved - front).max() > 1
