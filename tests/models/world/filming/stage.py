"""Small worlds whose truth is known in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.world.filming.frame import Camera
from models.world.places.place import Light, Place
from models.world.solids import (
    Ellipsoids,
    Floats,
    RoundCones,
    Solids,
    Texture,
    Triangles,
    no_cones,
    no_ellipsoids,
    no_triangles,
)

SIZE = 64
LIGHT = Light(np.array([0.48, 0.6, 0.64]), 0.6, 0.4)


def camera(
    eye: tuple[float, float, float] = (0.3, 1.4, 4.0),
    target: tuple[float, float, float] = (0.0, 1.0, 0.0),
    size: int = SIZE,
    focal: float = 1.1,
) -> Camera:
    ahead = np.subtract(target, eye) / np.linalg.norm(np.subtract(target, eye))
    right = np.cross(ahead, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(ahead, right), ahead], 1)
    pose[:3, 3] = eye
    return Camera(
        pose, np.array([focal * size, 1.05 * focal * size, size / 2 + 1.3, size / 2 - 0.7]), size, size
    )


def rays(view: Camera) -> Floats:
    """Directions [H, W, 3] through the pixels' centres in camera axes, 1 along z."""
    fx, fy, cx, cy = view.intrinsics_px
    column, row = np.meshgrid(np.arange(view.width_px) + 0.5, np.arange(view.height_px) + 0.5)
    return np.stack([(column - cx) / fx, (row - cy) / fy, np.ones_like(row)], -1)


def in_camera(view: Camera, points: Floats) -> Floats:
    return (points - view.world_from_camera[:3, 3]) @ view.world_from_camera[:3, :3]


def speckle(seed: int, size: int = 32) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3)).astype(np.uint8)


def flat(level: int) -> NDArray[np.uint8]:
    return np.full((4, 4, 3), level, np.uint8)


def quad(
    corners: list[list[float]], uv: list[list[float]], picture: NDArray[np.uint8], lit: bool = True
) -> Solids:
    """Two triangles of four corners in a ring."""
    ring = [[0, 1, 2], [0, 2, 3]]
    triangles = Triangles(
        np.array(corners, np.float64)[ring],
        np.array(uv, np.float64)[ring],
        np.zeros(2, np.int32),
        np.zeros(2, np.int32),
    )
    return Solids(triangles, no_cones(), no_ellipsoids(), (Texture(picture, lit),))


def floor(picture: NDArray[np.uint8], reach: float = 40.0, repeats: float = 40.0) -> Solids:
    """A floor under, beside and behind the camera."""
    corners = [[-reach, 0, -reach], [reach, 0, -reach], [reach, 0, reach], [-reach, 0, reach]]
    return quad(corners, [[0, 0], [repeats, 0], [repeats, repeats], [0, repeats]], picture)


def round_cone(ends: Floats, radii: Floats, part: int = 5) -> Solids:
    axis = ends[1] - ends[0]
    across = np.cross(axis, [0.3, -0.5, 0.81])
    cones = RoundCones(
        ends[None], radii[None], (across / np.linalg.norm(across))[None], np.zeros(1, np.int32),
        np.full(1, part, np.int32),
    )  # fmt: skip
    return Solids(no_triangles(), cones, no_ellipsoids(), (Texture(speckle(1)),))


def ellipsoid(centre: Floats, axes: Floats, radii: Floats, part: int = 3) -> Solids:
    solid = Ellipsoids(
        centre[None], axes[None], radii[None], np.zeros(1, np.int32), np.full(1, part, np.int32)
    )
    return Solids(no_triangles(), no_cones(), solid, (Texture(speckle(2)),))


def rotation(seed: int) -> Floats:
    turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))
    return np.asarray(turned * np.sign(np.linalg.det(turned)))


def place_of(solids: Solids) -> Place:
    return Place("room", True, solids, LIGHT, 3.0, np.array([-2, 0.5, 2]), np.array([2, 3, 6]))
