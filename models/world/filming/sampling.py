"""Sampling: the colour of a texture over a pixel's footprint, so that far walls stand still."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

MOST_PROBES = 8
"""Samples along a footprint that is much longer than wide, as on a floor seen flat."""


@compiled(nogil=True, error_model="numpy")
def sample(
    texels: Any, levels: Any, most: int, u: float, v: float, du_x: float, dv_x: float, du_y: float,
    dv_y: float, repeats_down: bool, out: Any,
) -> None:  # fmt: skip
    """Write the mean colour [3], 0..255, of a texture over the parallelogram of two steps in (u, v).

    Trilinear probes along the longer axis of the footprint's ellipse, in levels that the shorter one
    chooses (Heckbert, 1989; McCormack et al., 1999).
    """
    width, height = levels[0, 1], levels[0, 2]
    ux, vx, uy, vy = du_x * width, dv_x * height, du_y * width, dv_y * height
    # The footprint's ellipse is J J' with J = [[ux, uy], [vx, vy]].
    a, b, c = ux * ux + uy * uy, ux * vx + uy * vy, vx * vx + vy * vy
    middle, half = 0.5 * (a + c), np.sqrt(0.25 * (a - c) * (a - c) + b * b)
    major = np.sqrt(middle + half) + 1e-9
    minor = np.sqrt(max(middle - half, 0.0)) + 1e-9
    # The eigenvector of the greater root, from the row that is not near zero.
    if a >= c:
        ex, ey = middle + half - c, b
    else:
        ex, ey = b, middle + half - a
    size = np.sqrt(ex * ex + ey * ey)
    if size < 1e-12:
        ex, ey, size = 1.0, 0.0, 1.0
    step_u, step_v = ex / size * major / width, ey / size * major / height
    stretch = min(max(major / minor, 1.0), float(MOST_PROBES))
    level = np.log2(major / stretch)
    top = most - 1
    out[0], out[1], out[2] = 0.0, 0.0, 0.0
    probes = int(np.ceil(stretch - 1e-9)) if major > 1.0 else 1
    level = min(max(level, 0.0), float(top))
    coarse = int(level)
    share = level - coarse
    for probe in range(probes):
        at = (probe + 0.5) / probes - 0.5
        pu, pv = u + at * step_u, v + at * step_v
        _bilinear(texels, levels[coarse], pu, pv, repeats_down, (1.0 - share) / probes, out)
        if share > 0.0:
            _bilinear(texels, levels[coarse + 1], pu, pv, repeats_down, share / probes, out)


@compiled(nogil=True, error_model="numpy")
def _bilinear(
    texels: Any, level: Any, u: float, v: float, repeats_down: bool, weight: float, out: Any
) -> None:
    first, width, height = level[0], level[1], level[2]
    x, y = (u - np.floor(u)) * width - 0.5, v * height - 0.5
    if repeats_down:
        y = (v - np.floor(v)) * height - 0.5
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - x0, y - y0
    x1, y1 = x0 + 1, y0 + 1
    if x0 < 0:
        x0 += width
    if x1 >= width:
        x1 -= width
    if repeats_down:
        if y0 < 0:
            y0 += height
        if y1 >= height:
            y1 -= height
    y0, y1 = min(max(y0, 0), height - 1), min(max(y1, 0), height - 1)
    p, q, r, s = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
    i, j, k, m = (
        first + y0 * width + x0,
        first + y0 * width + x1,
        first + y1 * width + x0,
        first + y1 * width + x1,
    )
    for c in range(3):
        out[c] += weight * (p * texels[i, c] + q * texels[j, c] + r * texels[k, c] + s * texels[m, c])
