"""Casting: the first primitive on every ray, by exact intersection."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.world.filming.bounds import NEAREST_M, cone_box, ellipsoid_box, triangle_box
from models.world.filming.packing import Packed
from models.world.solids import Floats


class Hits(NamedTuple):
    """What rays hit first; a ray goes through the centre of each cell."""

    depth: Floats
    """[h, w]: along z, metres; inf where nothing was hit (or the depth that hid everything)."""
    primitive: NDArray[np.int32]
    """[h, w]: number of the primitive; -1 for none."""


def cast(packed: Packed, lens: Floats, width: int, height: int, behind: Floats | None = None) -> Hits:
    """Cast one ray a cell.

    Args:
        packed: primitives in camera axes.
        lens: fx, fy, cx, cy in cells; the first cell's centre is at (0.5, 0.5).
        width: cells a row.
        height: rows.
        behind: depths [h, w] beyond which nothing is seen; left out, all is.
    """
    depth = np.full((height, width), np.inf) if behind is None else behind.copy()
    primitive = np.full((height, width), -1, np.int32)
    _cast_triangles(packed.corners, packed.edges, packed.volume, lens, depth, primitive)
    first = len(packed.corners)
    _cast_cones(packed.cone_ends, packed.cone_radii, first, lens, depth, primitive)
    first += len(packed.cone_ends)
    _cast_ellipsoids(packed.centre, packed.scaled_axes, packed.spread, first, lens, depth, primitive)
    return Hits(depth, primitive)


@compiled(nogil=True, error_model="numpy")
def _cast_triangles(corners: Any, edges: Any, volume: Any, lens: Any, depth: Any, primitive: Any) -> None:
    """Weigh the corners by homogeneous edge functions (Olano and Greer, 1997): no clipping is needed.

    A ray d meets the plane at t = volume / sum of weights; the weights' signs agree with the volume's inside
    of the triangle in front of the camera. Two triangles of an edge compute the same numbers with opposite
    signs, so there are no cracks.
    """
    height, width = depth.shape
    for n in range(len(corners)):
        if volume[n] == 0.0:
            continue
        first_x, last_x, first_y, last_y = triangle_box(corners[n], lens, width, height)
        sign = 1.0 if volume[n] > 0 else -1.0
        size = sign * volume[n]
        a0, a1, a2 = sign * edges[n, 0, 0], sign * edges[n, 1, 0], sign * edges[n, 2, 0]
        for row in range(first_y, last_y + 1):
            y = (row + 0.5 - lens[3]) / lens[1]
            b0 = sign * (edges[n, 0, 1] * y + edges[n, 0, 2])
            b1 = sign * (edges[n, 1, 1] * y + edges[n, 1, 2])
            b2 = sign * (edges[n, 2, 1] * y + edges[n, 2, 2])
            for column in range(first_x, last_x + 1):
                x = (column + 0.5 - lens[2]) / lens[0]
                w0, w1, w2 = a0 * x + b0, a1 * x + b1, a2 * x + b2
                if w0 < 0.0 or w1 < 0.0 or w2 < 0.0:
                    continue
                t = size / (w0 + w1 + w2)
                if NEAREST_M <= t < depth[row, column]:
                    depth[row, column] = t
                    primitive[row, column] = n


@compiled(nogil=True, error_model="numpy")
def _cast_ellipsoids(
    centre: Any, scaled_axes: Any, spread: Any, first: int, lens: Any, depth: Any, primitive: Any
) -> None:
    height, width = depth.shape
    for n in range(len(centre)):
        first_x, last_x, first_y, last_y = ellipsoid_box(centre[n], spread[n], lens, width, height)
        m, c = scaled_axes[n], centre[n]
        o0 = -(m[0, 0] * c[0] + m[1, 0] * c[1] + m[2, 0] * c[2])
        o1 = -(m[0, 1] * c[0] + m[1, 1] * c[1] + m[2, 1] * c[2])
        o2 = -(m[0, 2] * c[0] + m[1, 2] * c[1] + m[2, 2] * c[2])
        outside = o0 * o0 + o1 * o1 + o2 * o2 - 1.0
        for row in range(first_y, last_y + 1):
            y = (row + 0.5 - lens[3]) / lens[1]
            for column in range(first_x, last_x + 1):
                x = (column + 0.5 - lens[2]) / lens[0]
                d0 = m[0, 0] * x + m[1, 0] * y + m[2, 0]
                d1 = m[0, 1] * x + m[1, 1] * y + m[2, 1]
                d2 = m[0, 2] * x + m[1, 2] * y + m[2, 2]
                t = _near_root(d0 * d0 + d1 * d1 + d2 * d2, o0 * d0 + o1 * d1 + o2 * d2, outside)
                if NEAREST_M <= t < depth[row, column]:
                    depth[row, column] = t
                    primitive[row, column] = first + n


@compiled(nogil=True, error_model="numpy")
def _near_root(a: float, b: float, c: float) -> float:
    """The first root of a t^2 + 2 b t + c that lies ahead; -1 where there is none."""
    square = b * b - a * c
    if square < 0.0:
        return -1.0
    t = (-b - np.sqrt(square)) / a
    if t < NEAREST_M:
        t = (-b + np.sqrt(square)) / a
    return float(t)


@compiled(nogil=True, error_model="numpy")
def _cast_cones(ends: Any, radii: Any, first: int, lens: Any, depth: Any, primitive: Any) -> None:
    height, width = depth.shape
    for n in range(len(ends)):
        first_x, last_x, first_y, last_y = cone_box(ends[n], radii[n], lens, width, height)
        for row in range(first_y, last_y + 1):
            y = (row + 0.5 - lens[3]) / lens[1]
            for column in range(first_x, last_x + 1):
                x = (column + 0.5 - lens[2]) / lens[0]
                t = cone_depth(ends[n], radii[n], x, y)
                if NEAREST_M <= t < depth[row, column]:
                    depth[row, column] = t
                    primitive[row, column] = first + n


@compiled(nogil=True, error_model="numpy")
def cone_depth(ends: Any, radii: Any, x: float, y: float) -> float:
    """Depth at which the ray (x, y, 1) enters the hull of two spheres; inf where it misses.

    The hull is the union of both spheres with the cone's body between the circles where it touches them.
    With b the axis, a the first centre and D = |b|^2 - (r0 - r1)^2, a point's place along the body is
    s = b.(P - a) + r0 (r1 - r0), in 0..D, and the body's surface is D |P - a|^2 - (b.(P - a))^2
    - 2 b.(P - a) r0 (r1 - r0) - |b|^2 r0^2 = 0.
    """
    ax, ay, az = ends[0, 0], ends[0, 1], ends[0, 2]
    bx, by, bz = ends[1, 0] - ax, ends[1, 1] - ay, ends[1, 2] - az
    r0, r1 = radii[0], radii[1]
    length2 = x * x + y * y + 1.0
    axis2 = bx * bx + by * by + bz * bz
    body = axis2 - (r0 - r1) * (r0 - r1)
    along = -(bx * ax + by * ay + bz * az)
    turn = bx * x + by * y + bz
    toward = -(ax * x + ay * y + az)
    from2 = ax * ax + ay * ay + az * az
    best = np.inf
    if body > 0.0:
        slope = r0 * (r0 - r1)
        k2 = body * length2 - turn * turn
        k1 = body * toward - along * turn + turn * slope
        k0 = body * from2 - along * along + 2.0 * along * slope - axis2 * r0 * r0
        square = k1 * k1 - k0 * k2
        if square < 0.0 and k2 > 0.0:
            return np.inf  # it misses the whole infinite cone, in which the hull lies
        q = -(k1 + np.sqrt(max(square, 0.0))) if k1 > 0 else -k1 + np.sqrt(max(square, 0.0))
        for t in (q / k2, k0 / q):
            s = along - slope + t * turn
            if 0.0 < s < body and NEAREST_M <= t < best:
                best = t
    if body > 0.0 or r0 >= r1:
        t = _near_root(length2, toward, from2 - r0 * r0)
        if NEAREST_M <= t < best:
            best = t
    if body > 0.0 or r1 > r0:
        ex, ey, ez = ends[1, 0], ends[1, 1], ends[1, 2]
        t = _near_root(length2, -(ex * x + ey * y + ez), ex * ex + ey * ey + ez * ez - r1 * r1)
        if NEAREST_M <= t < best:
            best = t
    return float(best)
