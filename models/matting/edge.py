"""The soft edge of a matte."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Pixel = TypeVar("Pixel", np.uint8, np.float32)

SURE = 0.95
"""Alpha from which on a pixel's colour is taken to be the figure's own."""
FINEST_SIDE = 4096
"""Long side in pixels above which edges are made smaller and enlarged: cuts are of 400 px, so that nothing
finer is known, and windows that grow with the picture would take minutes."""


def guided_filter(
    guide: NDArray[np.float32], values: NDArray[np.float32], radius: int, epsilon: float
) -> NDArray[np.float32]:
    """He, Sun & Tang, "Guided image filtering" (2013), grey guide in 0..1, box filters."""
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.boxFilter(x, -1, window), np.float32)

    mean_guide, mean_values = mean(guide), mean(values)
    covariance = mean(guide * values) - mean_guide * mean_values
    variance = mean(guide * guide) - mean_guide * mean_guide
    slope = np.asarray(covariance / (variance + epsilon), np.float32)
    offset = np.asarray(mean_values - slope * mean_guide, np.float32)
    return np.asarray(mean(slope) * guide + mean(offset), np.float32)


def soften(rgb: NDArray[np.uint8], coverage: NDArray[np.float32]) -> NDArray[np.float32]:
    """Alpha from a coarse coverage map: a guided filter near the outline, 0 and 1 away from it.

    Args:
        rgb: uint8 ``[H, W, 3]``.
        coverage: float32 ``[H, W]`` in 0..1, the mask enlarged to the picture's size.
    """
    if max(coverage.shape) > FINEST_SIDE:
        small = soften(at_finest_size(rgb), at_finest_size(coverage))
        return np.asarray(cv2.resize(small, coverage.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    radius = max(2, max(coverage.shape) // 200)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    alpha = guided_filter(grey, coverage, radius, 1e-4)
    window = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    alpha[cv2.erode(coverage, window) > 0.99] = 1
    alpha[cv2.dilate(coverage, window) < 0.01] = 0
    # The filter leaves a faint veil on both sides: stretch the middle of its range to the whole.
    return np.asarray(np.clip((alpha - 0.15) / 0.7, 0, 1), np.float32)


def at_finest_size(picture: NDArray[Pixel]) -> NDArray[Pixel]:
    """A picture ``[H, W, ...]`` at the finest size that edges are made at; a smaller one as it is."""
    if max(picture.shape[:2]) <= FINEST_SIDE:
        return picture
    scale = FINEST_SIDE / max(picture.shape[:2])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), picture.dtype)


def edge_support(rgb: NDArray[np.uint8], alpha: NDArray[np.float32]) -> float:
    """Share of the outline (inside the picture) that lies within two pixels of an image edge, at 400 px."""
    scale = min(1.0, 400 / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    mask = (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    outline = (mask - cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=1)) > 0
    edges = cv2.dilate(cv2.Canny(small, 30, 90), np.ones((5, 5), np.uint8)) > 0
    return float(edges[outline].mean()) if outline.any() else 0.0
