"""What every figure of capsules costs: area, odd proportions, bones in the open."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

OUTSIDE = 1.2
PROPORTIONS = 0.0022
BONES_OUTSIDE = 0.008
EXTREMITY_CAP = 0.15
SHORTEST = 0.012
# Weights of the terms, relative to the silhouette's area. Tuned by eye on drawings, photographs and anime.


@compiled()
def misfit(matte: NDArray[np.float64], weight: NDArray[np.float64], canvas: NDArray[np.float64]) -> float:
    """Area of the figure outside of the matte and of the matte outside of the figure, over the matte's."""
    h, w = matte.shape
    area = outside = missed = 0.0
    for y in range(h):
        for x in range(w):
            m, o = matte[y, x], canvas[y, x]
            area += m * weight[y, x]
            if o > m:
                outside += o - m
            else:
                missed += (m - o) * weight[y, x]
    fit: float = (OUTSIDE * outside + missed) / max(area, 1e-9)
    return fit


@compiled()
def oddness(
    p: NDArray[np.float64],
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    lengths: NDArray[np.int64],
) -> float:
    """How unusual parameters are, growing no faster from two spreads on; the first two, a place, are free."""
    odd = 0.0
    for i in range(2, len(p)):
        z = abs((p[i] - mean[i]) / spread[i])
        odd += z * z if z < 2 else 4 + 3 * (z - 2)
    for i in lengths:
        if p[i] < SHORTEST:
            odd += (1 + (SHORTEST - p[i]) * 100) * 8
    return odd


@compiled()
def bare_bones(
    joints: NDArray[np.float64],
    bones: NDArray[np.int64],
    matte: NDArray[np.float64],
    scale: float,
    ox: float,
    oy: float,
) -> float:
    """How much of the bones' middle lines leaves the matte, in ninths of bones."""
    h, w = matte.shape
    bare = 0.0
    for b in range(len(bones)):
        i, j = bones[b, 0], bones[b, 1]
        for k in range(9):
            t = k / 8.0
            x = int(np.floor((joints[i, 0] + t * (joints[j, 0] - joints[i, 0])) * scale + ox))
            y = int(np.floor((joints[i, 1] + t * (joints[j, 1] - joints[i, 1])) * scale + oy))
            if 0 <= x < w and 0 <= y < h:
                bare += 1 - matte[y, x]
            elif y < h:  # below a picture that cuts the figure nothing can be said
                bare += 1
    return bare
