"""Framing: a lens that fills the picture with its subject, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.camera.presets import look_at
from models.world.figures.skeleton import FigureKind, Floats
from models.world.filming.frame import Camera
from models.world.shot import Role
from models.world.visibility import project

REACH_M: dict[FigureKind, tuple[float, float]] = {
    "human": (0.75, 1.95), "quadruped": (0.8, 1.0), "bird": (0.5, 0.6)
}  # fmt: skip
"""How far a large figure of each kind reaches round the middle of its way, and upwards."""
CLIP_SHARE, STILL_SHARE = 0.97, 0.9
"""Of the picture's half sides: where the subject's outermost point lies."""
_LEAST_ZOOM, _MOST_ZOOM = 0.75, 3.0
_UP = np.array([0.0, 1.0, 0.0])


def frame_cast(
    poses: Floats, intrinsics_px: Floats, size_px: tuple[int, int], cast: Sequence[Role]
) -> Floats:
    """Lenses [T, 4] zoomed alike in all frames, so that whoever plays the roles fills the picture.

    It knows the roles' places and kinds only: all performers of a shot get the same camera.
    """
    points = np.concatenate([_reach(role) for role in cast])
    reach = max(
        _extent(points, Camera(pose, lens, *size_px)) for pose, lens in zip(poses, intrinsics_px, strict=True)
    )
    zoom = float(np.clip(CLIP_SHARE / reach, _LEAST_ZOOM, _MOST_ZOOM))
    zoomed: Floats = intrinsics_px * np.array([zoom, zoom, 1.0, 1.0])
    return zoomed


def frame_still(camera: Camera, points_m: Floats, share: float = STILL_SHARE) -> Camera:
    """The camera turned to the middle of points [N, 3], which then fill a share of the picture."""
    position = camera.world_from_camera[:3, 3]
    middle = (points_m.min(axis=0) + points_m.max(axis=0)) / 2
    turned = camera._replace(world_from_camera=look_at(position[None], middle, _UP)[0])
    zoom = share / _extent(points_m, turned)
    return turned._replace(intrinsics_px=turned.intrinsics_px * np.array([zoom, zoom, 1.0, 1.0]))


def _extent(points_m: Floats, camera: Camera) -> float:
    """The outermost point's distance from the picture's middle, as a share of half its side."""
    xy, depth = project(points_m, camera)
    half = np.array([camera.width_px, camera.height_px]) / 2
    share = np.abs(xy[depth > 0] - half) / half
    return float(share.max()) if share.size else 1.0


def _reach(role: Role) -> Floats:
    radius, height = REACH_M[role.kind]
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    x, z = role.position_m
    ring = np.stack([x + radius * np.cos(angle), 0 * angle, z + radius * np.sin(angle)], axis=-1)
    # Arms and wings are wide at half of the height; above there are heads only.
    top = np.array([[x, height, z]])
    return np.concatenate([ring * [1, 0, 1], ring + [0, 0.6 * height, 0], top])
