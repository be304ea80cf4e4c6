"""Depth: distances of a background picture, and the camera that took it."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Depth(Record):
    """A depth map of the same size as its background."""

    depth: FileRef
    """NumPy .npy, float32 [H, W], metres along z (scene units where no metre is known)."""
    preview: FileRef
    """8-bit PNG, near is bright."""
    focal_px: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    near_m: float = Field(gt=0)
    far_m: float = Field(gt=0)
    scene_kind: str
    """'indoor', 'outdoor' or 'unknown'."""
    horizon_y_px: float | None = None
    confidence: float = Field(ge=0, le=1)
    method: str
