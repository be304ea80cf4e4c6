"""Connected pieces of a mask: which belong to the figure, and which holes are closed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def disc(radius: float) -> NDArray[np.uint8]:
    """Elliptic structuring element of a radius in pixels (at least 1)."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def morph(mask: Mask, operation: int, kernel: NDArray[np.uint8]) -> Mask:
    """Apply a cv2.MORPH_* operation to a mask."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), operation, kernel) > 0, np.bool_)


def central_component(mask: Mask, *, companions: float = 0.0) -> Mask:
    """The largest piece near the middle column, and pieces of at least ``companions`` of its area."""
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return mask
    area = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    off_centre = np.abs(centroids[1:, 0] / mask.shape[1] - 0.5)
    best = int(np.argmax(area * (1 - off_centre)))
    keep = np.zeros(count, np.bool_)
    keep[1 + best] = True
    if companions > 0:
        keep[1:] |= (area > companions * area[best]) & (off_centre < 0.4)
    return np.asarray(keep[labels], np.bool_)


def heaviest_component(mask: Mask, weight: NDArray[np.float32]) -> Mask:
    """The piece with the greatest summed weight, with large pieces close to it (a belt may part a body)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    sums = np.bincount(labels.ravel(), weights=weight.ravel(), minlength=count)
    best = 1 + int(np.argmax(sums[1:]))
    keep = labels == best
    near = cv2.dilate(keep.astype(np.uint8), disc(max(mask.shape) / 60)) > 0
    touched = np.bincount(labels[near], minlength=count) > 0
    large = stats[:, cv2.CC_STAT_AREA] > 0.08 * stats[best, cv2.CC_STAT_AREA]
    chosen = touched & large
    chosen[0] = False
    chosen[best] = True
    return np.asarray(chosen[labels], np.bool_)


def fill_holes(mask: Mask, *, largest: float, keep_open: Mask | None = None) -> Mask:
    """Close holes smaller than ``largest`` of the mask's area, unless most of a hole is in ``keep_open``."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    height, width = mask.shape
    x, y, w, h, area = stats.T
    inside = (x > 0) & (y > 0) & (x + w < width) & (y + h < height)
    close = inside & (area < largest * mask.sum())
    close[0] = False
    if keep_open is not None:
        open_share = np.bincount(labels[keep_open], minlength=count) / np.maximum(area, 1)
        close &= open_share <= 0.5
    return np.asarray(mask | close[labels], np.bool_)
