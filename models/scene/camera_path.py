"""Camera paths through a scene: the spiral of eq. 5, and a job's own track fitted into the scene."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.camera.alignment import relative_to_first, rotation_angle_deg
from models.camera.presets import look_at, spiral_positions

TrackScale = Literal["cap", "fit", "keep"]

LEFT_OVER = 0.3
"""Of a camera's turning, so much may be left when its looking at a point is taken away."""


def spiral_path(
    num_views: int, pivot_m: float, radius_ratio: float, depth_ratio: float, height_ratio: float
) -> NDArray[np.float64]:
    """World-from-camera [N, 4, 4] along one turn of the spiral, all looking at the pivot.

    View 0 is the reference camera.

    Args:
        num_views: N.
        pivot_m: depth of the point that the cameras look at.
        radius_ratio: r as a share of the pivot depth.
        depth_ratio: reach in z as a share of r.
        height_ratio: reach in y as a share of r.
    """
    radius = radius_ratio * pivot_m
    times = np.arange(num_views) / num_views
    positions = spiral_positions(times, radius, depth_ratio * radius, height_ratio)
    return look_at(positions, (0, 0, pivot_m))


def fit_track(
    world_from_camera: NDArray[np.float64],
    near_m: float,
    budget: float,
    scale: TrackScale = "cap",
    unit_m: float = 1.0,
) -> NDArray[np.float64]:
    """A job's track in the scene's coordinates, its travel within the parallax that the scene can show.

    A camera that keeps looking at a point, as in an orbit, goes on doing so when its way is shortened: it
    would else turn away into what no picture shows. Other turning is kept as it is; so is all turning of a
    track that is lengthened, which is the same track seen in another unit.

    Args:
        world_from_camera: [T, 4, 4] in any coordinates and any unit of length.
        near_m: depth of the scene's nearest things.
        unit_m: what one unit of the track is in the scene.
        budget: longest way from the first camera, as a share of `near_m`.
        scale: 'cap' shortens a track that is too long, 'fit' also lengthens a short one (a track whose unit
            is arbitrary), 'keep' takes it as it is.

    Returns:
        [T, 4, 4], frame 0 the identity.
    """
    track = relative_to_first(world_from_camera)
    track[:, :3, 3] *= unit_m
    reach = float(np.linalg.norm(track[:, :3, 3], axis=1).max())
    if scale == "keep" or reach < 1e-9:
        return track
    factor = budget * near_m / reach
    return _with_travel(track, factor if scale == "fit" else min(1.0, factor))


def _with_travel(track: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """A track [T, 4, 4] whose first pose is the identity, its way shorter or longer by a factor."""
    positions = track[:, :3, 3]
    changed = track.copy()
    changed[:, :3, 3] = factor * positions
    depth = looked_at_depth(track) if factor < 1 else None
    if depth is not None:
        beside = np.swapaxes(_aimed(positions, depth), 1, 2) @ track[:, :3, :3]
        changed[:, :3, :3] = _aimed(factor * positions, depth) @ beside
    return changed


def looked_at_depth(track: NDArray[np.float64]) -> float | None:
    """Depth of the point before the first camera that a track's cameras keep looking at.

    Args:
        track: [T, 4, 4], the first pose the identity.

    Returns:
        None where no such point explains most of the turning.
    """
    positions, turned = track[:, :3, 3], track[:, :3, :3]
    nearest = max(float(np.linalg.norm(positions, axis=1).max()), 1e-9)
    depths = nearest * np.geomspace(1.2, 60, 80)
    left = [
        float(rotation_angle_deg(np.swapaxes(_aimed(positions, depth), 1, 2) @ turned).mean())
        for depth in depths
    ]
    best = int(np.argmin(left))
    turning = float(rotation_angle_deg(turned).mean())
    return float(depths[best]) if left[best] < LEFT_OVER * turning else None


def _aimed(positions: NDArray[np.float64], depth: float) -> NDArray[np.float64]:
    """Rotations [T, 3, 3] of cameras at positions [T, 3] that look at (0, 0, depth)."""
    return look_at(positions, (0, 0, depth))[:, :3, :3]
