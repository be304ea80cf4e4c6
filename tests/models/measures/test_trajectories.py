from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from data_contracts.errors import InputError
from models.measures.trajectories import Floats, false_motion_px, rotation_error_deg, step_error

LENS = (500.0, 500.0, 320.0, 240.0)


def path(count: int = 12, seed: int = 0) -> Floats:
    """A curved walk that looks around."""
    rng = np.random.default_rng(seed)
    poses = np.tile(np.eye(4), (count, 1, 1))
    poses[:, :3, :3] = Rotation.from_euler("yx", rng.normal(0, 20, (count, 2)), degrees=True).as_matrix()
    poses[:, :3, 3] = np.cumsum(rng.normal(0.1, 0.05, (count, 3)), axis=0)
    return poses


def turned(poses: Floats, axis: str, degrees: Floats | float) -> Floats:
    """The path with every camera turned about its own axis."""
    out = poses.copy()
    out[:, :3, :3] = (
        poses[:, :3, :3] @ Rotation.from_euler(axis, np.reshape(degrees, (-1, 1)), degrees=True).as_matrix()
    )
    return out


def resized(poses: Floats, scale: float) -> Floats:
    """The path in another world: turned, moved, and in another unit."""
    world = np.eye(4)
    world[:3, :3] = Rotation.from_euler("xyz", [30, -50, 110], degrees=True).as_matrix()
    world[:3, 3] = (3, -2, 5)
    out = poses.copy()
    out[:, :3, 3] *= scale
    return np.asarray(world @ out, np.float64)


def test_a_similar_path_has_no_error() -> None:
    assert step_error(resized(path(), 7), path()) == pytest.approx((0, 0), abs=1e-9)
    assert rotation_error_deg(resized(path(), 7), path()) == pytest.approx(0, abs=1e-6)


def test_a_constant_turn_of_the_world_is_no_error_but_a_drift_is_half_its_range() -> None:
    # A turn that grows evenly from 0 to 10 degrees about the world's axis: the best common turn takes its
    # middle, so that the mean error is a quarter of the range, and each step is wrong by 10 / 10 degrees.
    true = np.tile(np.eye(4), (11, 1, 1))
    true[:, 0, 3] = np.linspace(0, 1, 11)
    drifting = turned(true, "y", np.linspace(0, 10, 11))
    assert rotation_error_deg(drifting, true) == pytest.approx(
        np.abs(np.linspace(-5, 5, 11)).mean(), abs=1e-3
    )
    assert step_error(drifting, true).rotation_deg == pytest.approx(1, abs=1e-6)


def test_a_straight_line_leaves_no_turn_open() -> None:
    true = np.tile(np.eye(4), (8, 1, 1))
    true[:, 0, 3] = np.arange(8)
    rolled = true.copy()
    rolled[4:] = turned(true[4:], "x", 40)  # about the line itself: no position tells
    assert rotation_error_deg(rolled, true) == pytest.approx(20, abs=1e-6)


def test_a_step_too_long_is_told_in_steps() -> None:
    true = np.tile(np.eye(4), (101, 1, 1))
    true[:, 2, 3] = np.arange(101.0)
    off = true.copy()
    off[50, 0, 3] = 0.1  # one frame a tenth of a step beside the way: two of a hundred steps are wrong
    assert step_error(off, true).translation_share == pytest.approx(0.1 * np.sqrt(2 / 100), rel=1e-2)


def test_false_motion_of_a_turn_is_what_the_lens_makes_of_it() -> None:
    poses = np.tile(np.eye(4), (3, 1, 1))
    lens = np.tile(LENS, (3, 1))
    assert false_motion_px(poses, lens, 640, 480) == 0
    poses[1] = turned(poses[:1], "y", 1.0)[0]
    edge = np.arctan(320 / 500)
    moved = 500 * (np.tan(edge + np.radians(1)) - np.tan(edge))
    # The corners move a little down as well.
    assert false_motion_px(poses, lens, 640, 480) == pytest.approx(moved, rel=0.05)


def test_false_motion_of_a_shift_is_focal_length_over_depth_and_of_a_zoom_its_share() -> None:
    poses = np.tile(np.eye(4), (4, 1, 1))
    lens = np.tile(LENS, (4, 1))
    poses[2, 0, 3] = 0.01
    assert false_motion_px(poses, lens, 640, 480, depth=2) == pytest.approx(500 * 0.01 / 2)
    poses[2, 0, 3] = 0
    lens[3, :2] *= 1.01
    assert false_motion_px(poses, lens, 640, 480) == pytest.approx(0.01 * np.hypot(320, 240))
    poses[2, 2, 3] = 5
    assert false_motion_px(poses, lens, 640, 480) == 800, "past the points"


def test_paths_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(InputError, match="frame by frame"):
        step_error(path(5), path(6))
    with pytest.raises(InputError, match="does not move"):
        step_error(path(5), np.tile(np.eye(4), (5, 1, 1)))
    with pytest.raises(InputError, match="focal lengths"):
        false_motion_px(path(5), np.tile((500.0, 0, 320, 240), (5, 1)), 640, 480)
    with pytest.raises(InputError, match="a lens for every frame"):
        false_motion_px(path(5), np.tile(LENS, (4, 1)), 640, 480)
