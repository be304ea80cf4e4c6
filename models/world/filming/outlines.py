"""Outlines: where a draughtsman would draw a line, always on the nearer of two surfaces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.world.filming.casting import Hits
from models.world.filming.frame import Style
from models.world.filming.packing import Packed
from models.world.solids import Floats

WIDTH = {"shaded": 0.0, "cel": 0.0044, "ink": 0.0050, "pastel": 0.0036}
"""Width of a silhouette's line as a share of the picture's shorter side."""
THIN = 0.55
"""Width of other lines, as a share of a silhouette's."""
INNER = 0.75
"""Strength of lines where one surface stands before another one of the same thing."""
SEAM = 0.45
"""Strength of lines between surfaces that touch."""
PLACE = 0.78
"""Lines of the place are that much weaker than those of figures: blades of grass shall not turn black."""
GAP = 0.022
"""Surfaces that are further apart than this share of their depth do not touch."""
CREASE = 0.80
"""Flat surfaces whose normals' cosine is less than this meet in an edge."""
STEP = (0.0015, 0.0035)
"""A surface that lies off another one's plane by these shares of its depth begins to, and does, show it."""


def outlines(packed: Packed, hits: Hits, lens: Floats, style: Style, rays: int) -> NDArray[np.uint8]:
    """Strength of a line on each ray, 0..255 [h, w]; a line lies inside of what it surrounds."""
    lines = np.zeros(hits.primitive.shape, np.uint8)
    if WIDTH[style] > 0:
        width = max(WIDTH[style] * min(hits.primitive.shape), rays / 2)
        _draw(packed, hits.depth, hits.primitive, lens * rays, _disc(width), _disc(THIN * width), lines)
    return lines


def _disc(radius: float) -> Floats:
    """Steps (row, column) to the cells of a disc."""
    reach = int(np.ceil(radius))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside = np.hypot(rows, columns) <= max(radius - 0.5, 0.0)
    return np.stack([rows[inside], columns[inside]], 1).astype(np.float64)


@compiled(nogil=True, error_model="numpy")
def _draw(packed: Any, depth: Any, primitive: Any, lens: Any, thick: Any, thin: Any, lines: Any) -> None:
    """Look at all pairs of neighbours; press a round pen on the nearer one of each border."""
    height, width = primitive.shape
    for row in range(height):
        for column in range(width):
            number = primitive[row, column]
            for down in range(2):
                i, j = row + down, column + 1 - down
                if i >= height or j >= width or primitive[i, j] == number:
                    continue
                if depth[row, column] <= depth[i, j]:
                    _press(packed, depth, primitive, lens, row, column, i, j, thick, thin, lines)
                else:
                    _press(packed, depth, primitive, lens, i, j, row, column, thick, thin, lines)


@compiled(nogil=True, error_model="numpy")
def _press(
    packed: Any, depth: Any, primitive: Any, lens: Any, row: int, column: int, other_row: int,
    other_column: int, thick: Any, thin: Any, lines: Any,
) -> None:  # fmt: skip
    number, other = primitive[row, column], primitive[other_row, other_column]
    if number < 0:
        return
    beyond = depth[other_row, other_column]
    x, y = (other_column + 0.5 - lens[2]) / lens[0], (other_row + 0.5 - lens[3]) / lens[1]
    strength = _line_between(packed, number, depth[row, column], other, x, y, beyond)
    if strength <= 0.0:
        return
    level = int(255.0 * strength)
    figure = packed.figure[number]
    steps = thick if strength >= 1.0 else thin
    for k in range(len(steps)):
        i, j = row + int(steps[k, 0]), column + int(steps[k, 1])
        if i < 0 or j < 0 or i >= lines.shape[0] or j >= lines.shape[1] or lines[i, j] >= level:
            continue
        under = primitive[i, j]
        if under >= 0 and packed.figure[under] == figure and depth[i, j] <= beyond:
            lines[i, j] = level


@compiled(nogil=True, error_model="numpy")
def _line_between(
    packed: Any, number: int, depth: float, other: int, x: float, y: float, other_depth: float
) -> float:
    """Strength of the line between a surface and a farther one (-1 is none) on the ray (x, y, 1)."""
    figure = int(packed.figure[number])
    apart = other_depth - depth > GAP * depth
    if other < 0 or packed.figure[other] != figure:
        return 1.0
    if figure == 0:
        return PLACE * float(_line_in_place(packed, number, other, x, y, other_depth, apart))
    if apart:
        return INNER
    touching = packed.part[other] == packed.part[number] or packed.texture[other] == packed.texture[number]
    return 0.0 if touching else SEAM


@compiled(nogil=True, error_model="numpy")
def _line_in_place(
    packed: Any, number: int, other: int, x: float, y: float, other_depth: float, apart: bool
) -> float:
    if max(number, other) >= len(packed.corners):
        return INNER if apart else 0.0
    strength = INNER if apart else SEAM
    a, b, p = packed.flat_normal[number], packed.flat_normal[other], packed.corners[number, 0]
    if abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) <= CREASE:
        return strength
    # Nearly parallel: one surface that goes on, unless the other one lies off its plane.
    off = a[0] * (x * other_depth - p[0]) + a[1] * (y * other_depth - p[1]) + a[2] * (other_depth - p[2])
    step = (abs(off) / other_depth - STEP[0]) / (STEP[1] - STEP[0])
    return float(strength * min(max(step, 0.0), 1.0))
