"""track_camera: extracted, from a file, from a preset; and what happens when the camera cannot be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from data_contracts.camera import CameraRequest, CameraTrack
from data_contracts.camera_formats import format_colmap, format_json, format_tum, read_camera
from data_contracts.camera_path import CameraPath
from data_contracts.errors import EstimationError, InputError
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from data_contracts.video import write_lossless
from models.camera import FeaturesConfig
from models.camera.alignment import path_error
from models.camera.presets import preset_path
from tasks.track_camera import TrackCameraConfig, track_camera
from tests.models.camera.planes import FOV_DEG, HEIGHT, WIDTH, render, with_walker

MICROSECONDS = 1e-6
"""TUM text has times to the microsecond, between which nothing travels farther in a clip of a second."""

KNOWN_LENS = TrackCameraConfig(backend=FeaturesConfig(fov_deg=FOV_DEG))


def clip_media(frames: np.ndarray, folder: Path) -> Media:
    folder.mkdir()
    content = write_lossless(folder / "clip.mkv", frames, 24)
    return Media(
        kind="clip",
        content=FileRef.of(content, folder),
        name="clip.mp4",
        width_px=frames.shape[2],
        height_px=frames.shape[1],
        num_frames=len(frames),
        fps=24,
    ).placed(folder)


def clip_matte(movers: np.ndarray, folder: Path) -> Matte:
    folder.mkdir()
    alpha = write_lossless(folder / "alpha.mkv", movers.astype(np.uint8) * 255, 24)
    return Matte(
        kind="clip",
        alpha=FileRef.of(alpha, folder),
        width_px=movers.shape[2],
        height_px=movers.shape[1],
        num_frames=len(movers),
        method="test",
        coverage=float(movers.mean()),
        confidence=1.0,
    ).placed(folder)


def request(**fields: Any) -> CameraRequest:
    return CameraRequest(**{"num_frames": 12, "fps": 24, **fields})


def made(track: CameraTrack, out: Path) -> CameraPath:
    """The track's path, once it is sure that both of its files say the same."""
    placed = track.placed(out)
    path = read_camera(placed.path(placed.track))
    tum = read_camera(placed.path(placed.tum))
    np.testing.assert_allclose(tum.world_from_camera, path.world_from_camera, atol=1e-7)
    assert path.n_frames == track.num_frames
    return path


def test_a_preset_is_drawn(tmp_path: Path) -> None:
    asked = request(origin="preset", preset="orbit", parameters={"angle_deg": 30})
    track = track_camera(asked, None, None, TrackCameraConfig(), tmp_path)
    assert (track.kind, track.confidence, track.width_px) == ("preset", 1.0, None)
    expected = preset_path("orbit", 12, {"angle_deg": 30})
    np.testing.assert_allclose(made(track, tmp_path).world_from_camera, expected, atol=1e-12)


def test_a_seed_belongs_to_the_shake(tmp_path: Path) -> None:
    paths = []
    for i, seed in enumerate((1, 1, 2)):
        out = tmp_path / str(i)
        out.mkdir()
        asked = request(origin="preset", preset="shake", seed=seed)
        paths.append(made(track_camera(asked, None, None, TrackCameraConfig(), out), out).world_from_camera)
    np.testing.assert_array_equal(paths[0], paths[1])
    assert np.abs(paths[0] - paths[2]).max() > 1e-4


def test_a_zoom_is_carried_as_a_lens(tmp_path: Path) -> None:
    asked = request(origin="preset", preset="zoom", parameters={"factor": 1.5})
    track = track_camera(asked, None, None, TrackCameraConfig(), tmp_path)
    path = made(track, tmp_path)
    assert (track.kind, track.width_px, track.height_px) == ("preset", 1, 1)
    assert path.intrinsics_px is not None
    np.testing.assert_allclose(path.intrinsics_px[[0, -1], 0], [1, 1.5])
    np.testing.assert_array_equal(path.world_from_camera, preset_path("static", 12))


def test_unknown_presets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such camera preset"):
        track_camera(request(origin="preset", preset="fly"), None, None, TrackCameraConfig(), tmp_path)


@pytest.mark.parametrize("form", ["tum", "json", "colmap"])
def test_a_file_is_read_and_stretched_to_the_clip(tmp_path: Path, form: str) -> None:
    given = CameraPath.of(
        preset_path("dolly_in", 5),
        time_s=np.arange(5) / 10,
        intrinsics_px=np.tile([100.0, 100, 50, 40], (5, 1)),
        width_px=100,
        height_px=80,
    )
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    name = {"tum": "path.txt", "json": "path.json", "colmap": "images.txt"}[form]
    if form == "colmap":
        images, cameras = format_colmap(given)
        (source / name).write_text(images)
        (source / "cameras.txt").write_text(cameras)
    else:
        (source / name).write_text(format_tum(given) if form == "tum" else format_json(given))
    asked = request(origin="file", trajectory=FileRef.of(source / name, source)).placed(source)
    track = track_camera(asked, None, None, TrackCameraConfig(), out)
    path = made(track, out)
    assert track.kind == "given"
    assert (path.intrinsics_px is None) == (form == "tum")
    np.testing.assert_allclose(path.world_from_camera[[0, -1]], given.world_from_camera[[0, -1]], atol=1e-7)
    assert (np.diff(path.world_from_camera[:, 2, 3]) > 0).all()
    # At its own speed 5 poses of 0.1 s last 0.4 s; the clip of 12 frames at 24 a second lasts 0.46 s.
    held = track_camera(asked, None, None, TrackCameraConfig(file_length="clip"), out)
    if form != "colmap":
        positions = made(held, out).world_from_camera[:, 2, 3]
        assert positions[10] == pytest.approx(positions[11], abs=1e-6)
        assert positions[9] < positions[10]


def test_a_broken_file_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("0 0 0 0 0 0 0 1\n1 0 0 0 0 0 0\n")
    asked = request(origin="file", trajectory=FileRef.of(tmp_path / "bad.txt", tmp_path)).placed(tmp_path)
    with pytest.raises(InputError, match=r"bad\.txt, line 2"):
        track_camera(asked, None, None, TrackCameraConfig(), tmp_path)


@pytest.mark.slow
def test_a_clips_camera_is_extracted_with_the_mover_masked(tmp_path: Path) -> None:
    true = preset_path("orbit", 14, {"angle_deg": 16})
    frames, movers = with_walker(render(true))
    out = tmp_path / "out"
    out.mkdir()
    track = track_camera(
        request(origin="extracted", num_frames=12),
        clip_media(frames, tmp_path / "media"),
        clip_matte(movers, tmp_path / "matte"),
        KNOWN_LENS,
        out,
    )
    assert (track.kind, track.num_frames, track.registered_share) == ("full", 12, 1.0)
    assert (track.width_px, track.height_px) == (WIDTH, HEIGHT)
    assert track.reprojection_error_px is not None
    assert track.reprojection_error_px < 1
    assert path_error(made(track, out).world_from_camera, true[:12]).ate_share < 0.01


@pytest.mark.slow
def test_a_locked_off_clip_gives_exact_identities(tmp_path: Path) -> None:
    frames, _ = with_walker(render(preset_path("static", 12)))
    out = tmp_path / "out"
    out.mkdir()
    media = clip_media(frames, tmp_path / "media")
    track = track_camera(request(origin="extracted"), media, None, TrackCameraConfig(), out)
    assert track.kind == "static"
    assert track.confidence > 0.9
    np.testing.assert_array_equal(made(track, out).world_from_camera, np.tile(np.eye(4), (12, 1, 1)))


@pytest.mark.slow
def test_what_cannot_be_told_is_an_error_or_a_camera_at_rest_without_confidence(tmp_path: Path) -> None:
    coarse = np.random.default_rng(0).integers(0, 256, (12, 9, 12, 3), dtype=np.uint8)
    media = clip_media(coarse.repeat(16, 1).repeat(16, 2), tmp_path / "media")
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(EstimationError, match=r"cannot be told.*trajectory file or a preset"):
        track_camera(request(origin="extracted"), media, None, TrackCameraConfig(on_failure="error"), out)
    track = track_camera(request(origin="extracted"), media, None, TrackCameraConfig(), out)
    assert (track.kind, track.confidence, track.registered_share) == ("static", 0.0, 0.0)
    assert track.reprojection_error_px is None
    np.testing.assert_array_equal(made(track, out).world_from_camera, np.tile(np.eye(4), (12, 1, 1)))


def test_only_footage_has_a_camera_to_extract(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"only be extracted from footage.*preset:static"):
        track_camera(request(origin="extracted"), None, None, TrackCameraConfig(), tmp_path)


@pytest.mark.slow
def test_a_cut_is_named_in_the_record(tmp_path: Path) -> None:
    first = render(preset_path("orbit", 12, {"angle_deg": 14}))
    frames = np.concatenate([first[:7], first[7:, ::-1, ::-1]])
    media = clip_media(frames, tmp_path / "media")
    out = tmp_path / "out"
    out.mkdir()
    track = track_camera(request(origin="extracted"), media, None, KNOWN_LENS, out)
    assert (track.kind, track.confidence) == ("static", 0.0)
    assert track.reason.startswith("frame 7 shows nothing of frame 6: a cut")
    strict = KNOWN_LENS.model_copy(update={"on_failure": "error"})
    with pytest.raises(EstimationError, match="frame 7 shows nothing of frame 6: a cut"):
        track_camera(request(origin="extracted"), media, None, strict, out)


def test_a_file_in_another_unit_is_scaled_and_a_metre_is_kept_in_mind(tmp_path: Path) -> None:
    """What an external tracker wrote: TUM text in a unit of its own, given back as the job's camera."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    given = preset_path("crane", 12, {"rise": 0.3})
    given[:, :3, 3] *= 7.5
    text = format_tum(CameraPath.of(given, time_s=100 + np.arange(12) / 24))
    (source / "dpvo.txt").write_text(text)
    asked = request(origin="file", trajectory=FileRef.of(source / "dpvo.txt", source)).placed(source)
    track = track_camera(asked, None, None, TrackCameraConfig(file_scale=1 / 7.5), out)
    np.testing.assert_allclose(
        made(track, out).world_from_camera, preset_path("crane", 12, {"rise": 0.3}), atol=MICROSECONDS
    )
    assert not track.metric
    metres = track_camera(asked, None, None, TrackCameraConfig(file_unit="metre"), out)
    assert metres.metric
    np.testing.assert_allclose(made(metres, out).world_from_camera, given, atol=7.5 * MICROSECONDS)


def test_smoothing_calms_what_shakes_but_no_preset(tmp_path: Path) -> None:
    calm = preset_path("dolly_in", 12)
    shaken = calm @ preset_path("shake", 12, {"angle_deg": 0.5, "shift": 0.01, "cycles": 5}, seed=3)
    config = TrackCameraConfig(smoothing_s=0.1)
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    (source / "c.json").write_text(format_json(CameraPath.of(shaken, time_s=np.arange(12) / 24)))
    asked = request(origin="file", trajectory=FileRef.of(source / "c.json", source)).placed(source)
    smooth = made(track_camera(asked, None, None, config, out), out).world_from_camera

    def jerk(path: np.ndarray) -> float:
        return float(np.abs(np.diff(path[:, :3, 3], n=2, axis=0)).max())

    assert jerk(smooth) < 0.5 * jerk(shaken)
    drawn = request(origin="preset", preset="shake", seed=3)
    kept = made(track_camera(drawn, None, None, config, out), out).world_from_camera
    np.testing.assert_allclose(kept, preset_path("shake", 12, seed=3), atol=1e-12)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("smoothing_s", -1),
        ("smoothing_s", 11),
        ("file_scale", 0),
        ("file_scale", float("inf")),
        ("file_unit", "foot"),
    ],
)
def test_settings_out_of_bounds_are_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        TrackCameraConfig.model_validate({field: value})
