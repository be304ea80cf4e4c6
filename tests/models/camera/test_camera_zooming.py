"""Lenses that change, with a camera at rest, turning or travelling; and lenses that stay."""

from __future__ import annotations

import numpy as np
import pytest

from models.camera import CameraEstimate, FeaturesConfig, load
from models.camera.alignment import path_error
from models.camera.lens import Lens
from models.camera.presets import ease, preset_path
from tests.models.camera.planes import FOCAL, FOV_DEG, render

FRAMES = 14
SOFTLY = ease(np.linspace(0, 1, FRAMES))
ORBIT = preset_path("orbit", FRAMES, {"angle_deg": 20})


def estimate(frames: np.ndarray, fov_deg: float | None = FOV_DEG) -> CameraEstimate:
    return load(FeaturesConfig(fov_deg=fov_deg))(frames)


def test_a_lens_that_stays_is_one_number() -> None:
    lens = Lens.steady(300.0, 5)
    np.testing.assert_array_equal(lens.focal, np.full(5, 300.0))
    assert not lens.zooms
    assert lens.range == 0


@pytest.mark.parametrize("n_frames", [2, 3, 11, 24, 300])
def test_a_zoom_is_smooth_and_goes_through_what_it_was_made_from(n_frames: int) -> None:
    focal = 300 * 1.5 ** ease(np.linspace(0, 1, n_frames))
    lens = Lens.zooming(focal)
    assert lens.zooms
    np.testing.assert_allclose(lens.focal, focal, rtol=0.01)
    assert lens.range == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(lens.tuned(2 * lens.knots).focal, 2 * lens.focal)


def test_a_zoom_that_is_known_is_kept_as_it_jerks() -> None:
    growth = np.array([1, 1, 1, 1.2, 1.2, 1.1, 1.3, 1.3, 1.3, 1.5, 1.5])
    np.testing.assert_allclose(Lens.zooming(250 * growth, growth).focal, 250 * growth)


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1.4, 0.7])
def test_a_camera_travels_and_zooms(ratio: float) -> None:
    zoom = ratio**SOFTLY
    found = estimate(render(ORBIT, zoom))
    assert found.kind == "full", found.reason
    assert "zooms" in found.reason
    np.testing.assert_allclose(found.intrinsics_px[:, 0] / found.intrinsics_px[0, 0], zoom, rtol=0.02)
    assert found.intrinsics_px[0, 0] == pytest.approx(FOCAL)  # a lens that is told is the first frame's
    np.testing.assert_array_equal(found.intrinsics_px[:, 0], found.intrinsics_px[:, 1])
    error = path_error(found.world_from_camera, ORBIT)
    assert error.ate_share < 0.02
    assert error.rotation_deg < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("move", [{"orbit": "angle_deg", "by": 20}, {"dolly_in": "distance", "by": 0.3}])
def test_a_camera_that_travels_through_one_lens_keeps_it(move: dict[str, str | float]) -> None:
    name, by = next(iter(move)), move["by"]
    true = preset_path(name, FRAMES, {str(move[name]): float(by)})
    found = estimate(render(true), fov_deg=None)
    assert found.kind == "full", found.reason
    assert np.ptp(found.intrinsics_px[:, 0]) == 0


@pytest.mark.slow
def test_a_zoom_from_where_one_stands_is_told_to_a_thousandth() -> None:
    zoom = 1.35**SOFTLY
    found = estimate(render(preset_path("static", FRAMES), zoom), fov_deg=None)
    assert found.kind == "rotation", found.reason
    np.testing.assert_allclose(found.intrinsics_px[:, 0] / found.intrinsics_px[0, 0], zoom, rtol=2e-3)
    assert np.abs(found.world_from_camera - np.eye(4)).max() < 2e-3
