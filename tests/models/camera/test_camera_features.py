"""Cameras of small rendered clips whose truth is known, and the honesty of the answers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import ContractError
from models.camera import FeaturesConfig, load
from models.camera.alignment import path_error, rotation_angle_deg
from models.camera.presets import preset_path
from models.camera.stillness import rim_still_share
from tests.models.camera.planes import FOCAL, FOV_DEG, HEIGHT, WIDTH, render, with_walker


def estimate(
    frames: np.ndarray, movers: np.ndarray | None = None, fov_deg: float | None = FOV_DEG, **settings: float
):
    return load(FeaturesConfig(fov_deg=fov_deg, **settings))(frames, movers)


@pytest.mark.slow
@pytest.mark.parametrize("mask", [True, False])
def test_a_locked_off_camera_is_exactly_the_identity(mask: bool) -> None:
    frames, movers = with_walker(render(preset_path("static", 16)))
    found = estimate(frames, movers if mask else None)
    assert found.kind == "static"
    np.testing.assert_array_equal(found.world_from_camera, np.tile(np.eye(4), (16, 1, 1)))
    assert found.confidence > 0.9
    assert found.registered_share == 1


@pytest.mark.slow
def test_a_plain_rim_does_not_hide_that_the_camera_moves() -> None:
    true = preset_path("dolly_in", 16, {"distance": 0.3})
    frames = render(true).astype(np.float32)
    # A backdrop that varies by a few levels only: its brightness says nothing, its points do.
    faint = np.clip(128 + 0.08 * (frames - 128), 0, 255).astype(np.uint8)
    found = estimate(faint)
    assert rim_still_share(np.stack([cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in faint])) > 0.8
    assert found.kind != "static"


@pytest.mark.slow
def test_a_zoom_is_a_longer_lens_and_no_motion() -> None:
    zoom = np.linspace(1, 1.4, 16)
    wide = render(preset_path("static", 1))[0]
    frames = np.stack(
        [cv2.warpAffine(wide, cv2.getRotationMatrix2D((119.5, 89.5), 0, z), (WIDTH, HEIGHT)) for z in zoom]
    )
    found = estimate(frames)
    assert found.kind == "rotation"
    assert np.abs(found.world_from_camera - np.eye(4)).max() < 5e-3
    np.testing.assert_allclose(found.intrinsics_px[:, 0] / FOCAL, zoom, rtol=0.01)


def test_a_single_frame_is_static() -> None:
    found = estimate(render(preset_path("static", 1)))
    assert (found.kind, found.world_from_camera.shape) == ("static", (1, 4, 4))


@pytest.mark.slow
def test_a_pan_is_a_rotation_without_translation() -> None:
    true = preset_path("pan", 14, {"yaw_deg": 12, "pitch_deg": 3})
    found = estimate(render(true))
    assert found.kind == "rotation"
    assert (found.world_from_camera[:, :3, 3] == 0).all()
    off = np.swapaxes(found.world_from_camera[:, :3, :3], 1, 2) @ true[:, :3, :3]
    assert rotation_angle_deg(off).max() < 0.3
    assert found.reprojection_error_px is not None
    assert found.reprojection_error_px < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("mask", [False, True])
def test_an_orbit_is_found_again(mask: bool) -> None:
    true = preset_path("orbit", 16, {"angle_deg": 16})
    frames = render(true)
    movers = None
    if mask:
        frames, movers = with_walker(frames)
    found = estimate(frames, movers)
    assert found.kind == "full"
    assert found.registered_share == 1
    error = path_error(found.world_from_camera, true)
    assert error.ate_share < 0.01
    assert error.rotation_deg < 0.5
    # The unit is the median depth of what the first frame sees, about 1.3 in this scene.
    scale = np.linalg.norm(true[-1, :3, 3]) / np.linalg.norm(found.world_from_camera[-1, :3, 3])
    assert 0.9 < scale < 1.7
    assert found.confidence > 0.7


@pytest.mark.slow
def test_the_focal_length_is_estimated_where_it_is_not_given() -> None:
    true = preset_path("orbit", 16, {"angle_deg": 24})
    found = estimate(render(true), fov_deg=None)
    assert found.kind == "full"
    assert found.intrinsics_px[0, 0] == pytest.approx(FOCAL, rel=0.15)
    assert path_error(found.world_from_camera, true).ate_share < 0.03


@pytest.mark.slow
def test_results_are_in_the_clips_own_pixels() -> None:
    true = preset_path("orbit", 10, {"angle_deg": 16})
    frames = render(true)
    large = np.stack([cv2.resize(f, (2 * WIDTH, 2 * HEIGHT), interpolation=cv2.INTER_CUBIC) for f in frames])
    found = estimate(large, long_side_px=WIDTH)
    np.testing.assert_allclose(found.intrinsics_px[0], [2 * FOCAL, 2 * FOCAL, WIDTH, HEIGHT], rtol=1e-6)
    assert path_error(found.world_from_camera, true).ate_share < 0.02


def test_what_cannot_be_followed_is_called_a_failure() -> None:
    rng = np.random.default_rng(0)
    flicker = (
        rng.integers(0, 256, (8, HEIGHT // 20, WIDTH // 20, 3), dtype=np.uint8).repeat(20, 1).repeat(20, 2)
    )
    found = estimate(flicker)
    assert found.kind == "failed"
    assert found.confidence == 0
    assert found.registered_share == 0
    np.testing.assert_array_equal(found.world_from_camera, np.tile(np.eye(4), (8, 1, 1)))
    assert found.reason


@pytest.mark.slow
def test_the_same_clip_gives_the_same_bytes() -> None:
    frames = render(preset_path("orbit", 8, {"angle_deg": 16}))
    first, second = estimate(frames), estimate(frames)
    assert first.world_from_camera.tobytes() == second.world_from_camera.tobytes()


def test_rim_ignores_the_mover() -> None:
    gray = np.full((12, 60, 80), 90, np.uint8)
    movers = np.zeros(gray.shape, bool)
    rng = np.random.default_rng(0)
    gray[:, :, :10] = rng.integers(0, 256, (12, 60, 10))
    movers[:, :, :10] = True
    assert rim_still_share(gray) < 0.8
    assert rim_still_share(gray, movers) > 0.97  # the blur carries a little of the noise across the edge


def test_two_frames_are_enough_for_a_turn() -> None:
    true = preset_path("pan", 2, {"yaw_deg": 3})
    found = estimate(render(true))
    assert found.kind == "rotation"
    off = np.swapaxes(found.world_from_camera[:, :3, :3], 1, 2) @ true[:, :3, :3]
    assert rotation_angle_deg(off).max() < 0.2


@pytest.mark.parametrize(
    ("frames", "movers"),
    [
        (np.zeros((0, 48, 64, 3), np.uint8), None),
        (np.zeros((4, 48, 64, 3)), None),
        (np.zeros((4, 48, 64), np.uint8), None),
        (np.zeros((4, 48, 64, 3), np.uint8), np.zeros((4, 24, 32), np.bool_)),
        (np.zeros((4, 48, 64, 3), np.uint8), np.zeros((4, 48, 64), np.uint8)),
    ],
    ids=["empty", "float", "grey", "other masks", "grey masks"],
)
def test_what_is_no_clip_is_refused(frames: NDArray[np.uint8], movers: NDArray[np.bool_] | None) -> None:
    with pytest.raises(ContractError, match="camera"):
        load(FeaturesConfig())(frames, movers)
