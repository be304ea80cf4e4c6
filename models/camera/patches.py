"""Patches of a picture found again in other pictures to a fraction of a pixel, in Numba.

Inverse compositional Lucas-Kanade (Baker and Matthews 2004): gradients are taken once, in the reference
patch. Brightness and contrast are free; the patch's shape is given by an affine map, as geometry knows it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from models.compiling import compiled

HALF_PX, SPREAD_PX = 7, 4.0
"""Patches are 15 pixels wide, weighted by a Gaussian: what a corner needs to be told from its neighbours."""

_SIDE = 2 * HALF_PX + 1
_ITERATIONS, _STEP_PX = 12, 0.01
"""Steps at most, and the length under which one is the last."""
_LEAST_SPREAD = 1.5
"""Grey levels of standard deviation below which a patch is compression noise."""

_offset = np.arange(_SIDE) - HALF_PX
_bell = np.exp(-(_offset[:, None] ** 2 + _offset**2) / (2 * SPREAD_PX**2))
_WEIGHT = _bell / _bell.sum()

Ints = NDArray[np.int64]
Picture = NDArray[np.float32]


@compiled()
def align_patches(
    images: NDArray[np.float32],
    reference: Ints,
    reference_xy: Floats,
    point: Ints,
    image: Ints,
    xy: Floats,
    shape: Floats,
    reach_px: float,
) -> tuple[Floats, Floats]:
    """Positions [M, 2] at which the patches of points are found, and how alike they are [M].

    Args:
        images: grey pictures [T, H, W].
        reference: the picture [P] that shows each point's patch, around `reference_xy` [P, 2].
        point: which point [M] is sought in which `image` [M], from where on (`xy` [M, 2]). Observations of
            one point stand together.
        shape: derivative [M, 2, 2] of positions there by positions in the reference.
        reach_px: how far from `xy` a patch may be found.

    Positions count from the centre of the top-left pixel. Likeness is the normalised cross-correlation; -1
    where a patch leaves its picture, is plain, or is found nowhere near.
    """
    patch = np.empty((3, _SIDE, _SIDE))
    seen = np.empty((_SIDE, _SIDE))
    inverse = np.zeros((2, 2))
    found, likeness = xy.copy(), np.full(len(point), -1.0)
    current, spread = -1, 0.0
    for o in range(len(point)):
        if point[o] != current:
            current = point[o]
            spread = _take_patch(images[reference[current]], reference_xy[current], patch, inverse)
        if spread > 0:
            likeness[o] = _find_patch(
                images[image[o]], patch, inverse, spread, shape[o], reach_px, seen, found[o]
            )
    return found, likeness


@compiled()
def _take_patch(picture: Picture, xy: Floats, patch: Floats, inverse: Floats) -> float:
    """Fill `patch` with grey values and both slopes, all of weighted mean 0, and `inverse` with the inverse
    of the slopes' second moments. Returns the grey values' standard deviation; 0 where there is no patch."""
    x, y = xy[0] - HALF_PX, xy[1] - HALF_PX
    if x < 1 or y < 1 or x + _SIDE + 1 >= picture.shape[1] or y + _SIDE + 1 >= picture.shape[0]:
        return 0.0
    mean = np.zeros(3)
    for i in range(_SIDE):
        for j in range(_SIDE):
            patch[0, i, j] = _value(picture, x + j, y + i)
            patch[1, i, j] = 0.5 * (_value(picture, x + j + 1, y + i) - _value(picture, x + j - 1, y + i))
            patch[2, i, j] = 0.5 * (_value(picture, x + j, y + i + 1) - _value(picture, x + j, y + i - 1))
            for k in range(3):
                mean[k] += _WEIGHT[i, j] * patch[k, i, j]
    power, xx, xy_, yy = 0.0, 0.0, 0.0, 0.0
    for i in range(_SIDE):
        for j in range(_SIDE):
            for k in range(3):
                patch[k, i, j] -= mean[k]
            power += _WEIGHT[i, j] * patch[0, i, j] ** 2
            xx += _WEIGHT[i, j] * patch[1, i, j] ** 2
            xy_ += _WEIGHT[i, j] * patch[1, i, j] * patch[2, i, j]
            yy += _WEIGHT[i, j] * patch[2, i, j] ** 2
    determinant = xx * yy - xy_ * xy_
    # Along an edge alone a patch could be anywhere.
    if power < _LEAST_SPREAD**2 or determinant <= 1e-6 * (xx + yy) ** 2:
        return 0.0
    inverse[0, 0], inverse[1, 1] = yy / determinant, xx / determinant
    inverse[0, 1] = inverse[1, 0] = -xy_ / determinant
    return float(np.sqrt(power))


@compiled()
def _find_patch(
    picture: Picture,
    patch: Floats,
    inverse: Floats,
    spread: float,
    shape: Floats,
    reach_px: float,
    seen: Floats,
    xy: Floats,
) -> float:
    """Move `xy` to where the patch is found; returns how alike it is, or -1. `seen` is room to work in."""
    x_from, y_from, alike = xy[0], xy[1], -1.0
    for _ in range(_ITERATIONS):
        mean = 0.0
        for i in range(_SIDE):
            for j in range(_SIDE):
                x = xy[0] + shape[0, 0] * (j - HALF_PX) + shape[0, 1] * (i - HALF_PX)
                y = xy[1] + shape[1, 0] * (j - HALF_PX) + shape[1, 1] * (i - HALF_PX)
                if not (x >= 0 and y >= 0 and x < picture.shape[1] - 1 and y < picture.shape[0] - 1):
                    return -1.0
                seen[i, j] = _value(picture, x, y)
                mean += _WEIGHT[i, j] * seen[i, j]
        power, product = 0.0, 0.0
        for i in range(_SIDE):
            for j in range(_SIDE):
                seen[i, j] -= mean
                power += _WEIGHT[i, j] * seen[i, j] ** 2
                product += _WEIGHT[i, j] * seen[i, j] * patch[0, i, j]
        if product <= 0:
            return -1.0
        alike, gain = product / (np.sqrt(power) * spread), product / power
        along, down = 0.0, 0.0
        for i in range(_SIDE):
            for j in range(_SIDE):
                off = _WEIGHT[i, j] * (patch[0, i, j] - gain * seen[i, j])
                along += off * patch[1, i, j]
                down += off * patch[2, i, j]
        u = inverse[0, 0] * along + inverse[0, 1] * down
        v = inverse[1, 0] * along + inverse[1, 1] * down
        size = np.sqrt(u * u + v * v)
        if size > 1.0:
            u, v = u / size, v / size
        xy[0] += shape[0, 0] * u + shape[0, 1] * v
        xy[1] += shape[1, 0] * u + shape[1, 1] * v
        if (xy[0] - x_from) ** 2 + (xy[1] - y_from) ** 2 > reach_px**2:
            return -1.0
        if size < _STEP_PX:
            break
    return alike


@compiled()
def _value(picture: Picture, x: float, y: float) -> float:
    """The grey value between four pixels (bilinear)."""
    ix, iy = int(x), int(y)
    fx, fy = x - ix, y - iy
    above = (1 - fx) * picture[iy, ix] + fx * picture[iy, ix + 1]
    below = (1 - fx) * picture[iy + 1, ix] + fx * picture[iy + 1, ix + 1]
    return float((1 - fy) * above + fy * below)
