"""Smooth fill by a pyramid of normalised averages (pull-push)."""

import cv2
import numpy as np
from numpy.typing import NDArray


def pull_push(values: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Carry known values smoothly into the unknown pixels; known pixels stay as they are.

    Args:
        values: float32 [H, W] or [H, W, C]; what stands in unknown pixels is not read.
        known: bool [H, W].

    Returns:
        float32, the shape of `values`. With nothing known, zeros.
    """
    planes = values if values.ndim == 3 else values[..., None]
    filled = _fill(np.where(known[..., None], planes, 0).astype(np.float32), known)
    return filled if values.ndim == 3 else filled[..., 0]


def _fill(planes: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    height, width = known.shape
    if known.all():
        return planes
    if min(height, width) <= 2:
        mean = planes[known].mean(0) if known.any() else np.zeros(planes.shape[2], np.float32)
        return np.where(known[..., None], planes, mean).astype(np.float32)
    coarse, coarse_known = halve(planes, known, least_known=1e-6)
    smooth = _resize(_fill(coarse, coarse_known), (width, height), cv2.INTER_LINEAR)
    return np.where(known[..., None], planes, smooth).astype(np.float32)


def halve(
    planes: NDArray[np.float32], known: NDArray[np.bool_], least_known: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Average the known pixels of 2 × 2 cells; a cell counts as known from a share `least_known` on."""
    height, width = known.shape
    size = ((width + 1) // 2, (height + 1) // 2)
    weight = known.astype(np.float32)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    total = _resize(planes * weight[..., None], size, cv2.INTER_AREA)
    mean = total / np.maximum(share, 1e-6)[..., None]
    return mean.astype(np.float32), np.asarray(share >= least_known)


def _resize(planes: NDArray[np.float32], size: tuple[int, int], how: int) -> NDArray[np.float32]:
    resized: NDArray[np.float32] = np.asarray(cv2.resize(planes, size, interpolation=how), np.float32)
    return resized if resized.ndim == 3 else resized[..., None]  # OpenCV drops a single channel
