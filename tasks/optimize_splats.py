"""Optimize splats: a field of 3D Gaussians fitted to a scene's posed views (A9)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from data_contracts.record import FileRef
from data_contracts.scene import Scene, read_views
from data_contracts.splats import write_splats
from data_contracts.splats_record import SplatField
from models.splatting import (
    CpuSplattingConfig,
    FitConfig,
    InitConfig,
    SplattingConfig,
    fit_field,
    load,
)
from tasks.stage import StageConfig, stage


class OptimizeSplatsConfig(StageConfig):
    """Settings of optimize_splats."""

    backend: SplattingConfig = Field(default_factory=CpuSplattingConfig)
    start: InitConfig = Field(default_factory=InitConfig)
    """How dense the field is, and of what shape."""
    fit: FitConfig = Field(default_factory=FitConfig)


@stage(version=1, timeout_s=3600)
def optimize_splats(scene: Scene, config: OptimizeSplatsConfig, out_dir: Path, seed: int = 0) -> SplatField:
    """Fit a field to a scene's views: what all jobs with this background start from.

    Raises:
        InputError: no view has a pixel with colour and depth, or a camera is unusable.
        BackendUnavailable: the backend cannot run here.
    """
    splats, report = fit_field(read_views(scene), load(config.backend), config.start, config.fit, seed)
    path = out_dir / "splats.ply"
    write_splats(splats, path)
    return SplatField(
        splats=FileRef.of(path, out_dir),
        num_splats=len(splats),
        steps=report.steps,
        psnr_before_db=report.psnr_before_db,
        psnr_after_db=report.psnr_after_db,
        backend=config.backend.kind,
    )
