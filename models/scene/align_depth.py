"""Brings a new depth map into the scale of what is already known of a view (A7)."""

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import EstimationError
from models.inpainting.pull_push import pull_push


def align_depth(
    depth_m: NDArray[np.float32], known_depth_m: NDArray[np.float32], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Scale and shift an estimate onto known depth, then carry what still differs into the unknown part.

    Works on disparity (1 / depth), in which networks are right up to scale and shift.

    Args:
        depth_m: float32 [H, W], the new estimate, positive.
        known_depth_m: float32 [H, W], read where `known`.
        known: bool [H, W].

    Returns:
        float32 [H, W]: equal to `known_depth_m` where known.

    Raises:
        EstimationError: fewer than 16 known pixels.
    """
    if known.sum() < 16:
        raise EstimationError(
            "too little is known of a view to align its depth",
            where="scene",
            expected="at least 16 known pixels",
            got=str(int(known.sum())),
            hint="Use more views along the path, or a shorter path.",
        )
    estimate = 1 / depth_m.astype(np.float64)
    target = 1 / np.where(known, known_depth_m, 1).astype(np.float64)
    scale, shift = fit_scale_shift(estimate[known], target[known])
    fitted = scale * estimate + shift
    residual = np.where(known, target - fitted, 0).astype(np.float32)
    aligned = fitted + pull_push(residual, known)
    lowest = 0.5 * float(target[known].min())
    result = 1 / np.maximum(aligned, lowest)
    return np.where(known, known_depth_m, result).astype(np.float32)


def fit_scale_shift(values: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[float, float]:
    """Robust scale and shift with scale·values + shift ≈ target (four rounds of Huber weights).

    Where the best scale is not positive, or values do not vary, the ratio of the medians and no shift.
    """
    weights = np.ones_like(values)
    scale, shift = 0.0, 0.0
    for _ in range(5):
        total = weights.sum()
        mean_v, mean_t = (weights * values).sum() / total, (weights * target).sum() / total
        spread = (weights * (values - mean_v) ** 2).sum() / total
        if spread < 1e-12 * max(mean_v**2, 1e-12):
            scale = 0.0
            break
        scale = float((weights * (values - mean_v) * (target - mean_t)).sum() / total / spread)
        shift = float(mean_t - scale * mean_v)
        error = np.abs(scale * values + shift - target)
        limit = max(1.345 * 1.4826 * float(np.median(error)), 1e-12)
        weights = np.minimum(1.0, limit / np.maximum(error, 1e-12))
    if scale <= 0:
        return float(np.median(target) / np.median(values)), 0.0
    return scale, shift
