"""Scene: posed RGBD views of a background."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Scene(Record):
    """Posed views that a Gaussian field is trained on (A7, A8)."""

    views: FileRef
    """NumPy .npz without pickle: rgb uint8 [V,H,W,3], depth_m float32 [V,H,W], valid bool [V,H,W],
    world_from_camera float64 [V,4,4], intrinsics_px float64 [V,4]."""
    sheet: FileRef
    """PNG contact sheet of the views, their holes and their depth."""
    track: FileRef | None = None
    """The job's camera path in the scene's coordinates (camera JSON); None before expand_scene."""
    num_views: int = Field(ge=1)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    hole_share_before: float = Field(ge=0, le=1)
    """Mean share of pixels that warping left empty in the added views."""
    hole_share_after: float = Field(ge=0, le=1)
    method: str
