"""Track the camera: estimate it from the driving clip, read it from a file, or draw it from a preset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.camera import CameraKind, CameraRequest, CameraTrack
from data_contracts.camera_formats import format_json, format_tum, read_camera
from data_contracts.camera_path import CameraPath
from data_contracts.errors import ContractError, EstimationError, InputError
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from data_contracts.video import read_lossless
from models.camera import CameraConfig, FeaturesConfig, load
from models.camera.alignment import resample_path
from models.camera.presets import preset_path, preset_zoom
from models.camera.smoothing import smooth_path
from tasks.stage import StageConfig, stage


class TrackCameraConfig(StageConfig):
    """Settings of track_camera."""

    backend: CameraConfig = Field(default_factory=FeaturesConfig)
    on_failure: Literal["error", "static"] = "static"
    """What a clip whose camera cannot be told becomes: a failed item, or a camera at rest with confidence 0.
    An untrustworthy path is never passed on."""
    min_confidence: float = Field(0.3, ge=0, le=1)
    """Least confidence of a path that is passed on."""
    file_length: Literal["stretch", "clip"] = "stretch"
    """A trajectory of another length than the video: spread over it, or taken at its own speed and cut (its
    last pose held where it is too short)."""
    file_unit: Literal["scene_depth", "metre"] = "scene_depth"
    """What 1 is in a trajectory file: the depth of what the scene's camera looks at, or a metre, which needs
    a scene whose depth is in metres as well."""
    file_scale: float = Field(1.0, gt=0, allow_inf_nan=False)
    """Positions of a trajectory file are multiplied by it first: 1 over the depth, in the file's unit, of
    what its first frame sees makes a track of an arbitrary unit one in scene depths."""
    smoothing_s: float = Field(0.0, ge=0, le=10)
    """Standard deviation in seconds of the Gaussian that smooths extracted paths and files; 0 for none. A
    smoothed camera no longer follows the footage to the pixel."""


@stage(version=2, timeout_s=900)
def track_camera(
    request: CameraRequest, media: Media | None, matte: Matte | None, config: TrackCameraConfig, out_dir: Path
) -> CameraTrack:
    """Make the camera path that a job asks for, `request.num_frames` poses at `request.fps`.

    Raises:
        InputError: a trajectory file is missing or wrong, there is no such preset, or a parameter is wrong.
        EstimationError: the clip's camera cannot be told and the settings ask for an error.
    """
    if request.origin == "preset":
        poses = preset_path(request.preset, request.num_frames, request.parameters, request.seed)
        zoom = preset_zoom(request.preset, request.num_frames, request.parameters)
        path = _zooming(CameraPath.of(poses, time_s=_times(request)), zoom)
        return _write(path, "preset", out_dir, confidence=1.0)
    if request.origin == "file":
        path = _smoothed(_from_file(request, config), config)
        metric = config.file_unit == "metre"
        return _write(path, "given", out_dir, confidence=1.0, metric=metric)
    if media is None or media.kind != "clip":
        got = "no clip" if media is None else f"a {media.kind}"
        raise InputError(
            "a camera can only be extracted from footage",
            expected="a clip as the driving input",
            got=got,
            hint="Name a preset ('preset:static') or a trajectory file as the job's camera.",
        )
    return _extracted(request, media, matte, config, out_dir)


def _zooming(path: CameraPath, zoom: NDArray[np.float64]) -> CameraPath:
    """The path with a lens for a plane of 1 x 1: its growth is what counts. A lens that stays is any lens."""
    if (zoom == 1).all():
        return path
    lens = np.stack([zoom, zoom, np.full_like(zoom, 0.5), np.full_like(zoom, 0.5)], axis=1)
    return CameraPath.of(
        path.world_from_camera, time_s=path.time_s, intrinsics_px=lens, width_px=1, height_px=1
    )


def _times(request: CameraRequest) -> NDArray[np.float64]:
    return np.arange(request.num_frames) / request.fps


def _from_file(request: CameraRequest, config: TrackCameraConfig) -> CameraPath:
    if request.trajectory is None:
        raise InputError(
            "the trajectory cannot be read",
            where=request.location,
            expected="a TUM, COLMAP, RealEstate10K or JSON file, or a folder with COLMAP's images.txt",
            hint="Check the job's camera; 'extracted' and 'preset:NAME' need no file.",
        )
    given = read_camera(request.path(request.trajectory), fps=request.fps)
    at = given.time_s[0] + _times(request)
    if config.file_length == "stretch":
        at = np.linspace(given.time_s[0], given.time_s[-1], request.num_frames)
    poses = resample_path(given.world_from_camera, given.time_s, at)
    poses[:, :3, 3] *= config.file_scale
    lens = given.intrinsics_px
    if lens is not None:
        lens = np.stack([np.interp(at, given.time_s, column) for column in lens.T], axis=1)
    return CameraPath.of(
        poses, time_s=_times(request), intrinsics_px=lens, width_px=given.width_px, height_px=given.height_px
    )


def _smoothed(path: CameraPath, config: TrackCameraConfig) -> CameraPath:
    poses = smooth_path(path.world_from_camera, path.time_s, config.smoothing_s)
    return replace(path, world_from_camera=poses)


def _extracted(
    request: CameraRequest, media: Media, matte: Matte | None, config: TrackCameraConfig, out_dir: Path
) -> CameraTrack:
    frames = read_lossless(media.path(media.content))[: request.num_frames]
    movers = None
    if matte is not None:
        movers = read_lossless(matte.path(matte.alpha))[: len(frames)] > 127
        if movers.shape != frames.shape[:3]:
            raise ContractError("the matte is not of this clip", expected=frames.shape[:3], got=movers.shape)
    estimate = load(config.backend)(frames, movers)
    trusted = estimate.kind != "failed" and estimate.confidence >= config.min_confidence
    if not trusted and config.on_failure == "error":
        raise EstimationError(
            "the camera of this clip cannot be told",
            where=media.name,
            expected=f"confidence of at least {config.min_confidence}",
            got=f"{estimate.confidence:.2f}: {estimate.reason}",
            hint="Give the job a trajectory file or a preset, or set track_camera.on_failure to 'static'.",
        )
    poses = estimate.world_from_camera if trusted else np.tile(np.eye(4), (len(frames), 1, 1))
    path = CameraPath.of(
        poses,
        time_s=np.arange(len(frames)) / request.fps,
        intrinsics_px=estimate.intrinsics_px,
        width_px=frames.shape[2],
        height_px=frames.shape[1],
    )
    kind = estimate.kind if trusted and estimate.kind != "failed" else "static"
    return _write(
        path if kind == "static" else _smoothed(path, config),
        kind,
        out_dir,
        confidence=estimate.confidence if trusted else 0.0,
        reprojection_error_px=estimate.reprojection_error_px if trusted else None,
        registered_share=estimate.registered_share if trusted else 0.0,
        reason=estimate.reason,
    )


def _write(
    path: CameraPath,
    kind: CameraKind,
    out_dir: Path,
    *,
    confidence: float,
    reprojection_error_px: float | None = None,
    registered_share: float = 1.0,
    metric: bool = False,
    reason: str = "",
) -> CameraTrack:
    track, tum = out_dir / "camera.json", out_dir / "camera.tum"
    track.write_text(format_json(path), encoding="utf-8")
    tum.write_text(format_tum(path), encoding="utf-8")
    return CameraTrack(
        track=FileRef.of(track, out_dir),
        tum=FileRef.of(tum, out_dir),
        kind=kind,
        num_frames=path.n_frames,
        width_px=path.width_px,
        height_px=path.height_px,
        metric=metric,
        confidence=confidence,
        reprojection_error_px=reprojection_error_px,
        registered_share=registered_share,
        reason=reason,
    )
