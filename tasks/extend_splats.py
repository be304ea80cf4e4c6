"""Extend splats: the field of a background goes on along a job's camera path (A8, A9)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from data_contracts.record import FileRef
from data_contracts.scene import Scene, read_views
from data_contracts.splats import read_splats, write_splats
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


class ExtendSplatsConfig(StageConfig):
    """Settings of extend_splats."""

    backend: SplattingConfig = Field(default_factory=CpuSplattingConfig)
    start: InitConfig = Field(default_factory=lambda: InitConfig(scale_share=0.8))
    """How dense the field is, and of what shape, where it goes on. What a track newly sees gets few steps:
    splats that overlap from the start are smooth at once, those of a background's own 0.45 leave a grain."""
    fit: FitConfig = Field(default_factory=lambda: FitConfig(steps=80, first_view_every=0))
    """80 steps from a background's field are within 0.4 dB of 150 steps from nothing, on every frame of two
    scenes' orbits and cranes, and better by as much on the worst one. The first view has had its turns."""


@stage(version=2, timeout_s=3600)
def extend_splats(
    splats: SplatField, scene: Scene, config: ExtendSplatsConfig, out_dir: Path, seed: int = 0
) -> SplatField:
    """Add splats where a track's views show what the field does not, and fit to all views.

    What jobs share is fitted once: they differ only by what their cameras newly see.

    Raises:
        InputError: the PLY or a camera is unusable.
        BackendUnavailable: the backend cannot run here.
    """
    field = read_splats(splats.path(splats.splats))
    extended, report = fit_field(
        read_views(scene), load(config.backend), config.start, config.fit, seed, onto=field
    )
    path = out_dir / "splats.ply"
    write_splats(extended, path)
    return SplatField(
        splats=FileRef.of(path, out_dir),
        num_splats=len(extended),
        steps=splats.steps + report.steps,
        psnr_before_db=report.psnr_before_db,
        psnr_after_db=report.psnr_after_db,
        backend=config.backend.kind,
    )
