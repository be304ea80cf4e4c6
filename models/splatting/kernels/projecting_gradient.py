# mypy: allow-untyped-defs, allow-untyped-calls
"""The gradient of projection: from the slots of `draw_gradient` to the parameters of each splat.

With U = J R Q S (Jacobian, camera rotation, the splat's rotation and scales) the image covariance is
U U^T + blur, and the loss changes with U by 2 V U, where V is its gradient by the covariance.
"""

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
from models.splatting.kernels.float8_math import exp2, fma, spread, square_root, where
from models.splatting.kernels.layout import (
    COLOUR,
    FIELD_ROWS,
    LN2,
    LOG2_OPACITY,
    MEAN,
    NEAR_M,
    OPACITY,
    QUADRATIC_XX,
    QUADRATIC_XY,
    QUADRATIC_YY,
    RECORD,
    ROTATION,
    SCALE,
    SLOT,
    F,
)

_XX, _XY, _YY, _OPACITY, _LANE_VALUES = SLOT, SLOT + 1, SLOT + 2, SLOT + 3, SLOT + 4


@inlined
def _gather(records, tiles, slot_starts, slots, i, count, lanes):
    """Sum each splat's slots and fetch its quadratic into `lanes`; return whether any of the 8 is visible."""
    lanes[:] = F(0)
    any_visible = False
    for j in range(min(8, count - i)):
        if tiles[i + j] == 0:
            continue
        any_visible = True
        first = slot_starts[i + j] * SLOT
        for slot in range(first, first + tiles[i + j] * SLOT, SLOT):
            for c in range(SLOT):
                lanes[c * 8 + j] += slots[slot + c]
        k = (i + j) * RECORD
        lanes[_XX * 8 + j], lanes[_XY * 8 + j] = records[k + QUADRATIC_XX], records[k + QUADRATIC_XY]
        lanes[_YY * 8 + j], lanes[_OPACITY * 8 + j] = records[k + QUADRATIC_YY], records[k + LOG2_OPACITY]
    return any_visible


@inlined
def _image_gradient(lanes):
    """Return the gradient by the projected mean (x, y) and twice that by the covariance (xx, xy, yy)."""
    sum_x, sum_y = load8(lanes, 8), load8(lanes, 16)
    sum_xx, sum_xy, sum_yy = load8(lanes, 24), load8(lanes, 32), load8(lanes, 40)
    # The inverse covariance, from the quadratic form of log2(alpha).
    xx, yy = load8(lanes, _XX * 8) * (F(-2) * LN2), load8(lanes, _YY * 8) * (F(-2) * LN2)
    xy = load8(lanes, _XY * 8) * (-LN2)
    k_xx, k_xy = fma(xx, sum_xx, xy * sum_xy), fma(xx, sum_xy, xy * sum_yy)
    k_yx, k_yy = fma(xy, sum_xx, yy * sum_xy), fma(xy, sum_xy, yy * sum_yy)
    return (
        fma(xx, sum_x, xy * sum_y),
        fma(xy, sum_x, yy * sum_y),
        fma(k_xx, xx, k_xy * xy),
        fma(k_xx, xy, k_xy * yy),
        fma(k_yx, xy, k_yy * yy),
    )


@inlined
def _quaternion_gradient(m, w, x, y, z, shorten):
    """Return the gradient by the quaternion before it was normalised; m is that by the matrix, by rows."""
    two = F(2)
    dw = (x * (m[7] - m[5]) + y * (m[2] - m[6]) + z * (m[3] - m[1])) * two
    dx = (y * (m[1] + m[3]) + z * (m[2] + m[6]) + w * (m[7] - m[5]) - x * (m[4] + m[8]) * two) * two
    dy = (x * (m[1] + m[3]) + z * (m[7] + m[5]) + w * (m[2] - m[6]) - y * (m[0] + m[8]) * two) * two
    dz = (x * (m[2] + m[6]) + y * (m[5] + m[7]) + w * (m[3] - m[1]) - z * (m[0] + m[4]) * two) * two
    along = dw * w + dx * x + dy * y + dz * z
    return (
        (dw - along * w) * shorten,
        (dx - along * x) * shorten,
        (dy - along * y) * shorten,
        (dz - along * z) * shorten,
    )


@inlined
def _mean_gradient(v, jx, jy, slopes, held, h, v_depth, inverse_z, view):
    """Return the gradient by the mean in the world.

    `h` [2, 3] is the gradient by J R, `slopes` x/z and y/z, `held` the same inside the frustum's limits.
    """
    zero = spread(F(0))
    j_xx = fma(h[0], view[0], fma(h[1], view[1], h[2] * view[2]))
    j_xz = fma(h[0], view[8], fma(h[1], view[9], h[2] * view[10]))
    j_yy = fma(h[3], view[4], fma(h[4], view[5], h[5] * view[6]))
    j_yz = fma(h[3], view[8], fma(h[4], view[9], h[5] * view[10]))
    jx_z, jy_z = jx * inverse_z, jy * inverse_z
    free_x = (slopes[0] <= held[0]) & (slopes[0] >= held[0])
    free_y = (slopes[1] <= held[1]) & (slopes[1] >= held[1])
    # J's last column is -jx x/z: where x/z is held at its limit, only jx still changes, with z alone.
    turn_x, turn_y = jx_z * j_xz, jy_z * j_yz
    x = jx * v[0] - where(free_x, turn_x, zero)
    y = jy * v[1] - where(free_y, turn_y, zero)
    z = v_depth - jx * slopes[0] * v[0] - jy * slopes[1] * v[1] - jx_z * j_xx - jy_z * j_yy
    z = z + turn_x * held[0] * where(free_x, spread(F(2)), F(1))
    z = z + turn_y * held[1] * where(free_y, spread(F(2)), F(1))
    return (
        fma(x, view[0], fma(y, view[4], z * view[8])),
        fma(x, view[1], fma(y, view[5], z * view[9])),
        fma(x, view[2], fma(y, view[6], z * view[10])),
    )


@inlined
def _geometry_gradient(field, stride, i, view, lens, limits, lanes):
    """Return the gradient by mean (3), quaternion (4) and log-scale (3) of splats i .. i + 7."""
    v = _image_gradient(lanes)
    x, y, z = to_camera(
        load8(field, MEAN * stride + i),
        load8(field, (MEAN + 1) * stride + i),
        load8(field, (MEAN + 2) * stride + i),
        view,
    )
    inverse_z = F(1) / where(z >= NEAR_M, z, F(1))
    slopes = (x * inverse_z, y * inverse_z)
    held = (clamp(slopes[0], -limits[1], limits[0]), clamp(slopes[1], -limits[3], limits[2]))
    jx, jy = inverse_z * lens[0], inverse_z * lens[1]
    p = image_from_world(jx, jy, held[0], held[1], view)
    qw, qx = load8(field, ROTATION * stride + i), load8(field, (ROTATION + 1) * stride + i)
    qy, qz = load8(field, (ROTATION + 2) * stride + i), load8(field, (ROTATION + 3) * stride + i)
    shorten = F(1) / square_root(fma(qw, qw, fma(qx, qx, fma(qy, qy, qz * qz))))
    qw, qx, qy, qz = qw * shorten, qx * shorten, qy * shorten, qz * shorten
    q = rotation_matrix(qw, qx, qy, qz)
    u = product_2x3_3x3(p, q)
    s0, s1 = load8(field, SCALE * stride + i), load8(field, (SCALE + 1) * stride + i)
    s2 = load8(field, (SCALE + 2) * stride + i)
    s0, s1, s2 = s0 * s0, s1 * s1, s2 * s2
    g = (
        fma(v[2], u[0], v[3] * u[3]) * s0,
        fma(v[2], u[1], v[3] * u[4]) * s1,
        fma(v[2], u[2], v[3] * u[5]) * s2,
        fma(v[3], u[0], v[4] * u[3]) * s0,
        fma(v[3], u[1], v[4] * u[4]) * s1,
        fma(v[3], u[2], v[4] * u[5]) * s2,
    )
    by_rotation = (
        fma(p[0], g[0], p[3] * g[3]),
        fma(p[0], g[1], p[3] * g[4]),
        fma(p[0], g[2], p[3] * g[5]),
        fma(p[1], g[0], p[4] * g[3]),
        fma(p[1], g[1], p[4] * g[4]),
        fma(p[1], g[2], p[4] * g[5]),
        fma(p[2], g[0], p[5] * g[3]),
        fma(p[2], g[1], p[5] * g[4]),
        fma(p[2], g[2], p[5] * g[5]),
    )
    transposed = (q[0], q[3], q[6], q[1], q[4], q[7], q[2], q[5], q[8])
    h = product_2x3_3x3(g, transposed)
    mean = _mean_gradient(v, jx, jy, slopes, held, h, load8(lanes, 9 * 8), inverse_z, view)
    turn = _quaternion_gradient(by_rotation, qw, qx, qy, qz, shorten)
    scale = (fma(g[0], u[0], g[3] * u[3]), fma(g[1], u[1], g[4] * u[4]), fma(g[2], u[2], g[5] * u[5]))
    return mean + turn + scale


@kernel
def project_gradient(
    part,
    parts,
    bounds,
    count,
    field,
    view,
    lens,
    width,
    height,
    records,
    tiles,
    slot_starts,
    slots,
    gradient,
):
    """Write the gradient by mean, quaternion, log-scale, opacity logit and colour; 0 for what is not seen.

    Args are those of `project` and `draw_gradient`, and `gradient`, out, float32 flat [FIELD_ROWS, stride].
    """
    stride = field.size // FIELD_ROWS
    limits = frustum_limits(lens, width, height)
    lanes = np.empty(_LANE_VALUES * 8, np.float32)
    for chunk in range(part, bounds.size - 1, parts):
        for i in range(bounds[chunk], bounds[chunk + 1], 8):
            if not _gather(records, tiles, slot_starts, slots, i, count, lanes):
                for row in range(FIELD_ROWS):
                    store8(gradient, row * stride + i, F(0))
                continue
            visible = load8(lanes, _XX * 8) < F(0)
            row = MEAN * stride + i
            for value in _geometry_gradient(field, stride, i, view, lens, limits, lanes):
                store8(gradient, row, where(visible, value, F(0)))
                row += stride
            by_logit = load8(lanes, 0) * (F(1) - exp2(load8(lanes, _OPACITY * 8)))
            store8(gradient, OPACITY * stride + i, where(visible, by_logit, F(0)))
            for c in range(3):
                store8(gradient, (COLOUR + c) * stride + i, load8(lanes, (6 + c) * 8))
