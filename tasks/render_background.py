"""Render the background: the coarse clip along a job's camera path, with its voids and its depth (A10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.camera_formats import format_json, read_camera
from data_contracts.camera_path import CameraPath
from data_contracts.coarse_video import CoarseVideo
from data_contracts.errors import ContractError, InputError
from data_contracts.lossless_video import write_lossless
from data_contracts.npz import write_npz
from data_contracts.record import FileRef
from data_contracts.scene import Scene
from data_contracts.splats import read_splats
from data_contracts.splats_record import SplatField
from models.splatting import CpuSplattingConfig, Rendering, SplattingConfig, load
from tasks.stage import StageConfig, stage

FPS_OF_ONE_FRAME = 30.0
"""A path of a single pose has no rate of its own."""

MAX_STORED_DEPTH_M = 65_000.0
"""Depth is stored as float16, whose numbers end at 65,504."""


class RenderBackgroundConfig(StageConfig):
    """Settings of render_background."""

    backend: SplattingConfig = Field(default_factory=CpuSplattingConfig)
    void_alpha: float = Field(0.5, gt=0, le=1)
    """A pixel that the splats cover less than this is void: the next steps mend it."""
    most_void: float = Field(0.5, gt=0, le=1)
    """Share of a frame that may be void. Where more is, the camera has left the scene: no neighbouring frame
    can mend it, and the clip would go black. 1 keeps such clips."""


@stage(version=2, timeout_s=1800)
def render_background(
    splats: SplatField, scene: Scene, config: RenderBackgroundConfig, out_dir: Path
) -> CoarseVideo:
    """Draw the field from every pose of the scene's track, on black.

    Raises:
        ContractError: the scene has no track, its lens is unknown, or it is for another picture size.
        InputError: the PLY is unusable, or the camera leaves the scene.
        BackendUnavailable: the backend cannot run here.
    """
    path = _track(scene)
    frames = _Frames(splats, scene, path, config)
    fps = _fps(path)
    video = write_lossless(out_dir / "video.mkv", frames.pictures(), fps)
    void = write_lossless(out_dir / "void.mkv", frames.voids, fps)
    depth, track = out_dir / "depth.npz", out_dir / "camera.json"
    write_npz(depth, {"depth_m": frames.depths})
    track.write_text(format_json(path), encoding="utf-8")
    void_shares = [float(void.mean() / 255) for void in frames.voids]
    _check_in_scene(void_shares, config.most_void)
    return CoarseVideo(
        video=FileRef.of(video, out_dir),
        void=FileRef.of(void, out_dir),
        depth=FileRef.of(depth, out_dir),
        track=FileRef.of(track, out_dir),
        num_frames=path.n_frames,
        fps=fps,
        width_px=scene.width_px,
        height_px=scene.height_px,
        void_share=float(np.mean(void_shares)),
        void_shares=void_shares,
        backend=config.backend.kind,
    )


class _Frames:
    """Draws the frames; the voids and depths of those that were drawn are kept."""

    def __init__(
        self, splats: SplatField, scene: Scene, path: CameraPath, config: RenderBackgroundConfig
    ) -> None:
        assert path.intrinsics_px is not None, "_track refuses paths without a lens"
        self._renderings: Iterator[Rendering] = load(config.backend).render_track(
            read_splats(splats.path(splats.splats)),
            path.world_from_camera,
            path.intrinsics_px,
            scene.width_px,
            scene.height_px,
        )
        self._void_alpha = config.void_alpha
        shape = path.n_frames, scene.height_px, scene.width_px
        self.voids = np.empty(shape, np.uint8)
        self.depths = np.empty(shape, np.float16)

    def pictures(self) -> Iterator[NDArray[np.uint8]]:
        """Yield each frame, uint8 [H, W, 3]."""
        for t, drawn in enumerate(self._renderings):
            is_void = drawn.alpha < self._void_alpha
            self.voids[t] = is_void * np.uint8(255)
            self.depths[t] = np.where(is_void, 0, np.minimum(drawn.depth_m, MAX_STORED_DEPTH_M))
            yield np.rint(drawn.rgb.clip(0, 1) * 255).astype(np.uint8)


def _track(scene: Scene) -> CameraPath:
    """Return the scene's camera path, checked against its pictures."""
    if scene.track is None:
        hint = "Run expand_scene first: it brings a job's camera into the scene."
        raise ContractError("the scene has no camera track", where="scene.track", hint=hint)
    path = read_camera(scene.path(scene.track))
    if path.intrinsics_px is None:
        raise ContractError("the track has no lens", where=scene.path(scene.track), expected="intrinsics_px")
    expected, got = (scene.width_px, scene.height_px), (path.width_px, path.height_px)
    if got not in (expected, (None, None)):
        raise ContractError("another picture size", where=scene.path(scene.track), expected=expected, got=got)
    return path


def _fps(path: CameraPath) -> float:
    """Return the frame rate of the path's times."""
    if path.n_frames < 2:
        return FPS_OF_ONE_FRAME
    return float((path.n_frames - 1) / (path.time_s[-1] - path.time_s[0]))


def _check_in_scene(void_shares: list[float], most_void: float) -> None:
    """Refuse a clip with frames that show next to nothing."""
    outside = [frame for frame, share in enumerate(void_shares) if share > most_void]
    if outside:
        raise InputError(
            "the camera leaves the scene",
            where=f"frames {outside[0]} to {outside[-1]}",
            expected=f"at most {most_void:.0%} of a frame without background",
            got=f"{len(outside)} of {len(void_shares)} frames with more, up to {max(void_shares):.0%}",
            hint="Give a shorter path or a smaller turn, leave expand_scene's track_scale at 'cap', "
            "or raise render_background.most_void to keep the voids",
        )
