# mypy: allow-untyped-defs, allow-untyped-calls
"""Drawing: splats composited front to back, tile by tile."""

from __future__ import annotations

import numpy as np

from models.compiling import inlined, kernel
from models.splatting.kernels.ellipse import any_pixel_open, blend, rows_of_ellipse
from models.splatting.kernels.float8 import load8, prefetch, store8
from models.splatting.kernels.float8_math import fma, lane_numbers, spread, where
from models.splatting.kernels.layout import (
    ALPHA_PLANE,
    BLUE,
    DEPTH,
    DEPTH_PLANE,
    GREEN,
    LOG2_OPACITY,
    MEAN_X,
    MEAN_Y,
    QUADRATIC_XX,
    QUADRATIC_XY,
    QUADRATIC_YY,
    RECORD,
    RED,
    TILE,
    TILE_PLANE,
    TILE_STRIDE,
    F,
)
from models.splatting.kernels.tiling import DIGITS, pixel_bounds, sort_pairs

INDEX_MASK = np.uint64(0xFFFFFFFF)
LOOK_AHEAD = 8
"""Splats between the one that is drawn and the one that is asked for from memory."""
CHECK_EVERY = 32
"""Splats between two looks at whether the tile is full."""


@inlined
def _draw_splat(records, record_bits, splat, left, top, planes):
    k = splat * RECORD
    x0, x1, y0, y1 = pixel_bounds(record_bits, splat)
    x0, x1 = max(x0 - left, 0), min(x1 - left, TILE - 1)
    y0, y1 = max(y0 - top, 0), min(y1 - top, TILE - 1)
    quadratic_yy = spread(records[k + QUADRATIC_YY])
    red, green, blue = spread(records[k + RED]), spread(records[k + GREEN]), spread(records[k + BLUE])
    depth = spread(records[k + DEPTH])
    middle = records[k + MEAN_Y] - F(0.5) - F(top)
    start, end = y0, y1
    for x in range(x0, x1 + 1, 8):
        first_dx = F(left + x) + F(0.5) - records[k + MEAN_X]
        if x1 - x0 >= 8:
            start, end = rows_of_ellipse(records, k, first_dx, middle, y0, y1)
        dx = lane_numbers() + first_dx
        cross = dx * records[k + QUADRATIC_XY]
        column = fma(dx * dx, records[k + QUADRATIC_XX], records[k + LOG2_OPACITY])
        dy = spread(F(start) - middle)
        for p in range(start * TILE_STRIDE + x, end * TILE_STRIDE + x + 1, TILE_STRIDE):
            log2_alpha = fma(dy, fma(dy, quadratic_yy, cross), column)
            dy = dy + F(1)
            _, share, is_open, behind = blend(log2_alpha, load8(planes, p))
            weight = where(is_open, share, F(0))
            store8(planes, p, behind)
            store8(planes, p + TILE_PLANE, fma(weight, red, load8(planes, p + TILE_PLANE)))
            store8(planes, p + 2 * TILE_PLANE, fma(weight, green, load8(planes, p + 2 * TILE_PLANE)))
            store8(planes, p + 3 * TILE_PLANE, fma(weight, blue, load8(planes, p + 3 * TILE_PLANE)))
            store8(planes, p + 4 * TILE_PLANE, fma(weight, depth, load8(planes, p + 4 * TILE_PLANE)))


@inlined
def _write_tile(planes, image, left, top, width, height, background):
    pixels = width * height
    for y in range(min(TILE, height - top)):
        for x in range(min(TILE, width - left)):
            p, q = y * TILE_STRIDE + x, (top + y) * width + left + x
            transmittance = abs(planes[p])
            for c in range(3):
                image[c * pixels + q] = planes[p + (c + 1) * TILE_PLANE] + transmittance * background[c]
            image[DEPTH_PLANE * pixels + q] = planes[p + 4 * TILE_PLANE]
            image[ALPHA_PLANE * pixels + q] = F(1) - transmittance


@kernel
def draw(part, parts, records, record_bits, pairs, tile_starts, fullest, width, height, background, image):
    """Sort and composite the splats of each tile.

    Args:
        part, parts: this part has its share of the tiles, in a row: neighbours share splats and their slots.
        records, record_bits: projected splats, see layout.
        pairs: uint64, the splats of each tile; sorted here by depth.
        tile_starts: int64 [tiles + 1].
        fullest: splats of the fullest tile.
        width, height: pixels.
        background: float32 [3].
        image: out, float32 flat [PLANES, H, W]: colour on the background, depth times weight, alpha.
    """
    across = (width + TILE - 1) // TILE
    # Eight more on each side: rows are read eight pixels at a time, from any column.
    planes = np.empty(5 * TILE_PLANE + 16, np.float32)
    scratch, counts = np.empty(fullest, np.uint64), np.empty(DIGITS, np.int64)
    tiles = tile_starts.size - 1
    for tile in range(tiles * part // parts, tiles * (part + 1) // parts):
        start, end = tile_starts[tile], tile_starts[tile + 1]
        left, top = (tile % across) * TILE, (tile // across) * TILE
        rows, columns = min(TILE, height - top), min(TILE, width - left)
        sort_pairs(pairs, start, end, scratch, counts)
        planes[:] = F(0)
        for y in range(TILE):
            for x in range(TILE_STRIDE):
                planes[y * TILE_STRIDE + x] = F(1) if x < columns and y < rows else F(-1)
        for j in range(start, end):
            if (j - start) % CHECK_EVERY == CHECK_EVERY - 1 and not any_pixel_open(planes, rows):
                break
            if j + LOOK_AHEAD < end:
                prefetch(records, np.int64(pairs[j + LOOK_AHEAD] & INDEX_MASK) * RECORD)
            _draw_splat(records, record_bits, np.int64(pairs[j] & INDEX_MASK), left, top, planes)
        _write_tile(planes, image, left, top, width, height, background)
