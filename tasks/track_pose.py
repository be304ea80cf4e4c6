"""Track pose: the driver's joints over time, read exactly where they are given, else estimated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.bvh import read_bvh
from data_contracts.errors import InputError
from data_contracts.image import write_png
from data_contracts.lossless_video import iterate_lossless, read_lossless
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pose import PoseTrack
from data_contracts.pose_formats import read_poses, write_poses
from data_contracts.pose_sequence import BODY, PoseSequence
from data_contracts.record import FileRef
from models.motion.poses import bvh_poses
from models.pose import PoseConfig, PoseEstimate, SilhouettePose, load
from models.pose.contact_sheet import contact_sheet, shown_frames
from models.pose.resampling import resample_poses
from models.skeleton_video import read_skeleton_clip
from tasks.stage import StageConfig, stage

Pictures = Mapping[int, NDArray[np.uint8]]


class TrackPoseConfig(StageConfig):
    """Settings of track_pose."""

    estimate: PoseConfig = Field(default_factory=SilhouettePose)
    """Backend for clips of people; files, BVH and skeleton clips are read exactly."""
    bvh_width_px: int = Field(768, ge=16, le=4096)
    """Width of the picture plane that a BVH motion, which has none, is seen on."""
    bvh_height_px: int = Field(768, ge=16, le=4096)
    """Its height."""
    silhouette_side_px: int = Field(360, ge=128, le=2048)
    """Long side to which frames and mattes are shrunk for the silhouette backend."""


@stage(version=4, timeout_s=1800)
def track_pose(
    media: Media, matte: Matte | None, config: TrackPoseConfig, out_dir: Path, seed: int = 0
) -> PoseTrack:
    """Read or estimate the poses of a driving input.

    Raises:
        InputError: a still cannot drive; the BVH is no humanoid; the clip's matte is missing.
        NoFigureError: nobody is found in any frame.
        BackendUnavailable: the backend cannot run here.
    """
    pictures: Pictures = {}
    if media.motion_format == "bvh":
        poses, method, backend = _from_bvh(media, config), "bvh", "exact"
    elif media.motion_format == "pose_json":
        assert media.fps is not None, "ingest gives every motion a rate"
        read = read_poses(media.path(media.content))
        poses, method, backend = resample_poses(read, media.fps, media.num_frames), "pose_json", "exact"
    elif media.kind == "skeleton":
        poses, pictures = _from_skeleton(media)
        method, backend = "skeleton_video", "exact"
    elif media.kind == "clip":
        poses, pictures, found = _estimated(media, matte, config, seed)
        method, backend = "estimated", f"{config.estimate.kind}: {found.method}"
    else:
        raise InputError(
            "a still picture has no motion", where=media.name, expected="a clip or a motion", got=media.kind
        )
    write_poses(poses, out_dir / "poses.json")
    write_png(out_dir / "overlay.png", contact_sheet(poses, pictures))
    return PoseTrack(
        poses=FileRef.of(out_dir / "poses.json", out_dir),
        overlay=FileRef.of(out_dir / "overlay.png", out_dir),
        method=method,
        backend=backend,
        num_frames=poses.n_frames,
        num_people=poses.n_people,
        fps=poses.fps,
        width_px=poses.width_px,
        height_px=poses.height_px,
        has_3d=poses.xyz_camera is not None,
        mean_confidence=float(poses.confidence[:, :, BODY].mean(axis=(0, 2)).max()),
    )


def _from_bvh(media: Media, config: TrackPoseConfig) -> PoseSequence:
    return bvh_poses(
        read_bvh(media.path(media.content)),
        media.width_px or config.bvh_width_px,
        media.height_px or config.bvh_height_px,
        fps=media.fps,
        max_frames=media.num_frames,
        where=media.name,
    )


def _from_skeleton(media: Media) -> tuple[PoseSequence, Pictures]:
    frames = read_lossless(media.path(media.content))
    xy, confidence = read_skeleton_clip(frames)
    return _sequence(media, xy, confidence), {t: frames[t] for t in shown_frames(len(frames))}


def _sequence(media: Media, xy: NDArray[np.float32], confidence: NDArray[np.float32]) -> PoseSequence:
    assert media.fps is not None and media.width_px is not None and media.height_px is not None
    return PoseSequence(xy, confidence, media.fps, media.width_px, media.height_px)


def _estimated(
    media: Media, matte: Matte | None, config: TrackPoseConfig, seed: int
) -> tuple[PoseSequence, Pictures, PoseEstimate]:
    """Poses of the figure in a clip, in the clip's own pixels."""
    assert media.width_px is not None and media.height_px is not None
    scale = 1.0
    if config.estimate.kind == "silhouette":
        scale = min(1.0, config.silhouette_side_px / max(media.width_px, media.height_px))
    frames = _shrunk(media.path(media.content), scale)
    alpha = None
    if matte is not None:
        alpha = np.asarray(_shrunk(matte.path(matte.alpha), scale) / np.float32(255), np.float32)
        if len(alpha) != len(frames):
            raise InputError(
                "the matte does not belong to the clip",
                where=media.name,
                expected=f"{len(frames)} frames",
                got=f"{len(alpha)} frames",
                hint="Run segment again.",
            )
    found = load(config.estimate)(frames, alpha, seed)
    # Both axes by their own ratio: shrinking rounds to whole pixels.
    ratio = np.array([media.width_px / frames.shape[2], media.height_px / frames.shape[1]], np.float32)
    poses = _sequence(media, found.keypoints_xy_px * ratio, found.confidence)
    return poses, {t: frames[t] for t in shown_frames(len(frames))}, found


def _shrunk(path: Path, scale: float) -> NDArray[np.uint8]:
    """All frames of a lossless clip, each shrunk as it is read: a long clip at full size fills memory."""
    frames = []
    for frame in iterate_lossless(path):
        size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
        frames.append(cv2.resize(frame, size, interpolation=cv2.INTER_AREA) if scale < 1 else frame)
    return np.stack(frames).astype(np.uint8, copy=False)
