import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.camera.alignment import relative_to_first
from models.camera.presets import look_at
from models.scene.camera_path import fit_track, spiral_path

EXACT = 1e-12
"""Rotations and positions in float64 are right to rounding."""


def track(num_frames: int = 7, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    poses = np.tile(np.eye(4), (num_frames, 1, 1))
    poses[:, :3, :3] = Rotation.random(num_frames, rng=rng).as_matrix()
    poses[:, :3, 3] = rng.normal(size=(num_frames, 3))
    return poses


def test_spiral_cameras_look_at_the_pivot_and_scale_with_the_scene() -> None:
    small = spiral_path(12, 2.0, 0.15, 0.35, 0.5)
    large = spiral_path(12, 6.0, 0.15, 0.35, 0.5)
    np.testing.assert_allclose(small[0], np.eye(4), atol=EXACT)
    np.testing.assert_allclose(large[:, :3, :3], small[:, :3, :3], atol=1e-9)
    np.testing.assert_allclose(large[:, :3, 3], 3 * small[:, :3, 3], atol=1e-9)
    seen = np.linalg.inv(small) @ np.array([0, 0, 2.0, 1])
    np.testing.assert_allclose(seen[:, :2], 0, atol=1e-9)
    assert np.linalg.norm(small[:, :3, 3], axis=1).max() < 0.15 * 2 * 1.1


def test_track_scales() -> None:
    long, short = track(), track()
    short[:, :3, 3] *= 1e-3

    def reach(poses: np.ndarray) -> float:
        return float(np.linalg.norm(poses[:, :3, 3], axis=1).max())

    assert reach(fit_track(long, 2, 0.45, "cap")) == pytest.approx(0.9)
    assert reach(fit_track(long, 2, 0.45, "keep")) == pytest.approx(reach(relative_to_first(long)))
    assert reach(fit_track(short, 2, 0.45, "cap")) == pytest.approx(reach(relative_to_first(short)))
    assert reach(fit_track(short, 2, 0.45, "fit")) == pytest.approx(0.9)
    np.testing.assert_allclose(
        fit_track(long, 2, 0.45)[:, :3, :3], relative_to_first(long)[:, :3, :3], atol=EXACT
    )


def test_a_track_without_a_metre_is_multiplied_by_the_scenes_unit() -> None:
    short = track()
    short[:, :3, 3] *= 1e-3
    np.testing.assert_allclose(
        fit_track(short, 2, 0.45, unit_m=3)[:, :3, 3], 3 * relative_to_first(short)[:, :3, 3]
    )


def test_a_still_camera_stays_still() -> None:
    still = np.tile(look_at((1, 2, 3), (0, 0, 9)), (4, 1, 1))
    np.testing.assert_allclose(fit_track(still, 1, 0.45, "fit"), np.tile(np.eye(4), (4, 1, 1)), atol=1e-9)
