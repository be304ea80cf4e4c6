from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.camera.alignment import rotation_angle_deg
from models.camera.presets import preset_path
from models.camera.smoothing import smooth_path

TIME_S = np.arange(60) / 30


def steady() -> np.ndarray:
    """Constant speed, constant turn about a slanted axis."""
    poses = np.tile(np.eye(4), (60, 1, 1))
    poses[:, :3, :3] = Rotation.from_rotvec(TIME_S[:, None] * np.array([0.2, 0.5, -0.3])).as_matrix()
    poses[:, :3, 3] = TIME_S[:, None] * np.array([1.0, -0.2, 0.4])
    return poses


def trembling(path: np.ndarray, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    out = path.copy()
    out[:, :3, 3] += rng.normal(0, 0.01, (len(path), 3))
    out[:, :3, :3] @= Rotation.from_rotvec(rng.normal(0, 0.01, (len(path), 3))).as_matrix()
    return out


def off(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Root mean squares of the differences in position and in degrees."""
    turn = rotation_angle_deg(np.swapaxes(a[:, :3, :3], 1, 2) @ b[:, :3, :3])
    shift = np.linalg.norm(a[:, :3, 3] - b[:, :3, 3], axis=1)
    return float(np.sqrt(np.mean(shift**2))), float(np.sqrt(np.mean(turn**2)))


def test_zero_changes_nothing() -> None:
    path = trembling(steady())
    np.testing.assert_array_equal(smooth_path(path, TIME_S, 0.0), path)


@pytest.mark.parametrize("sigma_s", [0.05, 0.3, 5.0])
def test_steady_moves_come_back_with_their_ends(sigma_s: float) -> None:
    smooth = smooth_path(steady(), TIME_S, sigma_s)
    np.testing.assert_allclose(smooth, steady(), atol=2e-4)
    np.testing.assert_allclose(smooth[[0, -1], :3, 3], steady()[[0, -1], :3, 3], atol=1e-9)


def test_tremor_goes_and_the_move_stays() -> None:
    shaken = trembling(steady())
    before, after = off(shaken, steady()), off(smooth_path(shaken, TIME_S, 0.2), steady())
    assert after[0] < 0.45 * before[0]
    assert after[1] < 0.45 * before[1]
    orbit = preset_path("orbit", 60, {"angle_deg": 40})
    kept = off(smooth_path(orbit, TIME_S, 0.1), orbit)
    assert kept[0] < 0.003  # of a path 0.7 long
    assert kept[1] < 0.2


def test_results_are_rigid_and_follow_a_change_of_world() -> None:
    shaken = trembling(steady())
    smooth = smooth_path(shaken, TIME_S, 0.2)
    rotation = smooth[:, :3, :3]
    np.testing.assert_allclose(
        np.swapaxes(rotation, 1, 2) @ rotation, np.tile(np.eye(3), (60, 1, 1)), atol=1e-12
    )
    moved = np.eye(4)
    moved[:3, :3] = Rotation.from_euler("xyz", [20, -50, 130], degrees=True).as_matrix()
    moved[:3, 3] = [3, 1, -2]
    np.testing.assert_allclose(smooth_path(moved @ shaken, TIME_S, 0.2), moved @ smooth, atol=1e-9)


def test_uneven_times_and_short_clips() -> None:
    times = np.array([0.0, 0.1, 0.5, 0.55, 2.0])
    path = steady()[:5]
    path[:, :3, 3] = times[:, None] * np.array([1.0, 0, 2])
    np.testing.assert_allclose(smooth_path(path, times, 0.2)[:, :3, 3], path[:, :3, 3], atol=1e-9)
    np.testing.assert_array_equal(smooth_path(path[:2], times[:2], 1.0), path[:2])
    still = preset_path("static", 9)
    np.testing.assert_allclose(smooth_path(still, np.arange(9.0), 2.0), still, atol=1e-15)
