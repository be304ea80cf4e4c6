# mypy: allow-untyped-defs, allow-untyped-calls
"""How eight splats' covariances come to the image plane: shared by the projection and its gradient."""

from __future__ import annotations

from models.compiling import inlined
from models.splatting.kernels.float8_math import fma, maximum, minimum
from models.splatting.kernels.layout import FRUSTUM_MARGIN, F


@inlined
def frustum_limits(lens, width, height):
    """Return the largest x/z to the right and left, y/z below and above, at which the Jacobian is taken."""
    fx, fy, cx, cy = lens[0], lens[1], lens[2], lens[3]
    margin_x = FRUSTUM_MARGIN * F(0.5) * F(width) / fx
    margin_y = FRUSTUM_MARGIN * F(0.5) * F(height) / fy
    right, left = (F(width) - cx) / fx + margin_x, cx / fx + margin_x
    below, above = (F(height) - cy) / fy + margin_y, cy / fy + margin_y
    return right, left, below, above


@inlined
def to_camera(x, y, z, view):
    """Return camera coordinates; `view` is camera_from_world [3, 4] flat."""
    return (
        fma(x, view[0], fma(y, view[1], fma(z, view[2], view[3]))),
        fma(x, view[4], fma(y, view[5], fma(z, view[6], view[7]))),
        fma(x, view[8], fma(y, view[9], fma(z, view[10], view[11]))),
    )


@inlined
def image_from_world(jx, jy, slope_x, slope_y, view):
    """Return J R [2, 3], J = [[jx, 0, -jx slope_x], [0, jy, -jy slope_y]]; jx is fx/z, slope_x is x/z."""
    kx = slope_x * jx * F(-1)
    ky = slope_y * jy * F(-1)
    return (
        fma(kx, view[8], jx * view[0]),
        fma(kx, view[9], jx * view[1]),
        fma(kx, view[10], jx * view[2]),
        fma(ky, view[8], jy * view[4]),
        fma(ky, view[9], jy * view[5]),
        fma(ky, view[10], jy * view[6]),
    )


@inlined
def rotation_matrix(w, x, y, z):
    """Return the 9 entries, by rows, for a unit quaternion."""
    two = F(2)
    return (
        F(1) - (y * y + z * z) * two,
        (x * y - w * z) * two,
        (x * z + w * y) * two,
        (x * y + w * z) * two,
        F(1) - (x * x + z * z) * two,
        (y * z - w * x) * two,
        (x * z - w * y) * two,
        (y * z + w * x) * two,
        F(1) - (x * x + y * y) * two,
    )


@inlined
def product_2x3_3x3(p, q):
    """Return the 6 entries of P Q, by rows."""
    return (
        fma(p[0], q[0], fma(p[1], q[3], p[2] * q[6])),
        fma(p[0], q[1], fma(p[1], q[4], p[2] * q[7])),
        fma(p[0], q[2], fma(p[1], q[5], p[2] * q[8])),
        fma(p[3], q[0], fma(p[4], q[3], p[5] * q[6])),
        fma(p[3], q[1], fma(p[4], q[4], p[5] * q[7])),
        fma(p[3], q[2], fma(p[4], q[5], p[5] * q[8])),
    )


@inlined
def clamp(x, low, high):
    """Return x held between low and high."""
    return minimum(high, maximum(low, x))
