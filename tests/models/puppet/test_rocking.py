from __future__ import annotations

import numpy as np

from data_contracts.rig import INDEX
from models.puppet.retarget import RetargetConfig, retarget
from models.puppet.rocking import rocked
from tests.models.puppet.moving_body import bone_lengths, driver, keypoints, reference

STILL = np.zeros(5)


def test_a_figure_in_one_piece_keeps_its_shape_and_leans_no_farther_than_it_can_stand() -> None:
    rest = reference().joints_xy_px
    posed = np.tile(rest, (5, 1, 1))
    posed[:, INDEX["neck"], 0] += np.linspace(-200, 200, 5)
    moved = rocked(rest, posed, STILL, np.linspace(0, 40, 5))
    lengths = bone_lengths(moved)
    np.testing.assert_allclose(lengths, np.broadcast_to(bone_lengths(rest), lengths.shape), rtol=1e-9)
    spine = moved[:, INDEX["neck"]] - moved[:, INDEX["root"]]
    lean = np.degrees(np.arctan2(spine[:, 0], -spine[:, 1]))
    assert (np.diff(lean) > 0).all() and 8 < np.abs(lean).max() < 16
    feet = moved[:, [INDEX["right_foot"], INDEX["left_foot"]]].mean(1)
    np.testing.assert_allclose(feet[:, 0] - feet[0, 0], np.linspace(0, 40, 5), atol=1.5)


def test_a_jump_lifts_it() -> None:
    rest = reference().joints_xy_px
    lift = np.array([0.0, 10, 30, 10, 0])
    moved = rocked(rest, np.tile(rest, (5, 1, 1)), lift, STILL)
    np.testing.assert_allclose(moved, rest - np.stack([STILL, lift], axis=1)[:, None], atol=1e-9)


def test_limbs_that_are_not_known_are_not_moved() -> None:
    points = keypoints(48)
    points[:, [7, 9, 13, 15], 0] += 0.2 * np.sin(np.arange(48) / 4)[:, None]
    trusted = retarget(reference(), driver(points), RetargetConfig())
    doubtful = retarget(reference(limbs=False), driver(points), RetargetConfig())
    own = bone_lengths(reference().joints_xy_px)
    np.testing.assert_allclose(bone_lengths(doubtful.joints_xy_px), np.tile(own, (48, 1)), rtol=1e-6)
    hand = INDEX["left_hand"]

    def travel(joints: np.ndarray) -> float:
        return float(np.ptp(joints[:, hand] - joints[:, INDEX["left_shoulder"]], axis=0).max())

    assert travel(doubtful.joints_xy_px) < 0.2 * travel(trusted.joints_xy_px)
    assert not doubtful.depth.any(), "resting limbs keep the picture's order"


def test_a_cut_figure_in_doubt_holds_its_arms_still() -> None:
    points = keypoints(48)
    points[:, [7, 9], 0] += 0.2 * np.sin(np.arange(48) / 4)[:, None]
    skeleton = reference(cropped=True, legs=False, limbs=False, body="half_body")
    joints = retarget(skeleton, driver(points), RetargetConfig()).joints_xy_px
    arm = joints[:, INDEX["left_hand"]] - joints[:, INDEX["left_shoulder"]]
    rest = skeleton.joint("left_hand") - skeleton.joint("left_shoulder")
    np.testing.assert_allclose(arm, np.tile(rest, (48, 1)), atol=1e-6)


def test_a_cut_figure_in_one_piece_neither_leans_nor_rises() -> None:
    points = keypoints(48)
    points[:, :11, 0] += 0.3 * np.sin(np.arange(48) / 4)[:, None]
    points[20:30, :, 1] -= 0.4
    skeleton = reference(cropped=True, legs=False, limbs=False, body="other")
    moved = retarget(skeleton, driver(points), RetargetConfig()).joints_xy_px - skeleton.joints_xy_px
    np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :1], moved.shape), atol=1e-9)
    assert not moved[..., 1].any()
