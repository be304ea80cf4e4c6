"""Clips that are hard to track: the right camera, or an honest word that it cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.camera import CameraEstimate, FeaturesConfig, load
from models.camera.alignment import path_error, rotation_angle_deg
from models.camera.brightness import levelled
from models.camera.cuts import first_cut
from models.camera.features import PLAIN_CONFIDENCE
from models.camera.presets import preset_path
from models.camera.stillness import TELLING_SHARE, rim_telling
from models.camera.tracks import track_features
from tests.models.camera.planes import FOCAL, FOV_DEG, render, with_walker

FRAMES = 14
ORBIT = preset_path("orbit", FRAMES, {"angle_deg": 15})


def estimate(frames: np.ndarray, movers: np.ndarray | None = None) -> CameraEstimate:
    return load(FeaturesConfig(fov_deg=FOV_DEG))(frames, movers)


def flickering(frames: np.ndarray, strength: float) -> np.ndarray:
    gain = 1 + strength * np.random.default_rng(0).uniform(-1, 1, (len(frames), 1, 1, 1))
    return np.clip(frames * gain, 0, 255).astype(np.uint8)


def at_rest(found: CameraEstimate) -> bool:
    return bool((found.world_from_camera == np.eye(4)).all())


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.1, 0.4])
def test_a_lamp_that_flickers_moves_no_camera(strength: float) -> None:
    frames, movers = with_walker(render(preset_path("static", FRAMES)))
    found = estimate(flickering(frames, strength), movers)
    assert found.kind == "static"
    assert at_rest(found)
    assert found.confidence > 0.5


@pytest.mark.slow
def test_a_camera_is_found_under_a_lamp_that_flickers() -> None:
    found = estimate(flickering(render(ORBIT), 0.3))
    assert found.kind == "full", found.reason
    assert path_error(found.world_from_camera, ORBIT).ate_share < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("roll", [False, True])
def test_a_hand_shakes(roll: bool) -> None:
    true = preset_path("shake", FRAMES, {"angle_deg": 1.5, "shift": 0.015, "cycles": 3}, seed=1)
    if roll:
        true = preset_path("dolly_in", FRAMES, {"distance": 0.2})
        turns = 4 * np.sin(np.linspace(0, 9, FRAMES))
        true[:, :3, :3] @= Rotation.from_euler("z", turns[:, None], degrees=True).as_matrix()
    found = estimate(render(true))
    assert found.kind == "full", found.reason
    error = path_error(found.world_from_camera, true)
    assert error.ate_share < 0.01
    assert error.rotation_deg < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_a_camera_that_only_turns_does_not_travel(axis: str) -> None:
    true = preset_path("static", FRAMES)
    turns = np.linspace(0, 10, FRAMES)
    true[:, :3, :3] = Rotation.from_euler(axis, turns[:, None], degrees=True).as_matrix()
    found = estimate(render(true))
    assert found.kind == "rotation", found.reason
    off = np.swapaxes(found.world_from_camera[:, :3, :3], 1, 2) @ true[:, :3, :3]
    assert rotation_angle_deg(off).max() < 0.2


@pytest.mark.slow
def test_a_way_that_two_frames_cannot_tell_from_a_turn_is_not_trusted() -> None:
    frames = render(preset_path("orbit", 2, {"angle_deg": 4}))
    found = estimate(frames)
    assert found.kind == "failed" or found.confidence <= PLAIN_CONFIDENCE, found.reason
    assert "whether the camera travels" in found.reason


@pytest.mark.slow
def test_a_zoom_while_turning() -> None:
    true, zoom = preset_path("pan", FRAMES, {"yaw_deg": 9}), np.linspace(1, 1.4, FRAMES)
    found = estimate(render(true, zoom))
    assert found.kind == "rotation", found.reason
    np.testing.assert_allclose(found.intrinsics_px[:, 0] / FOCAL, zoom, rtol=0.01)
    off = np.swapaxes(found.world_from_camera[:, :3, :3], 1, 2) @ true[:, :3, :3]
    assert rotation_angle_deg(off).max() < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("wash", [0.0, 0.06])
def test_a_backdrop_too_plain_to_tell_is_not_called_rest_with_confidence(wash: float) -> None:
    frames = render(ORBIT).astype(np.float32)
    plain = np.clip(128 + wash * (frames - 128), 0, 255).astype(np.uint8)
    found = estimate(plain)
    assert found.confidence < 0.3
    assert "plain" in found.reason


def test_a_plain_rim_tells_nothing_and_an_edge_tells_across_it_only() -> None:
    gray = np.full((3, 120, 160), 90, np.uint8)
    assert rim_telling(gray) == (0, 0)
    gray[:, ::12] = 200
    assert rim_telling(gray).share == 0  # lines across the picture say nothing of a pan
    gray[:, :, ::12] = 200
    assert rim_telling(gray).share > TELLING_SHARE
    assert rim_telling(gray).still == 1
    gray[1:, :60, ::2] = 30  # two of three frames differ from the first, in the upper half
    assert 0.2 < rim_telling(gray).still < 0.9
    assert rim_telling(gray, np.ones(gray.shape, bool)) == (0, 0)


def joined(before: np.ndarray, after: np.ndarray, at: int) -> np.ndarray:
    return np.concatenate([before[:at], after[at:]])


@pytest.mark.slow
@pytest.mark.parametrize("at", [3, 9, 12])
def test_a_cut_is_named_and_no_path_is_invented(at: int) -> None:
    other = render(preset_path("pan", FRAMES, {"yaw_deg": 10}))[:, ::-1, ::-1]
    found = estimate(joined(render(ORBIT), other, at))
    assert found.kind == "failed"
    assert found.reason.startswith(f"frame {at} shows nothing of frame {at - 1}: a cut")
    assert found.confidence == 0
    assert not found.registered.any()
    assert at_rest(found)


@pytest.mark.slow
def test_two_shots_at_rest_are_two_shots() -> None:
    still = render(preset_path("static", FRAMES))
    found = estimate(joined(still, still[:, ::-1, ::-1], 12))
    assert (found.kind, found.reason[:8]) == ("failed", "frame 12")


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 255])
def test_a_frame_of_black_or_white_is_named(level: int) -> None:
    frames = render(ORBIT)
    frames[6] = level
    found = estimate(frames)
    assert found.kind == "failed"
    assert found.reason.startswith("frame 6 ")


@pytest.mark.slow
def test_a_flash_that_leaves_something_to_see_is_seen_through() -> None:
    frames = render(ORBIT)
    frames[6] = 255 - (255 - frames[6]) // 4
    found = estimate(frames)
    assert found.kind == "full", found.reason
    assert path_error(found.world_from_camera, ORBIT).ate_share < 0.01


@pytest.mark.slow
def test_a_single_shot_has_no_cut() -> None:
    gray = render(ORBIT)[..., 1]
    assert first_cut(track_features(gray)) is None
    plain = np.concatenate([np.full_like(gray[:4], 20), gray])
    assert first_cut(track_features(plain)) is None  # nothing can be told of a plain leader


@pytest.mark.slow
def test_levelled_frames_have_one_light_whatever_the_mover_wears() -> None:
    gray = render(preset_path("static", FRAMES))[..., 1]
    steady = np.clip(0.5 * gray + 60, 0, 255).astype(np.uint8)
    gain = np.random.default_rng(0).uniform(0.7, 1.2, (FRAMES, 1, 1))
    dark = np.clip(steady * gain, 0, 255).astype(np.uint8)
    movers = np.zeros(gray.shape, bool)
    movers[:, 60:120, 80:140] = True
    dark[movers] = 255
    out = levelled(dark, movers).astype(float)
    beside = ~movers.any(axis=0)
    spread = np.ptp(out[:, beside].mean(axis=1)), np.ptp(out[:, beside].std(axis=1))
    assert max(spread) < 1
    np.testing.assert_array_equal(levelled(np.full((2, 8, 8), 7, np.uint8)), 7)
