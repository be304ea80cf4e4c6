"""What a backend draws, and the checks that both make before they draw it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.splatting.kernels.presenting import present
from models.splatting.workers import Workers


@dataclass(frozen=True)
class Rendering:
    """A drawn view.

    Attributes:
        rgb: float32 [H, W, 3], sRGB 0..1, on the background colour.
        alpha: float32 [H, W], 0..1, how much of a pixel the splats cover.
        depth_m: float32 [H, W], mean depth of what covers it; 0 where nothing does.
    """

    rgb: NDArray[np.float32]
    alpha: NDArray[np.float32]
    depth_m: NDArray[np.float32]


def rendering_of_planes(planes: NDArray[np.float32], workers: Workers) -> Rendering:
    """Return the rendering of planes [5, H, W]: colour, depth times weight, alpha (copied)."""
    _, height, width = planes.shape
    rgb = np.empty((height, width, 3), np.float32)
    alpha, depth = np.empty((2, height, width), np.float32)
    flat = (array.reshape(-1) for array in (rgb, alpha, depth))
    workers.run(present, np.ascontiguousarray(planes).reshape(-1), height, width, *flat)
    return Rendering(rgb, alpha, depth)


def camera_from_world(world_from_camera: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of a rigid motion [4, 4].

    Raises:
        InputError: if it is not finite, or its rotation is not one (within 1e-4).
    """
    pose = np.asarray(world_from_camera, dtype=np.float64)
    if pose.shape != (4, 4) or not np.isfinite(pose).all():
        raise InputError(
            "camera pose", where="world_from_camera", expected="finite [4, 4]", got=pose.tolist()
        )
    rotation = pose[:3, :3]
    if not np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-4) or np.linalg.det(rotation) < 0:
        hint = "Mirrored or scaled cameras cannot be drawn; orthonormalise the rotation first."
        raise InputError(
            "camera pose is not rigid", where="world_from_camera", got=rotation.tolist(), hint=hint
        )
    inverse = np.eye(4)
    inverse[:3, :3] = rotation.T
    inverse[:3, 3] = -rotation.T @ pose[:3, 3]
    return inverse


def check_intrinsics(intrinsics_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return fx, fy, cx, cy as float64 [4].

    Raises:
        InputError: if they are not finite or a focal length is not above 0.
    """
    lens = np.asarray(intrinsics_px, dtype=np.float64)
    if lens.shape != (4,) or not np.isfinite(lens).all() or lens[:2].min() <= 0:
        expected = "finite fx > 0, fy > 0, cx, cy"
        raise InputError("camera intrinsics", where="intrinsics_px", expected=expected, got=lens.tolist())
    return lens
