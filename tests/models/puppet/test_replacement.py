"""A figure in its driver's place: on the driver's ground, as tall, whatever the camera does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data_contracts.rig import INDEX
from models.puppet.driver import DriverConfig, DriverMotion, body_motion
from models.puppet.placement import on_canvas
from models.puppet.replacement import placed_on_driver
from models.puppet.retarget import RetargetConfig, retarget
from models.puppet.stature import head_top
from models.puppet.steadied import sway
from tests.models.puppet.moving_body import driver, keypoints, reference

FRAMES = 24
FEET = [INDEX["right_foot"], INDEX["left_foot"]]


def in_clip(tall_px: float, left_px: float, top_px: float) -> DriverMotion:
    """A body that stands in a clip: its height, and where its head and its middle are."""
    standing = driver(keypoints(FRAMES), depth=False)
    seen = standing.confidence > 0
    return replace(standing, xy=np.where(seen[..., None], tall_px * standing.xy + [left_px, top_px], 0))


def figure_on(motion: DriverMotion, width_px: int = 420, **changes: object) -> np.ndarray:
    """The figure's joints [T, 16, 2] in pixels of a clip 480 px high."""
    skeleton = reference(**changes)
    moved = retarget(skeleton, motion, RetargetConfig())
    placement = placed_on_driver(skeleton, moved, body_motion(motion, DriverConfig()), (width_px, 480))
    return on_canvas(moved.joints_xy_px, placement)


def test_it_stands_where_the_driver_stands_and_is_as_tall() -> None:
    motion = in_clip(300.0, 210.0, 40.0)
    joints = figure_on(motion)
    ground = 40 + 0.98 * 300
    assert np.abs(joints[:, FEET, 1].max(1) - ground).max() < 0.02 * 300
    assert np.abs(joints[:, INDEX["root"], 0] - 210).max() < 0.02 * 300
    tall = joints[:, FEET, 1].max(1) - joints[:, INDEX["head"], 1]
    # From the head's middle to the ankles: 0.9 of the driver's height; the figure's head is larger.
    assert np.all((tall > 0.75 * 300) & (tall < 0.95 * 300))


def test_a_broad_figure_is_made_smaller_until_it_has_room() -> None:
    broad = figure_on(in_clip(300.0, 60.0, 40.0), width_px=120)
    assert np.ptp(broad[0, :, 0]) < 0.85 * 120
    assert np.abs(broad[:, FEET, 1].max(1) - (40 + 0.98 * 300)).max() < 0.02 * 300, "on the same ground"


def test_a_driver_who_walks_takes_the_figure_along() -> None:
    motion = in_clip(300.0, 100.0, 40.0)
    way = np.linspace(0, 120, FRAMES)
    walking = replace(motion, xy=motion.xy + np.stack([way, np.zeros(FRAMES)], axis=1)[:, None])
    root = figure_on(walking)[:, INDEX["root"], 0]
    assert abs((root[-1] - root[0]) - 120) < 0.02 * 300


def test_only_half_of_a_driver_is_replaced_from_the_chest_on() -> None:
    motion = in_clip(600.0, 210.0, 40.0)
    confidence = motion.confidence.copy()
    confidence[:, 13:] = 0  # knees, feet and all below are out of the picture
    joints = figure_on(replace(motion, confidence=confidence))
    chest = joints[:, INDEX["chest"]]
    np.testing.assert_allclose(chest, np.tile([210, 40 + 0.22 * 600], (FRAMES, 1)), atol=3)
    torso = np.linalg.norm(joints[:, INDEX["chest"]] - joints[:, INDEX["root"]], axis=1)
    np.testing.assert_allclose(torso, 0.29 * 600, rtol=0.05)


def half_of(motion: DriverMotion) -> DriverMotion:
    confidence = motion.confidence.copy()
    confidence[:, 13:] = 0  # knees, feet and all below are out of the picture
    return replace(motion, confidence=confidence)


def test_a_large_head_has_room_above_the_chest() -> None:
    joints = reference().joints_xy_px.copy()
    joints[INDEX["head"], 1] -= 60
    placed = figure_on(half_of(in_clip(600.0, 210.0, 40.0)), joints_xy_px=joints)
    assert head_top(placed).min() > 0.02 * 480
    np.testing.assert_allclose(placed[:, INDEX["chest"]], np.tile([210, 172], (FRAMES, 1)), atol=3)


def test_a_cut_figure_whose_joints_are_wrong_shows_its_head_where_the_driver_does() -> None:
    joints = reference().joints_xy_px.copy()
    joints[INDEX["chest"], 1], joints[INDEX["root"], 1] = 235, 265  # a chest in its belt
    half = half_of(in_clip(600.0, 210.0, 40.0))
    unknown = {"limbs": False, "cropped": True, "body": "half_body", "joints_xy_px": joints}
    placed = figure_on(half, **unknown)
    top = head_top(body_motion(half, DriverConfig()).xyz[..., :2])
    np.testing.assert_allclose(head_top(placed), top, atol=3)
    still = reference(**unknown)
    scale = np.ptp(placed[0, :, 1]) / np.ptp(joints[:, 1])
    seen = scale * (still.height_px - head_top(joints))
    np.testing.assert_allclose(seen, 480 - top[0], rtol=0.03)


def test_what_the_camera_did_is_taken_off_and_put_back() -> None:
    motion = in_clip(300.0, 210.0, 40.0)
    path = np.tile(np.eye(4), (FRAMES, 1, 1))
    path[:, 0, 3], path[:, 2, 3] = np.linspace(0, 0.2, FRAMES), np.linspace(0, 0.15, FRAMES)
    lens = np.tile([400.0, 400.0, 200.0, 160.0], (FRAMES, 1))
    for depth in (1.0, 3.0):
        swayed = sway(motion, path, lens, depth)
        steady = replace(motion, xy=swayed.taken_off(motion.xy))
        scale, offset = swayed.put_back(np.ones(FRAMES), np.zeros((FRAMES, 2)))
        back = steady.xy * scale[:, None, None] + offset[:, None]
        np.testing.assert_allclose(back, motion.xy, atol=1e-9)
