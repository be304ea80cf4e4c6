"""Surface: the normal and the texture coordinates of a primitive at a point on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

TURN = 2 * np.pi


@compiled(nogil=True, error_model="numpy")
def surface_at(kind: int, facts: Any, point: Any, out: Any) -> None:
    """Describe a primitive at a point of it, all in camera axes.

    Args:
        kind: Packed.kind of the primitive.
        facts: float64 [12]: its row of Packed.facts.
        point: float64 [3].
        out: float64 [12], written: the unit normal towards the camera (3), u, v, the gradients of u (3) and
            of v (3), and 1 where the picture also repeats along v (it does on triangles).
    """
    if kind == 0:
        _on_triangle(facts, point, out)
    elif kind == 1:
        _on_cone(facts, point, out)
    else:
        _on_ellipsoid(facts, point, out)
    if out[0] * point[0] + out[1] * point[1] + out[2] * point[2] > 0:
        out[0], out[1], out[2] = -out[0], -out[1], -out[2]


@compiled(nogil=True, error_model="numpy")
def _on_triangle(facts: Any, point: Any, out: Any) -> None:
    """Facts: normal; gradient and offset of u, then of v."""
    x, y, z = point[0], point[1], point[2]
    for i in range(3):
        out[i] = facts[i]
        out[5 + i] = facts[3 + i]
        out[8 + i] = facts[7 + i]
    out[3] = facts[3] * x + facts[4] * y + facts[5] * z + facts[6]
    out[4] = facts[7] * x + facts[8] * y + facts[9] * z + facts[10]
    out[11] = 1.0


@compiled(nogil=True, error_model="numpy")
def _on_cone(facts: Any, point: Any, out: Any) -> None:
    """Facts: both centres, both radii, `across`.

    u turns from `across` about the axis; v is 0 up to the first centre, 1 from the second one on.
    """
    bx, by, bz = facts[3] - facts[0], facts[4] - facts[1], facts[5] - facts[2]
    px, py, pz = point[0] - facts[0], point[1] - facts[1], point[2] - facts[2]
    across = facts[8:11]
    axis2 = bx * bx + by * by + bz * bz
    difference = facts[6] - facts[7]
    body = axis2 - difference * difference
    along = px * bx + py * by + pz * bz
    s = along - facts[6] * difference
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
def _on_ellipsoid(facts: Any, point: Any, out: Any) -> None:
    """Facts: centre, scaled axes row by row.

    u is 0.5 in front and grows to the solid's left; v is the angle from the top, over half a turn.
    """
    px, py, pz = point[0] - facts[0], point[1] - facts[1], point[2] - facts[2]
    x = facts[3] * px + facts[6] * py + facts[9] * pz
    y = facts[4] * px + facts[7] * py + facts[10] * pz
    z = facts[5] * px + facts[8] * py + facts[11] * pz
    size = 0.0
    flat = np.sqrt(x * x + z * z) + 1e-9
    whole = x * x + y * y + z * z + 1e-300
    for i in range(3):
        mx, my, mz = facts[3 + 3 * i], facts[4 + 3 * i], facts[5 + 3 * i]
        out[i] = mx * x + my * y + mz * z
        size += out[i] * out[i]
        out[5 + i] = (z * mx - x * mz) / (flat * flat * TURN)
        out[8 + i] = (y * (x * mx + z * mz) / flat - flat * my) / (whole * np.pi)
    size = np.sqrt(size) + 1e-300
    for i in range(3):
        out[i] /= size
    out[3] = 0.5 + np.arctan2(x, z) / TURN
    out[4] = np.arctan2(flat, y) / np.pi
    out[11] = 0.0
