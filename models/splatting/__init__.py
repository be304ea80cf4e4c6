"""Splatting: fields of 3D Gaussians, drawn and fitted (A9, A10)."""

from typing import Annotated

from pydantic import Field

from data_contracts.errors import BackendUnavailable
from models.splatting.cpu import CpuSplatting, CpuSplattingConfig
from models.splatting.field import fit_field
from models.splatting.fitting import FitConfig, FitReport
from models.splatting.from_views import InitConfig, splats_from_views
from models.splatting.gsplat_cuda import GsplatConfig, GsplatSplatting
from models.splatting.protocol import SplattingBackend
from models.splatting.rendering import Rendering

SplattingConfig = Annotated[CpuSplattingConfig | GsplatConfig, Field(discriminator="kind")]


def load(config: CpuSplattingConfig | GsplatConfig) -> SplattingBackend:
    """The backend that a config asks for.

    Raises:
        BackendUnavailable: it cannot run on this machine.
    """
    if lack := config.missing():
        raise BackendUnavailable(f"splatting {config.kind} cannot run here", hint=lack)
    match config:
        case CpuSplattingConfig():
            return CpuSplatting(config)
        case GsplatConfig():
            return GsplatSplatting(config)


__all__ = [
    "CpuSplattingConfig",
    "FitConfig",
    "FitReport",
    "GsplatConfig",
    "InitConfig",
    "Rendering",
    "SplattingBackend",
    "SplattingConfig",
    "fit_field",
    "load",
    "splats_from_views",
]
