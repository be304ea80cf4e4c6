"""Depth: distances of a background picture, and the camera that took it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.errors import ContractError
from data_contracts.image import read_image
from data_contracts.record import FileRef, Record


class Depth(Record):
    """A depth map of the same size as its background."""

    depth: FileRef
    """NumPy .npy, float32 [H, W], metres along z (scene units where no metre is known)."""
    preview: FileRef
    """8-bit PNG, near is bright."""
    sky: FileRef
    """Grey PNG: 255 where the sky is."""
    upright: FileRef
    """Grey PNG: 255 on things that stand before the layout's planes."""
    layout: FileRef | None = None
    """JSON: the planes of a room, or ground and backdrop; None where the backend knows none."""
    focal_px: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    near_m: float = Field(gt=0)
    far_m: float = Field(gt=0)
    metric: bool = False
    """Whether the unit is known to be a metre; otherwise it is about the depth of the nearest floor."""
    scene_kind: str
    """'indoor', 'outdoor' or 'unknown'."""
    horizon_y_px: float | None = None
    confidence: float = Field(ge=0, le=1)
    method: str


class DepthMaps(NamedTuple):
    """The files of a Depth: depth_m float32 [H, W], sky and upright bool [H, W], layout as in the JSON."""

    depth_m: NDArray[np.float32]
    sky: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    layout: dict[str, Any] | None


def read_depth(depth: Depth) -> DepthMaps:
    """Read the files of a placed Depth.

    Raises:
        ContractError: a map is not of the record's size, or not positive and finite.
    """
    path = depth.path(depth.depth)
    depth_m = np.load(path, allow_pickle=False)
    size = (depth.height_px, depth.width_px)
    if depth_m.shape != size or depth_m.dtype != np.float32:
        raise ContractError(
            "not the depth map of this picture",
            where=path,
            expected=f"float32 {size}",
            got=f"{depth_m.dtype} {depth_m.shape}",
        )
    if not np.isfinite(depth_m).all() or depth_m.min() <= 0:
        raise ContractError("depth must be finite and over 0 everywhere", where=path, got=depth_m.min())
    masks = []
    for ref in (depth.sky, depth.upright):
        mask = read_image(depth.path(ref))[..., 0] > 127
        if mask.shape != size:
            raise ContractError("the mask has another size", where=ref.path, expected=size, got=mask.shape)
        masks.append(mask)
    layout = None if depth.layout is None else json.loads(depth.path(depth.layout).read_text())
    return DepthMaps(depth_m, masks[0], masks[1], layout)
