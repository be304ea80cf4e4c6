"""Filming views: a figure from all round at one moment, cut out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.world.figures.skeleton import Floats
from models.world.filming.film import film_alone
from models.world.filming.frame import Camera, Style
from models.world.normals import packed
from models.world.performance import Performance
from models.world.places.place import Light

_FOV_DEG = 30.0
_ROUND_JOINTS = 0.14
"""Share of the height by which flesh, hair and clothes reach beyond the joints."""


class FilmedViews(NamedTuple):
    """M views."""

    rgba: NDArray[np.uint8]
    """[M, S, S, 4]."""
    depth_m: NDArray[np.float16]
    """[M, S, S]."""
    normal: NDArray[np.int8]
    """[M, S, S, 3], in camera axes, as models/world/normals.py keeps them."""
    world_from_camera: Floats
    """[M, 4, 4]."""
    intrinsics_px: Floats
    """[M, 4]."""


def film_views(
    performance: Performance, t: int, count: int, size_px: int, light: Light, style: Style, seed: int
) -> FilmedViews:
    """Film a figure in frame t from `count` azimuths, the first one in front of its hips.

    All cameras look at its middle from the same distance and height, with square pictures that hold the
    whole figure from every side.
    """
    points = np.concatenate([performance.poses.positions[t], performance.keypoints(t).xyz_m])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    radius = np.linalg.norm(points - middle, axis=1).max() + _ROUND_JOINTS * performance.height_m
    half_fov = np.radians(_FOV_DEG / 2)
    poses = _round(middle, performance.facing(t), radius / np.sin(half_fov), count)
    focal = size_px / 2 / np.tan(half_fov)
    lens = np.tile([focal, focal, size_px / 2, size_px / 2], (count, 1))
    solids = performance.solids(t)
    filmed = [
        film_alone(Camera(pose, one, size_px, size_px), solids, light, style, seed)
        for pose, one in zip(poses, lens, strict=True)
    ]
    return FilmedViews(
        np.stack([rgba for rgba, _ in filmed]),
        np.stack([surfaces.depth_m.astype(np.float16) for _, surfaces in filmed]),
        np.stack([packed(surfaces.normal) for _, surfaces in filmed]),
        poses,
        lens,
    )


def _round(middle: Floats, facing: Floats, distance: float, count: int) -> Floats:
    """Cameras [M, 4, 4] on a circle, each turned to its middle; the next one stands to the figure's left."""
    azimuth = 2 * np.pi * np.arange(count) / count
    left = np.array([facing[2], 0.0, -facing[0]])
    outwards = np.cos(azimuth)[:, None] * facing + np.sin(azimuth)[:, None] * left
    poses = np.tile(np.eye(4), (count, 1, 1))
    down = np.array([0.0, -1.0, 0.0])
    for pose, out in zip(poses, outwards, strict=True):
        pose[:3, 0] = np.cross(down, -out)
        pose[:3, 1], pose[:3, 2] = down, -out
        pose[:3, 3] = middle + distance * out
    return poses
