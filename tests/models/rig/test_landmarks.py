from __future__ import annotations

import numpy as np

from data_contracts.rig import INDEX
from models.rig.figure import MEAN, joints_of
from models.rig.landmarks import with_legs, with_palms


def adult() -> np.ndarray:
    joints = np.empty((16, 2))
    joints_of(MEAN, joints)
    return joints * 200


def test_hands_lie_in_palms_on_their_forearms() -> None:
    before, after = adult(), with_palms(adult())
    hands = [INDEX["right_hand"], INDEX["left_hand"]]
    elbows = before[[INDEX["right_elbow"], INDEX["left_elbow"]]]
    long, short = (np.linalg.norm(joints[hands] - elbows, axis=1) for joints in (before, after))
    assert (short < 0.95 * long).all() and (short > 0.7 * long).all()
    rest = np.delete(np.arange(16), hands)
    np.testing.assert_array_equal(after[rest], before[rest])


def test_a_knee_comes_towards_the_middle_of_its_leg_and_keeps_its_bend() -> None:
    joints = adult()
    hip, knee, foot = (INDEX[f"left_{name}"] for name in ("hip", "knee", "foot"))
    joints[hip], joints[knee], joints[foot] = (100, 100), (110, 130), (100, 180)
    # Nothing but figure: no gap tells where legs part.
    moved = with_legs(np.ones((200, 200), bool), joints, 200)
    np.testing.assert_allclose(moved[knee], [110, 135])
    np.testing.assert_array_equal(moved[[hip, foot]], joints[[hip, foot]])
