"""Front, back and side of a driver seen in the picture only, and feet that the viewer sees come nearer."""

from __future__ import annotations

import numpy as np

from data_contracts.rig import INDEX
from models.puppet.driver import COCO_OF_JOINT, DriverMotion
from models.puppet.ground import contacts, hold_foot, reach
from models.puppet.retarget import RetargetConfig, retarget
from tests.models.puppet.moving_body import FPS, driver, keypoints, reference

FEET = [INDEX["right_foot"], INDEX["left_foot"]]


def turned(frames: int, yaw_deg: np.ndarray) -> np.ndarray:
    """The standing body [T, 133, 3], turned about the vertical."""
    points = keypoints(frames)
    c, s = np.cos(np.radians(yaw_deg))[:, None], np.sin(np.radians(yaw_deg))[:, None]
    x, z = points[..., 0].copy(), points[..., 2].copy()
    points[..., 0], points[..., 2] = c * x + s * z, c * z - s * x
    return points


def walking_in_profile(frames: int = 48) -> DriverMotion:
    """A walk to the right seen from the side: legs swing, shoulders and hips swing a little against them."""
    points = turned(frames, 90 + 12 * np.sin(np.arange(frames) * 0.5))
    swing = 0.16 * np.sin(np.arange(frames) * 0.5)
    for side, sign in (("right", 1.0), ("left", -1.0)):
        for joint, share in (("knee", 0.5), ("foot", 1.0)):
            points[:, COCO_OF_JOINT[f"{side}_{joint}"], 0] += sign * share * swing
    points[..., 0] += (np.arange(frames) * 0.02)[:, None]
    return driver(points, depth=False)


def test_legs_of_a_walk_seen_from_the_side_stay_two() -> None:
    moved = retarget(reference(), walking_in_profile(), RetargetConfig(lock_feet=False))
    apart = np.diff(moved.joints_xy_px[:, FEET, 0], axis=1)[:, 0]
    assert np.ptp(apart) > 140, "strides are seen, not the mean of both legs"
    assert apart.min() < -20 and apart.max() > 100, "legs pass each other"
    jumps = np.abs(np.diff(apart))
    assert jumps.max() < 60, "and do not change places from frame to frame"


def test_somebody_who_turns_round_changes_sides_once() -> None:
    frames = 60
    moved = retarget(
        reference(), driver(turned(frames, np.linspace(0, 180, frames)), depth=False), RetargetConfig()
    )
    shoulders = moved.joints_xy_px[:, [INDEX["right_shoulder"], INDEX["left_shoulder"]], 0]
    assert (np.diff(shoulders, axis=1) > 0).all(), "the picture shows a front throughout"
    hands = moved.joints_xy_px[:, [INDEX["right_hand"], INDEX["left_hand"]], 0]
    apart = np.diff(hands, axis=1)[:, 0]
    assert apart[:20].min() > 50 and apart[-20:].min() > 50


def test_a_pirouette_begins_and_ends_at_the_front_and_is_nowhere_torn() -> None:
    frames = 96
    yaw = np.concatenate([np.zeros(18), np.linspace(0, 360, 60), np.full(18, 360.0)])
    moved = retarget(reference(), driver(turned(frames, yaw)), RetargetConfig(lock_feet=False))
    rest = retarget(reference(), driver(turned(frames, np.zeros(frames))), RetargetConfig(lock_feet=False))
    from_root = moved.joints_xy_px - moved.joints_xy_px[:, :1]
    facing_us = rest.joints_xy_px - rest.joints_xy_px[:, :1]
    for still in (slice(0, 12), slice(84, 96)):
        np.testing.assert_allclose(from_root[still], facing_us[still], atol=1.0)
    assert np.abs(np.diff(from_root, axis=0)).max() < 0.05 * moved.height_px, "and nowhere torn"
    wide = np.ptp(from_root[..., 0], axis=1)
    assert wide.min() < 0.9 * wide[0], "the turn is seen"


def test_a_foot_that_comes_towards_the_viewer_does_not_stand() -> None:
    frames = 20
    feet = np.zeros((frames, 2, 3))
    feet[:, 0, 2] = -np.arange(frames) * 1.2 / FPS
    low = np.zeros((frames, 2))
    standing = contacts(feet, low, FPS)
    assert standing[:, 1].all() and not standing[:, 0].any()
    assert contacts(feet[..., :2], low, FPS).all(), "the picture alone does not show it"


def test_a_standing_foot_comes_down_to_the_ground_and_stays_in_its_column() -> None:
    frames, ground = 24, 398.0
    joints = np.repeat(reference().joints_xy_px[None], frames, axis=0)
    chain = (INDEX["right_hip"], INDEX["right_knee"], INDEX["right_foot"])
    hip, knee, foot = joints[0, list(chain)]
    joints[:, chain[1]], joints[:, chain[2]] = reach(hip, knee + (30, 0), foot, foot - (0, 14))
    hold_foot(joints, np.ones(frames, bool), chain, ground, ease_frames=2)
    held = joints[:, chain[2]]
    assert held[0, 1] < ground - 5, "it is let down, not dropped"
    np.testing.assert_allclose(held[8:, 1], ground, atol=0.5)
    np.testing.assert_allclose(held[:, 0], foot[0], atol=0.5)
