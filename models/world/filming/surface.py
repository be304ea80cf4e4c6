"""Surface: the normal and the texture coordinates of a primitive at a point on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

TURN = 2 * np.pi


@compiled(nogil=True, error_model="numpy")
def surface_at(packed: Any, number: int, point: Any, out: Any) -> None:
    """Describe a primitive at a point of it, all in camera axes.

    Args:
        packed: the primitives.
        number: which one.
        point: float64 [3].
        out: float64 [12], written: the unit normal towards the camera (3), u, v, the gradients of u (3) and
            of v (3), and 1 where the picture also repeats along v (it does on triangles).
    """
    triangles, cones = len(packed.corners), len(packed.cone_ends)
    if number < triangles:
        _on_triangle(packed.flat_normal[number], packed.uv_gradient[number], point, out)
    elif number < triangles + cones:
        n = number - triangles
        _on_cone(packed.cone_ends[n], packed.cone_radii[n], packed.cone_across[n], point, out)
    else:
        n = number - triangles - cones
        _on_ellipsoid(packed.centre[n], packed.scaled_axes[n], point, out)
    if out[0] * point[0] + out[1] * point[1] + out[2] * point[2] > 0:
        out[0], out[1], out[2] = -out[0], -out[1], -out[2]


@compiled(nogil=True, error_model="numpy")
def _on_triangle(normal: Any, gradient: Any, point: Any, out: Any) -> None:
    for i in range(3):
        out[i] = normal[i]
        out[5 + i] = gradient[0, i]
        out[8 + i] = gradient[1, i]
    for k in range(2):
        g = gradient[k]
        out[3 + k] = g[0] * point[0] + g[1] * point[1] + g[2] * point[2] + g[3]
    out[11] = 1.0


@compiled(nogil=True, error_model="numpy")
def _on_cone(ends: Any, radii: Any, across: Any, point: Any, out: Any) -> None:
    """u turns from `across` about the axis; v is 0 up to the first centre, 1 from the second one on."""
    bx, by, bz = ends[1, 0] - ends[0, 0], ends[1, 1] - ends[0, 1], ends[1, 2] - ends[0, 2]
    px, py, pz = point[0] - ends[0, 0], point[1] - ends[0, 1], point[2] - ends[0, 2]
    axis2 = bx * bx + by * by + bz * bz
    difference = radii[0] - radii[1]
    body = axis2 - difference * difference
    along = px * bx + py * by + pz * bz
    s = along - radii[0] * difference
    if body > 0.0 and 0.0 < s < body:
        nx, ny, nz = body * px - bx * s, body * py - by * s, body * pz - bz * s
    elif (body > 0.0 and s <= 0.0) or (body <= 0.0 and difference >= 0.0):
        nx, ny, nz = px, py, pz
    else:
        nx, ny, nz = px - bx, py - by, pz - bz
    size = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-300
    out[0], out[1], out[2] = nx / size, ny / size, nz / size
    if axis2 < 1e-18:  # one sphere: any axis across will do
        bx, by, bz = -across[1], across[0], 0.0
        if bx * bx + by * by < 1e-9:
            bx, by, bz = 0.0, 1.0, 0.0
        axis2 = bx * bx + by * by + bz * bz
        along = px * bx + py * by + pz * bz
    length = np.sqrt(axis2)
    zx, zy, zz = bx / length, by / length, bz / length
    tilt = across[0] * zx + across[1] * zy + across[2] * zz
    cx, cy, cz = across[0] - tilt * zx, across[1] - tilt * zy, across[2] - tilt * zz
    unit = np.sqrt(cx * cx + cy * cy + cz * cz) + 1e-300
    cx, cy, cz = cx / unit, cy / unit, cz / unit
    sx, sy, sz = zy * cz - zz * cy, zz * cx - zx * cz, zx * cy - zy * cx
    cosine, sine = px * cx + py * cy + pz * cz, px * sx + py * sy + pz * sz
    angle = np.arctan2(sine, cosine) / TURN
    out[3] = angle + 1.0 if angle < 0.0 else angle
    out[4] = min(max(along / axis2, 0.0), 1.0)
    round2 = (cosine * cosine + sine * sine + 1e-18) * TURN
    out[5] = (cosine * sx - sine * cx) / round2
    out[6] = (cosine * sy - sine * cy) / round2
    out[7] = (cosine * sz - sine * cz) / round2
    out[8], out[9], out[10] = bx / axis2, by / axis2, bz / axis2
    out[11] = 0.0


@compiled(nogil=True, error_model="numpy")
def _on_ellipsoid(centre: Any, m: Any, point: Any, out: Any) -> None:
    """u is 0.5 in front and grows to the solid's left; v is the angle from the top, over half a turn."""
    px, py, pz = point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]
    x = m[0, 0] * px + m[1, 0] * py + m[2, 0] * pz
    y = m[0, 1] * px + m[1, 1] * py + m[2, 1] * pz
    z = m[0, 2] * px + m[1, 2] * py + m[2, 2] * pz
    size = 0.0
    for i in range(3):
        out[i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z
        size += out[i] * out[i]
    size = np.sqrt(size) + 1e-300
    flat = np.sqrt(x * x + z * z) + 1e-9
    whole = x * x + y * y + z * z + 1e-300
    out[3] = 0.5 + np.arctan2(x, z) / TURN
    out[4] = np.arctan2(flat, y) / np.pi
    for i in range(3):
        out[i] /= size
        out[5 + i] = (z * m[i, 0] - x * m[i, 2]) / (flat * flat * TURN)
        out[8 + i] = (y * (x * m[i, 0] + z * m[i, 2]) / flat - flat * m[i, 1]) / (whole * np.pi)
    out[11] = 0.0
