"""Matte: which pixels are the figure's."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record


class Matte(Record):
    """The figure's alpha in a still or in every frame of a clip, the same size as its media."""

    kind: Literal["still", "clip"]
    alpha: FileRef
    """Still: 8-bit grey PNG. Clip: lossless grey video (FFV1)."""
    cutout: FileRef | None = None
    """Still only: RGBA PNG with the background's colour taken out of the edge pixels."""
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    num_frames: int = Field(ge=1)
    method: str
    """The backend's branch that made it: 'alpha', 'plain_border', 'grabcut', 'motion', ..."""
    coverage: float = Field(ge=0, le=1)
    """Mean alpha."""
    confidence: float = Field(ge=0, le=1)
