import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.camera.alignment import relative_to_first
from models.camera.presets import look_at, preset_path
from models.scene.camera_path import fit_track, looked_at_depth, spiral_path

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


def test_a_shortened_orbit_still_looks_at_its_middle() -> None:
    orbit = preset_path("orbit", 9, {"angle_deg": 30})
    assert looked_at_depth(orbit) == pytest.approx(1, rel=0.06)
    short = fit_track(orbit, 1.0, 0.2)
    assert np.linalg.norm(short[-1, :3, 3]) == pytest.approx(0.2)
    seen = np.linalg.inv(short) @ np.array([0, 0, 1.0, 1])
    # The depth looked at is found on a grid of 5 % steps.
    np.testing.assert_allclose(seen[:, :2] / seen[:, 2:3], 0, atol=0.02)


@pytest.mark.parametrize("unit", [1.0, 0.02])
def test_an_orbit_of_any_unit_that_is_lengthened_is_the_same_orbit_at_another_size(unit: float) -> None:
    orbit = preset_path("orbit", 9, {"angle_deg": 12})
    orbit[:, :3, 3] *= unit
    long = fit_track(orbit, 2.0, 0.45, "fit")
    assert np.linalg.norm(long[-1, :3, 3]) == pytest.approx(0.9)
    np.testing.assert_allclose(long[:, :3, :3], orbit[:, :3, :3], atol=EXACT)


def test_turning_that_goes_with_no_travel_is_kept() -> None:
    dolly = preset_path("dolly_in", 9)
    dolly[:, :3, :3] = preset_path("pan", 9)[:, :3, :3]
    assert looked_at_depth(dolly) is None
    np.testing.assert_allclose(fit_track(dolly, 1.0, 0.1)[:, :3, :3], dolly[:, :3, :3], atol=EXACT)


def test_a_roll_stays_when_an_orbit_is_shortened() -> None:
    orbit = preset_path("orbit", 9)
    roll = Rotation.from_rotvec(np.outer(np.linspace(0, 3, 9), (0, 0, 1)), degrees=True).as_matrix()
    rolled = orbit.copy()
    rolled[:, :3, :3] = orbit[:, :3, :3] @ roll
    level = fit_track(orbit, 1.0, 0.1)
    np.testing.assert_allclose(fit_track(rolled, 1.0, 0.1)[:, :3, :3], level[:, :3, :3] @ roll, atol=2e-2)
