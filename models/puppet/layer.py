"""A layer: the picture of one part, and how it is joined to the trunk."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_RIM_PX = 2
"""So many pixels of every part lie beneath or over its neighbours."""


@dataclass(frozen=True)
class Layer:
    """A part's picture, premultiplied float32 RGBA [H, W, 4], and the disc that joins it to the torso."""

    name: str
    texture: NDArray[np.float32]
    joint_xy: NDArray[np.float64] | None
    joint_radius: float


def soft_cover(
    alpha: NDArray[np.float32],
    part: NDArray[np.bool_],
    beneath: NDArray[np.bool_] | None = None,
    rim_px: int = _RIM_PX,
) -> NDArray[np.float32]:
    """The matte within a part, its inner borders softened over about a pixel.

    Parts overlap by the softened rim: where two merely met, what is behind would show through the seam. What
    always lies ``beneath`` the part has a rim of its own there, and a hem over it stays as it is.
    """
    rim = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim_px + 1, 2 * rim_px + 1))
    wider = cv2.dilate(part.astype(np.uint8), rim) > 0
    if beneath is not None:
        wider &= part | ~beneath
    near = cv2.dilate(wider.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    soft: NDArray[np.float32] = cv2.GaussianBlur(wider.astype(np.float32), (0, 0), 0.8) * near
    return np.minimum(soft, alpha)


def premultiplied(rgb: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colours [H, W, 3] times their cover [H, W], and the cover: float32 [H, W, 4]."""
    return np.ascontiguousarray(np.dstack([rgb * alpha[..., None], alpha]), np.float32)
