"""Pixels of a skeleton picture to limbs and joints by their colour."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.pose_drawing.palette import JOINT_RGB, LIMB_RGB, LIMBS

LIT = 70
"""Brightest channel from which a pixel counts as drawn (0..255); compression noise on black stays below."""

_FAR = 45.0
"""RGB distance from which a pixel has no palette colour: half the step between neighbours, plus smear."""

_BITS = 3
"""Low bits of each channel that the lookup table drops."""

N_LIMBS = len(LIMBS)
NO_LABEL = -1


@cache
def _label_table() -> NDArray[np.int8]:
    levels = (np.arange(256 >> _BITS) + 0.5) * (1 << _BITS)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    palette = np.concatenate([LIMB_RGB, JOINT_RGB]).astype(np.float64)
    distance = np.linalg.norm(grid - palette, axis=-1)
    labels = distance.argmin(axis=1)
    labels[distance.min(axis=1) > _FAR] = NO_LABEL
    side = 256 >> _BITS
    table: NDArray[np.int8] = labels.astype(np.int8).reshape(side, side, side)
    return table


def label_pixels(rgb: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Label [H, W] of each pixel: 0..16 a limb, 17..34 a joint's disc, -1 neither or unlit."""
    low = rgb >> _BITS
    labels: NDArray[np.int8] = _label_table()[low[..., 0], low[..., 1], low[..., 2]]
    labels[rgb.max(axis=-1) < LIT] = NO_LABEL
    return labels
