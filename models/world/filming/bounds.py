"""Bounds: which pixels a primitive can fall on, so that no ray is tested in vain."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

NEAREST_M = 0.02
"""Nothing nearer to the camera than this is seen."""
MARGIN_PX = 1.0
"""Room for rounding round a box."""


@compiled(nogil=True, error_model="numpy")
def quadric_span(centre: float, centre_z: float, cross: float, own: float, deep: float) -> Any:
    """Least and greatest x / z of a solid whose dual quadric is centre centre' - spread (one axis of two).

    The tangent planes x = s z of an ellipsoid with centre c and spread S are the roots of
    s^2 D_zz - 2 s D_xz + D_xx = 0 with D = c c' - S (Hartley and Zisserman, 2004, section 8.3).
    """
    d_zz = centre_z * centre_z - deep
    d_xz = centre * centre_z - cross
    d_xx = centre * centre - own
    root = np.sqrt(max(d_xz * d_xz - d_xx * d_zz, 0.0))
    return (d_xz - root) / d_zz, (d_xz + root) / d_zz


@compiled(nogil=True, error_model="numpy")
def pixel_range(low: float, high: float, focal: float, middle: float, count: int) -> Any:
    """First and last pixel whose centre may lie between two slopes; last < first where there is none."""
    first = np.ceil(max(low * focal + middle - 0.5 - MARGIN_PX, 0.0))
    last = np.floor(min(high * focal + middle - 0.5 + MARGIN_PX, count - 1.0))
    if not last >= first:
        return 0, -1
    return int(first), int(last)


@compiled(nogil=True, error_model="numpy")
def ellipsoid_box(centre: Any, spread: Any, lens: Any, width: int, height: int) -> Any:
    """First and last column and row of an ellipsoid; the whole picture if the lens is in reach."""
    deep = np.sqrt(spread[2, 2])
    if centre[2] + deep < NEAREST_M:
        return 0, -1, 0, -1
    if centre[2] - deep < NEAREST_M:
        return 0, width - 1, 0, height - 1
    left, right = quadric_span(centre[0], centre[2], spread[0, 2], spread[0, 0], spread[2, 2])
    top, bottom = quadric_span(centre[1], centre[2], spread[1, 2], spread[1, 1], spread[2, 2])
    first_x, last_x = pixel_range(left, right, lens[0], lens[2], width)
    first_y, last_y = pixel_range(top, bottom, lens[1], lens[3], height)
    return first_x, last_x, first_y, last_y


@compiled(nogil=True, error_model="numpy")
def cone_box(ends: Any, radii: Any, lens: Any, width: int, height: int) -> Any:
    """The box of a round cone: that of its two spheres."""
    left, right, top, bottom = np.inf, -np.inf, np.inf, -np.inf
    behind = 0
    for i in range(2):
        z, own = ends[i, 2], radii[i] * radii[i]
        if z + radii[i] < NEAREST_M:
            behind += 1
        if z - radii[i] < NEAREST_M:
            left, right, top, bottom = -np.inf, np.inf, -np.inf, np.inf
        else:
            low, high = quadric_span(ends[i, 0], z, 0.0, own, own)
            left, right = min(left, low), max(right, high)
            low, high = quadric_span(ends[i, 1], z, 0.0, own, own)
            top, bottom = min(top, low), max(bottom, high)
    if behind == 2:
        return 0, -1, 0, -1
    first_x, last_x = pixel_range(left, right, lens[0], lens[2], width)
    first_y, last_y = pixel_range(top, bottom, lens[1], lens[3], height)
    return first_x, last_x, first_y, last_y


@compiled(nogil=True, error_model="numpy")
def triangle_box(corners: Any, lens: Any, width: int, height: int) -> Any:
    """The box of what a triangle shows in front of the lens, however much of it lies behind."""
    left, right, top, bottom = np.inf, -np.inf, np.inf, -np.inf
    for i in range(3):
        j = (i + 1) % 3
        z, z_next = corners[i, 2], corners[j, 2]
        if z >= NEAREST_M:
            left, right = min(left, corners[i, 0] / z), max(right, corners[i, 0] / z)
            top, bottom = min(top, corners[i, 1] / z), max(bottom, corners[i, 1] / z)
        if (z >= NEAREST_M) != (z_next >= NEAREST_M):
            share = (NEAREST_M - z) / (z_next - z)
            x = (corners[i, 0] + share * (corners[j, 0] - corners[i, 0])) / NEAREST_M
            y = (corners[i, 1] + share * (corners[j, 1] - corners[i, 1])) / NEAREST_M
            left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
    first_x, last_x = pixel_range(left, right, lens[0], lens[2], width)
    first_y, last_y = pixel_range(top, bottom, lens[1], lens[3], height)
    return first_x, last_x, first_y, last_y
