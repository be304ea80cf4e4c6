# mypy: allow-untyped-defs, allow-untyped-calls
"""Projection: 3D Gaussians to ellipses on the image (EWA splatting, as 3DGS and gsplat do it)."""

from __future__ import annotations

import numpy as np

from models.compiling import inlined, kernel
from models.splatting.kernels.covariance import (
    clamp,
    frustum_limits,
    image_from_world,
    product_2x3_3x3,
    rotation_matrix,
    to_camera,
)
from models.splatting.kernels.float8 import load8, store8
from models.splatting.kernels.float8_math import (
    fma,
    maximum,
    minimum,
    round_down,
    round_up,
    spread,
    square_root,
    where,
)
from models.splatting.kernels.layout import (
    BLUR_PX2,
    COLOUR,
    COLUMNS,
    FAR_M,
    FIELD_ROWS,
    HALF_LOG2E,
    LN2,
    LOG2_ALPHA_MIN,
    LOG2E,
    MEAN,
    NEAR_M,
    OPACITY,
    RECORD,
    ROTATION,
    ROWS,
    SCALE,
    TILE,
    F,
)

_LANE_VALUES = 19
"""14 columns of the record, 4 pixel bounds, and whether the splat is visible."""


@inlined
def _image_covariance(field, stride, i, view, jx, jy, slope_x, slope_y):
    w, x = load8(field, ROTATION * stride + i), load8(field, (ROTATION + 1) * stride + i)
    y, z = load8(field, (ROTATION + 2) * stride + i), load8(field, (ROTATION + 3) * stride + i)
    shorten = F(1) / square_root(fma(w, w, fma(x, x, fma(y, y, z * z))))
    rotation = rotation_matrix(w * shorten, x * shorten, y * shorten, z * shorten)
    u = product_2x3_3x3(image_from_world(jx, jy, slope_x, slope_y, view), rotation)
    s0, s1 = load8(field, SCALE * stride + i), load8(field, (SCALE + 1) * stride + i)
    s2 = load8(field, (SCALE + 2) * stride + i)
    u00, u01, u02 = u[0] * s0, u[1] * s1, u[2] * s2
    u10, u11, u12 = u[3] * s0, u[4] * s1, u[5] * s2
    xx = fma(u00, u00, fma(u01, u01, fma(u02, u02, BLUR_PX2)))
    xy = fma(u00, u10, fma(u01, u11, u02 * u12))
    yy = fma(u10, u10, fma(u11, u11, fma(u12, u12, BLUR_PX2)))
    return xx, xy, yy


@inlined
def _project_eight(field, stride, i, view, lens, limits, width, height, lanes):
    """Fill `lanes` [_LANE_VALUES, 8] flat with the projections of splats i .. i + 7."""
    x, y, z = to_camera(
        load8(field, MEAN * stride + i),
        load8(field, (MEAN + 1) * stride + i),
        load8(field, (MEAN + 2) * stride + i),
        view,
    )
    in_range = (z >= NEAR_M) & (z <= FAR_M)
    inverse_z = F(1) / where(in_range, z, F(1))
    slope_x, slope_y = x * inverse_z, y * inverse_z
    mean_x, mean_y = fma(slope_x, lens[0], lens[2]), fma(slope_y, lens[1], lens[3])
    xx, xy, yy = _image_covariance(
        field,
        stride,
        i,
        view,
        inverse_z * lens[0],
        inverse_z * lens[1],
        clamp(slope_x, -limits[1], limits[0]),
        clamp(slope_y, -limits[3], limits[2]),
    )
    determinant = xx * yy - xy * xy
    inverse = F(1) / determinant
    log2_opacity = load8(field, OPACITY * stride + i)
    reach = (log2_opacity - LOG2_ALPHA_MIN) * (F(2) * LN2)
    positive_reach = maximum(reach, F(0))
    # A hundredth of a pixel more, so that rounding never loses a pixel that the threshold keeps.
    half_width = square_root(positive_reach * xx) + F(0.01)
    half_height = square_root(positive_reach * yy) + F(0.01)
    first_x = maximum(round_up(mean_x - half_width - F(0.5)), F(0))
    last_x = minimum(round_down(mean_x + half_width - F(0.5)), F(width - 1))
    first_y = maximum(round_up(mean_y - half_height - F(0.5)), F(0))
    last_y = minimum(round_down(mean_y + half_height - F(0.5)), F(height - 1))
    on_image = (last_x >= first_x) & (last_y >= first_y)
    visible = in_range & on_image & (reach >= F(0)) & (determinant > F(0))
    inverse_xx = F(1) / xx
    values = (
        mean_x,
        mean_y,
        yy * inverse * (-HALF_LOG2E),
        xy * inverse * LOG2E,
        xx * inverse * (-HALF_LOG2E),
        log2_opacity,
        load8(field, COLOUR * stride + i),
        load8(field, (COLOUR + 1) * stride + i),
        load8(field, (COLOUR + 2) * stride + i),
        z,
        reach,
        xy * inverse_xx,
        determinant * inverse_xx,
        inverse_xx,
        first_x,
        last_x,
        first_y,
        last_y,
        where(visible, spread(F(1)), F(0)),
    )
    row = 0
    for value in values:
        store8(lanes, row, value)
        row += 8


@kernel
def project(
    part, parts, bounds, count, field, view, lens, width, height, records, record_bits, tiles, histogram
):
    """Project all splats and count how many fall on each tile.

    Args:
        part, parts: this part has the chunks part, part + parts, ...
        bounds: int64 [CHUNKS + 1], first splat of each chunk, multiples of 8.
        count: number of splats; the field's stride may be larger.
        field: float32 flat, see layout.
        view: float32 [12], camera_from_world.
        lens: float32 [4], fx, fy, cx, cy.
        width, height: pixels.
        records: out, float32 flat [N, RECORD].
        record_bits: the same memory as int32.
        tiles: out, int32 [N], number of tiles that a splat falls on; 0 where it is not seen.
        histogram: out, int64 [CHUNKS, number of tiles], splats of a chunk on a tile; zero before.
    """
    stride = field.size // FIELD_ROWS
    across = (width + TILE - 1) // TILE
    limits = frustum_limits(lens, width, height)
    lanes = np.empty(_LANE_VALUES * 8, np.float32)
    for chunk in range(part, bounds.size - 1, parts):
        for i in range(bounds[chunk], bounds[chunk + 1], 8):
            _project_eight(field, stride, i, view, lens, limits, width, height, lanes)
            for j in range(min(8, count - i)):
                if lanes[18 * 8 + j] == F(0):
                    tiles[i + j] = 0
                    continue
                k = (i + j) * RECORD
                for column in range(COLUMNS):
                    records[k + column] = lanes[column * 8 + j]
                x0, x1 = np.int32(lanes[14 * 8 + j]), np.int32(lanes[15 * 8 + j])
                y0, y1 = np.int32(lanes[16 * 8 + j]), np.int32(lanes[17 * 8 + j])
                record_bits[k + COLUMNS] = x0 | (x1 << np.int32(16))
                record_bits[k + ROWS] = y0 | (y1 << np.int32(16))
                tiles[i + j] = (x1 // TILE - x0 // TILE + 1) * (y1 // TILE - y0 // TILE + 1)
                for tile_y in range(y0 // TILE, y1 // TILE + 1):
                    for tile_x in range(x0 // TILE, x1 // TILE + 1):
                        histogram[chunk, tile_y * across + tile_x] += 1
