"""Truth of figures: where their joints and keypoints are, in the world and in pictures, and what is seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.world.figures.skeleton import FigureKind, Floats


class Points(NamedTuple):
    """Points over time."""

    xyz_world_m: Floats
    """[T, K, 3]: metres, y up."""
    xy_px: Floats
    """[T, K, 2]; NaN behind the camera."""
    visible: NDArray[np.bool_]
    """[T, K]: inside the picture, and nothing hides it."""


class FigureTruth(NamedTuple):
    """One figure of a take: its skeleton's joints, and its keypoints (COCO-WholeBody 133 or AP-10K 17)."""

    identity: str
    kind: FigureKind
    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    """Index of each joint's parent, -1 for the root."""
    joints: Points
    keypoints: Points


def inside(xy_px: Floats, width_px: int, height_px: int) -> NDArray[np.bool_]:
    """Which points [..., 2] lie inside of the picture; NaN lies outside."""
    x, y = xy_px[..., 0], xy_px[..., 1]
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = (x >= 0) & (x < width_px) & (y >= 0) & (y < height_px)
    return within
