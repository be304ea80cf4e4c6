"""Slow, obviously right counterparts of models/scene, in float64."""

import numpy as np
from numpy.typing import NDArray


def spiral_position(t: float, r: float) -> NDArray[np.float64]:
    """DreamDance (character art) eq. 5, as printed."""
    return np.array(
        [
            r * np.sin(2 * np.pi * t) * np.cos(2 * np.pi * t),
            r * np.sin(2 * np.pi * t) * np.sin(2 * np.pi * t),
            -np.sin(2 * np.pi * t),
        ]
    )


def ray_cast_plane(
    point: NDArray[np.float64],
    normal: NDArray[np.float64],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    x_px: float,
    y_px: float,
) -> tuple[float, NDArray[np.float64]]:
    """Depth along z and world point where a pixel's ray meets a plane."""
    fx, fy, cx, cy = intrinsics_px
    ray = world_from_camera[:3, :3] @ np.array([(x_px - cx) / fx, (y_px - cy) / fy, 1.0])
    eye = world_from_camera[:3, 3]
    depth = float((point - eye) @ normal / (ray @ normal))
    return depth, eye + depth * ray


def ray_cast_mesh(
    depth_m: NDArray[np.float64],
    valid: NDArray[np.bool_],
    intrinsics_px: NDArray[np.float64],
    world_from_camera: NDArray[np.float64],
    view_world_from_camera: NDArray[np.float64],
    view_intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
    cut_ratio: float,
) -> NDArray[np.float64]:
    """Depth [H, W] of an RGBD picture's mesh from another camera, inf where nothing is.

    A ray a pixel against all triangles: Moeller and Trumbore's intersection, solved as a 3 × 3 system.
    """
    fx, fy, cx, cy = intrinsics_px
    height, width = depth_m.shape
    y, x = np.mgrid[0:height, 0:width] + 0.5
    camera = np.stack([(x - cx) / fx * depth_m, (y - cy) / fy * depth_m, depth_m], -1)
    world = camera @ world_from_camera[:3, :3].T + world_from_camera[:3, 3]
    triangles = []
    for i in range(height - 1):
        for j in range(width - 1):
            for corners in (((i, j), (i, j + 1), (i + 1, j)), ((i, j + 1), (i + 1, j + 1), (i + 1, j))):
                depths = [depth_m[corner] for corner in corners]
                if all(valid[corner] for corner in corners) and max(depths) <= min(depths) * cut_ratio:
                    triangles.append([world[corner] for corner in corners])
    found = np.full(size_px, np.inf)
    eye, rotation = view_world_from_camera[:3, 3], view_world_from_camera[:3, :3]
    vfx, vfy, vcx, vcy = view_intrinsics_px
    for row in range(size_px[0]):
        for column in range(size_px[1]):
            ray = rotation @ np.array([(column + 0.5 - vcx) / vfx, (row + 0.5 - vcy) / vfy, 1.0])
            for a, b, c in triangles:
                system = np.stack([ray, a - b, a - c], axis=1)
                if abs(np.linalg.det(system)) < 1e-15:
                    continue
                depth, u, v = np.linalg.solve(system, a - eye)
                if depth > 0 and u >= 0 and v >= 0 and u + v <= 1:
                    found[row, column] = min(found[row, column], depth)
    return found


def least_squares_scale_shift(
    values: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale and shift of the ordinary least-squares line."""
    return np.linalg.lstsq(np.stack([values, np.ones_like(values)], 1), target, rcond=None)[0]
