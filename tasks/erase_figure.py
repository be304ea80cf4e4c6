"""Erase the figure: the driving clip without its person, as the background of who stands in for it (A17)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import Field

from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import format_json, read_camera
from data_contracts.coarse_video import CoarseVideo
from data_contracts.errors import BackendUnavailable, EstimationError, InputError
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from data_contracts.video import read_lossless, write_lossless
from models import inpainting as inpainting_role
from models.erasing import ErasingConfig, erase
from models.inpainting import InpaintingConfig
from models.inpainting.patchmatch import PatchMatchConfig
from tasks.stage import StageConfig, stage


class EraseFigureConfig(StageConfig):
    """Settings of erase_figure."""

    backend: ErasingConfig = Field(default_factory=ErasingConfig)
    inpainting: InpaintingConfig = Field(default_factory=PatchMatchConfig)
    """Fills what no frame of the clip shows."""
    least_confidence: float = Field(0.15, ge=0, le=1)
    """Mattes that are trusted less are refused: half of the person would stay."""


@stage(version=1, timeout_s=1800)
def erase_figure(
    media: Media, matte: Matte | None, camera: CameraTrack, config: EraseFigureConfig, out_dir: Path
) -> CoarseVideo:
    """Take the person out of a driving clip.

    Nothing is known of the depth, so nothing of the clip hides the new figure.

    Raises:
        InputError: the driving input is no clip.
        ContractError: the matte is not of this clip.
        EstimationError: the matte is not trusted, or the camera moves too far.
        BackendUnavailable: the inpainting backend lacks something.
    """
    if media.kind != "clip" or matte is None:
        raise InputError(
            "there is no place in this driving input",
            where=media.name,
            expected="a clip, where the job's scene is 'driving'",
            got=f"a {media.kind}",
            hint="Give the job a scene picture, or none for the reference's own background.",
        )
    if matte.confidence < config.least_confidence:
        raise EstimationError(
            "the person cannot be taken out of the clip: its matte is not trusted",
            where=media.name,
            expected=f"a confidence of at least {config.least_confidence:g}",
            got=f"{matte.confidence:.2f}",
            hint="Use the rembg backend for segment, or give the job a scene picture.",
        )
    if reason := config.inpainting.missing():
        raise BackendUnavailable(f"inpainting {config.inpainting.kind} cannot run here", hint=reason)
    assert media.fps is not None, "ingest gives every clip a rate"
    frames = read_lossless(media.path(media.content))
    alpha = (read_lossless(matte.path(matte.alpha)) / np.float32(255)).astype(np.float32)
    erased = erase(frames, alpha, config.backend, inpainting_role.load(config.inpainting))
    video = write_lossless(out_dir / "video.mkv", erased.frames, media.fps)
    void = write_lossless(out_dir / "void.mkv", np.zeros(frames.shape[:3], np.uint8), media.fps)
    depth, track = out_dir / "depth.npz", out_dir / "camera.json"
    np.savez_compressed(depth, depth_m=np.zeros(frames.shape[:3], np.float16))
    track.write_text(format_json(read_camera(camera.path(camera.track))), encoding="utf-8")
    return CoarseVideo(
        video=FileRef.of(video, out_dir),
        void=FileRef.of(void, out_dir),
        depth=FileRef.of(depth, out_dir),
        track=FileRef.of(track, out_dir),
        num_frames=len(frames),
        fps=media.fps,
        width_px=frames.shape[2],
        height_px=frames.shape[1],
        void_share=0.0,
        void_shares=[0.0] * len(frames),
        backend=config.backend.kind,
    )
