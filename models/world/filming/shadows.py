"""Shadows: how much light the figures take from the place, roughly but softly."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.world.filming.bounds import ellipsoid_box
from models.world.filming.casting import cast
from models.world.filming.frame import Camera
from models.world.filming.packing import Packed, pack
from models.world.places.place import Light
from models.world.solids import Floats, Solids

LENGTH_M = 3.0
"""A shadow is gone at this distance behind what casts it."""
DEEPEST = 0.80
"""Share of the lamp's light that a figure takes just behind it."""
MAP_CELLS = 144
"""The figures are seen from below, against the light, in a picture of this many cells a side."""
MAP_DISTANCE = 60.0
"""How many times their own reach away that picture is taken: nearly without perspective."""
RIMS_M = (0.018, 0.11)
"""Blur of a shadow where it touches what casts it, and one metre behind."""
REACH = 3.5
"""A sphere dims what is within this many radii of it."""
CONTACT = 0.72
"""Share of the light from all sides that contact can take away."""


def shadow(
    figures: Solids, packed: Packed, camera: Camera, depth: NDArray[np.float32], normal: NDArray[np.float32],
    light: Light,
) -> NDArray[np.float32]:  # fmt: skip
    """What share of its brightness each point of the place keeps.

    Args:
        figures: all of them, in the world.
        packed: the same in camera axes.
        camera: of the pixels.
        depth: [H, W] of the place, 0 where there is none.
        normal: [H, W, 3] of the place.
        light: the lamp, in world axes.

    Returns:
        float32 [H, W], 1 where no figure is near.
    """
    kept = np.ones(depth.shape, np.float32)
    spheres = _spheres(packed)
    if not len(spheres):
        return kept
    lens = np.asarray(camera.intrinsics_px, np.float64)
    _contact(spheres, lens, depth, normal, kept)
    kept = 1 - CONTACT * (1 - kept)
    below, map_m = _camera_below(spheres, camera, light)
    seen = cast(pack(below, [figures], 1), below.intrinsics_px, MAP_CELLS, MAP_CELLS).depth
    map_from_camera = np.linalg.inv(below.world_from_camera) @ camera.world_from_camera
    share = light.direct / max(light.direct + light.ambient, 1e-6)
    _cast_shadow(
        _blurred(seen, map_m), below.intrinsics_px, map_from_camera, lens, depth, normal, share, kept
    )
    return kept


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


def _camera_below(spheres: Floats, camera: Camera, light: Light) -> tuple[Camera, float]:
    """A camera on the far side of the figures from the light, looking at them, and its cells' size in metres.

    It sees what is nearest to the ground, so that a shadow is darkest where a figure touches it.
    """
    pose = camera.world_from_camera
    world = spheres[:, :3] @ pose[:3, :3].T + pose[:3, 3]
    radius = spheres[:, 3:]
    low, high = (world - radius).min(0), (world + radius).max(0)
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2 + 3 * RIMS_M[1]
    ahead = np.asarray(light.towards, np.float64)
    side = np.cross(ahead, [0.0, 0.0, 1.0] if abs(ahead[2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    turned = np.eye(4)
    turned[:3, :3] = np.stack([side, np.cross(ahead, side), ahead], 1)
    turned[:3, 3] = middle - MAP_DISTANCE * reach * ahead
    focal = MAP_CELLS / 2 * MAP_DISTANCE
    lens = np.array([focal, focal, MAP_CELLS / 2, MAP_CELLS / 2])
    return Camera(turned, lens, MAP_CELLS, MAP_CELLS), 2 * reach / MAP_CELLS


def _blurred(depth: Floats, cell_m: float) -> NDArray[np.float32]:
    """[cells, cells, 3]: cover with a narrow and with a wide rim, and the depth that is mean there."""
    there = np.isfinite(depth).astype(np.float32)
    deep = np.where(there > 0, depth, 0.0).astype(np.float32)
    narrow, wide, sums = (
        np.asarray(cv2.GaussianBlur(values, (0, 0), rim / cell_m), np.float32)
        for values, rim in ((there, RIMS_M[0]), (there, RIMS_M[1]), (deep, RIMS_M[1]))
    )
    return np.ascontiguousarray(np.stack([narrow, wide, sums / np.maximum(wide, 1e-4)], -1))


@compiled(nogil=True, error_model="numpy")
def _cast_shadow(
    blurred: Any,
    map_lens: Any,
    map_from_camera: Any,
    lens: Any,
    depth: Any,
    normal: Any,
    share: float,
    kept: Any,
) -> None:
    m, cells = map_from_camera, blurred.shape[0]
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            z = depth[row, column]
            facing = 0.0
            for i in range(3):
                facing += m[2, i] * normal[row, column, i]
            if z <= 0.0 or facing <= 0.0:
                continue  # the map's z axis points to the light
            px, py = (column + 0.5 - lens[2]) / lens[0] * z, (row + 0.5 - lens[3]) / lens[1] * z
            deep = m[2, 0] * px + m[2, 1] * py + m[2, 2] * z + m[2, 3]
            x = (m[0, 0] * px + m[0, 1] * py + m[0, 2] * z + m[0, 3]) / deep * map_lens[0] + map_lens[2] - 0.5
            y = (m[1, 0] * px + m[1, 1] * py + m[1, 2] * z + m[1, 3]) / deep * map_lens[1] + map_lens[3] - 0.5
            if not (0.0 <= x < cells - 1.0 and 0.0 <= y < cells - 1.0):
                continue
            i, j = int(y), int(x)
            fy, fx = y - i, x - j
            p, q, r, s = (1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx
            a, b, c, d = blurred[i, j], blurred[i, j + 1], blurred[i + 1, j], blurred[i + 1, j + 1]
            wide = p * a[1] + q * b[1] + r * c[1] + s * d[1]
            if wide < 0.004:
                continue
            behind = p * a[2] + q * b[2] + r * c[2] + s * d[2] - deep
            if not 0.0 < behind < LENGTH_M:
                continue
            narrow = p * a[0] + q * b[0] + r * c[0] + s * d[0]
            soft = min(behind, 1.0)
            cover = narrow + (wide - narrow) * soft
            left = 1.0 - behind / LENGTH_M
            dark = cover * left * min(behind / 0.03, 1.0) * min(facing / 0.2, 1.0)
            kept[row, column] *= 1.0 - share * DEEPEST * dark


@compiled(nogil=True, error_model="numpy")
def _contact(spheres: Any, lens: Any, depth: Any, normal: Any, kept: Any) -> None:
    """Dim what is near a sphere: it hides the share cos (r / d)^2 of the cosine-weighted sky."""
    height, width = depth.shape
    centre, spread = np.empty(3), np.zeros((3, 3))
    for n in range(len(spheres)):
        radius = spheres[n, 3]
        for i in range(3):
            centre[i] = spheres[n, i]
            spread[i, i] = (REACH * radius) ** 2
        first_x, last_x, first_y, last_y = ellipsoid_box(centre, spread, lens, width, height)
        for row in range(first_y, last_y + 1):
            for column in range(first_x, last_x + 1):
                z = depth[row, column]
                dz = centre[2] - z
                if z <= 0.0 or abs(dz) > REACH * radius:
                    continue
                dx = centre[0] - (column + 0.5 - lens[2]) / lens[0] * z
                dy = centre[1] - (row + 0.5 - lens[3]) / lens[1] * z
                away = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9
                face = normal[row, column]
                rise = (face[0] * dx + face[1] * dy + face[2] * dz) / away
                if away < REACH * radius and rise > 0.0:
                    near = max(away, radius)
                    fade = min(2.0 - 2.0 * away / (REACH * radius), 1.0)
                    kept[row, column] *= 1.0 - min(0.75 * rise * (radius / near) ** 2 * fade, 0.9)
