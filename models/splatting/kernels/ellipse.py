# mypy: allow-untyped-defs, allow-untyped-calls
"""Which pixels of a tile a projected splat covers, and what every splat does to eight of them."""

from __future__ import annotations

import math

from models.compiling import inlined
from models.splatting.kernels.float8 import load8
from models.splatting.kernels.float8_math import exp2, largest, maximum, minimum, negative_magnitude, where
from models.splatting.kernels.layout import (
    ALPHA_MAX,
    HEIGHT2,
    INVERSE_VARIANCE_X,
    LOG2_ALPHA_MIN,
    REACH,
    SHEAR,
    TILE,
    TILE_STRIDE,
    TRANSMITTANCE_STOP,
    F,
)


@inlined
def rows_of_ellipse(records, k, dx, middle, first, last):
    """Return first and last tile row in which the ellipse meets the columns dx .. dx + 7.

    `dx` is the distance of the first column from the splat's mean, `middle` the mean's row. The rows are
    those of the ellipse at which alpha is ALPHA_MIN, a hundredth of a pixel larger.
    """
    reach, shear = records[k + REACH], records[k + SHEAR]
    height2, inverse_xx = records[k + HEIGHT2], records[k + INVERSE_VARIANCE_X]
    slant = shear / inverse_xx
    dx_of_lowest = slant * math.sqrt(reach / (height2 + shear * slant))
    dx_end = dx + F(7)
    below = min(max(dx_of_lowest, dx), dx_end)
    above = min(max(-dx_of_lowest, dx), dx_end)
    half_below = math.sqrt(max(F(0), (reach - below * below * inverse_xx) * height2))
    half_above = math.sqrt(max(F(0), (reach - above * above * inverse_xx) * height2))
    end = min(last, math.floor(middle + shear * below + half_below + F(0.01)))
    start = max(first, math.ceil(middle + shear * above - half_above - F(0.01)))
    return start, end


@inlined
def any_pixel_open(planes, rows):
    """Return whether any pixel of the tile still takes splats (its transmittance is kept positive)."""
    most = load8(planes, 0)
    for y in range(rows):
        for x in range(0, TILE, 8):
            most = maximum(most, load8(planes, y * TILE_STRIDE + x))
    return largest(most) > F(0)


@inlined
def blend(log2_alpha, transmittance):
    """Return alpha (0 where the splat ends), alpha times transmittance, which pixels are open to it, and the
    transmittance behind it, negative from then on for pixels that are full.

    Alpha is set to 0 instead of keeping the old transmittance by a mask: LLVM would write that with masked
    stores, which cost more than all of the arithmetic on many processors.
    """
    alpha = where(log2_alpha >= LOG2_ALPHA_MIN, minimum(exp2(log2_alpha), ALPHA_MAX), F(0))
    share = alpha * transmittance
    behind = transmittance - share
    is_open = behind > TRANSMITTANCE_STOP
    return alpha, share, is_open, where(is_open, behind, negative_magnitude(transmittance))
