"""SplatField: a fitted field of 3D Gaussians."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class SplatField(Record):
    """Gaussians of a scene: of its background, or extended along one job's camera path."""

    splats: FileRef
    """PLY with the 3DGS property names."""
    num_splats: int = Field(ge=1)
    steps: int = Field(ge=0)
    """Of optimisation in all, those of the field that it goes on from too."""
    psnr_before_db: float
    psnr_after_db: float
    backend: str
