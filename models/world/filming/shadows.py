"""Shadows: how much light the figures take from the place, by spheres instead of rays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.world.filming.bounds import cone_box
from models.world.filming.frame import Camera
from models.world.filming.packing import Packed
from models.world.places.place import Light
from models.world.solids import Floats

LENGTH_M = 1.6
"""A sphere's shadow is gone at this distance behind it."""
SPREAD = 0.30
"""How much wider a shadow's rim gets for each metre behind the sphere."""
REACH = 3.5
"""A sphere dims what is within this many radii of it."""
DARKEST = 0.72
"""Share of the light of all sides that contact can take away."""


def shadow(
    packed: Packed, camera: Camera, depth: NDArray[np.float32], normal: NDArray[np.float32], light: Light
) -> NDArray[np.float32]:
    """What share of its brightness each point of the place keeps.

    Args:
        packed: the figures, in camera axes.
        camera: of the pixels.
        depth: [H, W] of the place, 0 where there is none.
        normal: [H, W, 3] of the place.
        light: the lamp, in world axes.

    Returns:
        float32 [H, W], 1 where no figure is near.
    """
    spheres = _spheres(packed)
    open_sky = np.ones(depth.shape, np.float64)
    lamp = np.ones(depth.shape, np.float64)
    towards = np.ascontiguousarray(np.asarray(light.towards, np.float64) @ camera.world_from_camera[:3, :3])
    lens = np.asarray(camera.intrinsics_px, np.float64)
    _darken(spheres, lens, depth, normal, towards, open_sky, lamp)
    whole = max(light.direct + light.ambient, 1e-6)
    kept = (light.direct * lamp + light.ambient) / whole
    kept *= 1.0 - DARKEST * (1.0 - open_sky)
    return kept.astype(np.float32)


def _spheres(packed: Packed) -> Floats:
    """Spheres [K, 4] (centre, radius) that fill the cones and ellipsoids, about a radius apart."""
    found = [np.zeros((0, 4))]
    for ends, radii in zip(packed.cone_ends, packed.cone_radii, strict=True):
        length = float(np.linalg.norm(ends[1] - ends[0]))
        count = int(np.clip(np.ceil(length / max(float(radii.mean()), 1e-6)), 1, 8)) + 1
        share = np.linspace(0.0, 1.0, count)[:, None]
        found.append(
            np.hstack([ends[0] + share * (ends[1] - ends[0]), radii[0] + share * (radii[1] - radii[0])])
        )
    for centre, spread in zip(packed.centre, packed.spread, strict=True):
        squares, axes = np.linalg.eigh(spread)
        radii = np.sqrt(np.maximum(squares, 0.0))
        rest = float(radii[:2].mean())
        reach = max(float(radii[2]) - rest, 0.0)
        count = int(np.clip(np.ceil(2 * reach / max(rest, 1e-6)), 0, 8)) + 1
        offsets = np.linspace(-reach, reach, count)[:, None] if count > 1 else np.zeros((1, 1))
        found.append(np.hstack([centre + offsets * axes[:, 2], np.full((count, 1), rest)]))
    return np.concatenate(found)


@compiled(nogil=True, error_model="numpy")
def _darken(spheres: Any, lens: Any, depth: Any, normal: Any, towards: Any, open_sky: Any, lamp: Any) -> None:
    height, width = depth.shape
    ends, radii = np.empty((2, 3)), np.empty(2)
    for n in range(len(spheres)):
        radius = spheres[n, 3]
        for i in range(3):
            ends[0, i] = spheres[n, i]
            ends[1, i] = spheres[n, i] - LENGTH_M * towards[i]
        radii[0], radii[1] = REACH * radius, radius + SPREAD * LENGTH_M
        first_x, last_x, first_y, last_y = cone_box(ends, radii, lens, width, height)
        for row in range(first_y, last_y + 1):
            for column in range(first_x, last_x + 1):
                z = depth[row, column]
                if z <= 0.0:
                    continue
                x = spheres[n, 0] - (column + 0.5 - lens[2]) / lens[0] * z
                y = spheres[n, 1] - (row + 0.5 - lens[3]) / lens[1] * z
                w = spheres[n, 2] - z
                _from_sphere(x, y, w, radius, normal[row, column], towards, row, column, open_sky, lamp)


@compiled(nogil=True, error_model="numpy")
def _from_sphere(
    x: float, y: float, z: float, radius: float, normal: Any, towards: Any, row: int, column: int,
    open_sky: Any, lamp: Any,
) -> None:  # fmt: skip
    """Let a sphere at (x, y, z) from a point take light from it."""
    away2 = x * x + y * y + z * z
    away = np.sqrt(away2) + 1e-9
    rise = (normal[0] * x + normal[1] * y + normal[2] * z) / away
    if away < REACH * radius and rise > 0.0:
        # A sphere hides the share rise (r / d)^2 of the cosine-weighted sky, as long as it is all above.
        near = max(away, radius)
        fade = 1.0 - away / (REACH * radius)
        open_sky[row, column] *= 1.0 - min(0.75 * rise * (radius / near) ** 2 * min(2.0 * fade, 1.0), 0.9)
    along = x * towards[0] + y * towards[1] + z * towards[2]
    if (
        0.0 < along < LENGTH_M
        and normal[0] * towards[0] + normal[1] * towards[1] + normal[2] * towards[2] > 0.0
    ):
        beside = np.sqrt(max(away2 - along * along, 0.0))
        rim = 0.02 + SPREAD * along
        inside = (radius + 0.5 * rim - beside) / rim
        if inside > 0.0:
            inside = min(inside, 1.0)
            core = min(1.0, (2.0 * radius / (radius + rim)) ** 2)
            fade = 1.0 - along / LENGTH_M
            dark = inside * inside * (3.0 - 2.0 * inside) * core * fade
            lamp[row, column] = min(lamp[row, column], 1.0 - 0.85 * dark)
