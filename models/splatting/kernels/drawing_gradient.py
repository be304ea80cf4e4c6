# mypy: allow-untyped-defs, allow-untyped-calls
"""The gradient of drawing: each tile is composited again, front to back, and leaves its sums in slots.

With q_i = v . (colour, depth) of splat i at a pixel with gradient v, the loss changes with alpha_i by
T_i q_i - R_i / (1 - alpha_i), where R_i is what the splats and the background behind i contribute. R starts
as the pixel's full value times v, so that one pass from the front is enough.
"""

from __future__ import annotations

import numpy as np

from models.compiling import inlined, kernel
from models.splatting.kernels.drawing import CHECK_EVERY, INDEX_MASK, LOOK_AHEAD
from models.splatting.kernels.ellipse import any_pixel_open, blend, rows_of_ellipse
from models.splatting.kernels.float8 import lane, load8, prefetch, store8
from models.splatting.kernels.float8_math import eight_sums, fma, lane_numbers, spread, where
from models.splatting.kernels.layout import (
    ALPHA_MAX,
    ALPHA_PLANE,
    BLUE,
    DEPTH,
    GREEN,
    LOG2_OPACITY,
    MEAN_X,
    MEAN_Y,
    QUADRATIC_XX,
    QUADRATIC_XY,
    QUADRATIC_YY,
    RECORD,
    RED,
    SLOT,
    TILE,
    TILE_PLANE,
    TILE_STRIDE,
    F,
)
from models.splatting.kernels.tiling import pixel_bounds


@inlined
def _read_tile(planes, image, gradient, left, top, width, height):
    """Fill the tile's planes: transmittance, R, and the gradient of colour and depth."""
    pixels = width * height
    for i in range(planes.size):
        planes[i] = F(0)
    for y in range(TILE):
        for x in range(TILE_STRIDE):
            p = y * TILE_STRIDE + x
            if y >= height - top or x >= min(TILE, width - left):
                planes[p] = F(-1)
                continue
            q = (top + y) * width + left + x
            planes[p] = F(1)
            behind = (image[ALPHA_PLANE * pixels + q] - F(1)) * gradient[ALPHA_PLANE * pixels + q]
            for c in range(4):
                v = gradient[c * pixels + q]
                behind += image[c * pixels + q] * v
                planes[p + (c + 2) * TILE_PLANE] = v
            planes[p + TILE_PLANE] = behind


@inlined
def _splat_gradient(records, record_bits, splat, left, top, planes, slots, slot):
    k = splat * RECORD
    x0, x1, y0, y1 = pixel_bounds(record_bits, splat)
    x0, x1 = max(x0 - left, 0), min(x1 - left, TILE - 1)
    y0, y1 = max(y0 - top, 0), min(y1 - top, TILE - 1)
    quadratic_yy = spread(records[k + QUADRATIC_YY])
    red, green, blue = spread(records[k + RED]), spread(records[k + GREEN]), spread(records[k + BLUE])
    depth = spread(records[k + DEPTH])
    middle = records[k + MEAN_Y] - F(0.5) - F(top)
    zero = spread(F(0))
    sum_1, sum_x, sum_y, sum_xx, sum_xy, sum_yy = zero, zero, zero, zero, zero, zero
    sum_red, sum_green, sum_blue, sum_depth = zero, zero, zero, zero
    start, end = y0, y1
    for x in range(x0, x1 + 1, 8):
        first_dx = F(left + x) + F(0.5) - records[k + MEAN_X]
        if x1 - x0 >= 8:
            start, end = rows_of_ellipse(records, k, first_dx, middle, y0, y1)
        dx = lane_numbers() + first_dx
        cross = dx * records[k + QUADRATIC_XY]
        column = fma(dx * dx, records[k + QUADRATIC_XX], records[k + LOG2_OPACITY])
        dy = spread(F(start) - middle)
        column_1, column_y = zero, zero
        for p in range(start * TILE_STRIDE + x, end * TILE_STRIDE + x + 1, TILE_STRIDE):
            log2_alpha = fma(dy, fma(dy, quadratic_yy, cross), column)
            alpha, share, is_open, behind = blend(log2_alpha, load8(planes, p))
            weight = where(is_open, share, F(0))
            store8(planes, p, behind)
            v_red, v_green = load8(planes, p + 2 * TILE_PLANE), load8(planes, p + 3 * TILE_PLANE)
            v_blue, v_depth = load8(planes, p + 4 * TILE_PLANE), load8(planes, p + 5 * TILE_PLANE)
            q = fma(v_red, red, fma(v_green, green, fma(v_blue, blue, v_depth * depth)))
            rest = load8(planes, p + TILE_PLANE) - weight * q
            store8(planes, p + TILE_PLANE, rest)
            s = fma(share, q, alpha * rest / (alpha - F(1)))
            s = where(is_open & (alpha < ALPHA_MAX), s, F(0))
            sum_red, sum_green = fma(weight, v_red, sum_red), fma(weight, v_green, sum_green)
            sum_blue, sum_depth = fma(weight, v_blue, sum_blue), fma(weight, v_depth, sum_depth)
            s_y = s * dy
            column_1, column_y = column_1 + s, column_y + s_y
            sum_yy = fma(s_y, dy, sum_yy)
            dy = dy + F(1)
        sum_1, sum_y = sum_1 + column_1, sum_y + column_y
        column_x = column_1 * dx
        sum_x, sum_xx = sum_x + column_x, fma(column_x, dx, sum_xx)
        sum_xy = fma(column_y, dx, sum_xy)
    store8(slots, slot, eight_sums(sum_1, sum_x, sum_y, sum_xx, sum_xy, sum_yy, sum_red, sum_green))
    last_two = eight_sums(sum_blue, sum_depth, zero, zero, zero, zero, zero, zero)
    slots[slot + 8], slots[slot + 9] = lane(last_two, 0), lane(last_two, 1)


@kernel
def draw_gradient(
    part,
    parts,
    records,
    record_bits,
    pairs,
    tile_starts,
    slot_starts,
    width,
    height,
    image,
    gradient,
    slots,
):
    """Leave the gradient of every (splat, tile) pair in its own slot: no sum depends on who comes first.

    Args:
        part, parts: this part has its share of the tiles, in a row: neighbours share splats and their slots.
        records, record_bits, pairs, tile_starts, image: as `draw` left them.
        slot_starts: int64 [N], first slot of each splat.
        width, height: pixels.
        gradient: float32 flat [PLANES, H, W], of the loss by the image.
        slots: out, float32 flat [pairs, SLOT].
    """
    across = (width + TILE - 1) // TILE
    planes = np.empty(6 * TILE_PLANE + 16, np.float32)
    tiles = tile_starts.size - 1
    for tile in range(tiles * part // parts, tiles * (part + 1) // parts):
        start, end = tile_starts[tile], tile_starts[tile + 1]
        if start == end:
            continue
        tile_x, tile_y = tile % across, tile // across
        left, top = tile_x * TILE, tile_y * TILE
        _read_tile(planes, image, gradient, left, top, width, height)
        is_open = True
        for j in range(start, end):
            splat = np.int64(pairs[j] & INDEX_MASK)
            x0, x1, y0, _ = pixel_bounds(record_bits, splat)
            row_of_slots = (tile_y - y0 // TILE) * (x1 // TILE - x0 // TILE + 1)
            slot = (slot_starts[splat] + row_of_slots + tile_x - x0 // TILE) * SLOT
            if is_open and (j - start) % CHECK_EVERY == CHECK_EVERY - 1:
                is_open = any_pixel_open(planes, min(TILE, height - top))
            if not is_open:
                for c in range(SLOT):
                    slots[slot + c] = F(0)
                continue
            if j + LOOK_AHEAD < end:
                ahead = np.int64(pairs[j + LOOK_AHEAD] & INDEX_MASK)
                prefetch(records, ahead * RECORD)
                prefetch(slot_starts, ahead)
            _splat_gradient(records, record_bits, splat, left, top, planes, slots, slot)
