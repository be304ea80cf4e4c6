"""Refine: fill what is empty, settle the figure into the scene, and write the video that people watch."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from data_contracts.animation import Animation, RefinedVideo
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import ContractError
from data_contracts.image import write_png
from data_contracts.record import FileRef
from data_contracts.video import read_lossless, write_lossless, write_mp4
from models.refinement import RefinementConfig, load
from models.refinement.harmonize import HarmonizeConfig
from tasks.stage import StageConfig, stage


class RefineConfig(StageConfig):
    """Settings of the stage."""

    backend: RefinementConfig = Field(default_factory=HarmonizeConfig)
    crf: int = Field(16, ge=0, le=51)
    """x264's quality of the MP4: 16 looks like the original."""


@stage(version=1, timeout_s=900)
def refine(
    animation: Animation, coarse: CoarseVideo, conditions: Conditions, config: RefineConfig, out_dir: Path
) -> RefinedVideo:
    """Mend the composite and write the result.

    Raises:
        ContractError: the clips do not fit.
    """
    frames = animation.num_frames
    if frames > min(coarse.num_frames, conditions.num_frames):
        raise ContractError(
            "the animation is longer than its background",
            expected=f"at most {min(coarse.num_frames, conditions.num_frames)} frames",
            got=frames,
        )
    refined = load(config.backend)(
        read_lossless(animation.path(animation.video)),
        read_lossless(animation.path(animation.alpha)),
        read_lossless(coarse.path(coarse.video))[:frames],
        read_lossless(coarse.path(coarse.void))[:frames] > 127,
    )
    write_lossless(out_dir / "result.mkv", refined.frames, animation.fps)
    write_mp4(out_dir / "result.mp4", refined.frames, animation.fps, config.crf)
    write_png(out_dir / "poster.png", refined.frames[frames // 2])
    return RefinedVideo(
        video=FileRef.of(out_dir / "result.mp4", out_dir),
        lossless=FileRef.of(out_dir / "result.mkv", out_dir),
        poster=FileRef.of(out_dir / "poster.png", out_dir),
        num_frames=frames,
        fps=animation.fps,
        width_px=animation.width_px,
        height_px=animation.height_px,
        filled_share=refined.filled_share,
        backend=config.backend.kind,
    )
