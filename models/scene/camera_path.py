"""Camera paths through a scene: look-at, the spiral of eq. 5, and a job's own track fitted into the scene."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from data_contracts.errors import ContractError

TrackScale = Literal["cap", "fit", "keep"]

UP = (0.0, -1.0, 0.0)
"""The paper's up vector is [0, 1, 0] with y upwards; here y points down."""


def look_at(eye: ArrayLike, target: ArrayLike, up: ArrayLike = UP) -> NDArray[np.float64]:
    """World-from-camera [4, 4] of a camera at `eye` that looks at `target`, OpenCV axes.

    The rows of DreamDance's (character art) eq. 5 are not orthogonal as printed; here the up vector is
    orthogonalised, so that the rotation is one.

    Raises:
        ContractError: eye and target coincide, or the camera looks along the up vector.
    """
    position = np.asarray(eye, np.float64)
    forward = np.asarray(target, np.float64) - position
    right = np.cross(forward, np.asarray(up, np.float64))
    if np.linalg.norm(right) <= 1e-9 * max(1.0, float(np.linalg.norm(forward))):
        raise ContractError(
            "a camera has no direction to look in",
            where="look_at",
            expected="a target apart from the eye, off the up axis",
            got=f"eye {position}, target {np.asarray(target)}, up {np.asarray(up)}",
        )
    forward = forward / np.linalg.norm(forward)
    right = right / np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = position
    return pose


def spiral_positions(
    times: ArrayLike, radius: float, depth: float, height_ratio: float = 1.0
) -> NDArray[np.float64]:
    """DreamDance (character art) eq. 5: P(t) = [r·sin 2πt·cos 2πt, r·sin 2πt·sin 2πt, −sin 2πt], t in 0..1.

    Args:
        times: t [N].
        radius: r, in scene units.
        depth: factor of the third coordinate; 1 in the paper, whose scenes have a unit of their own.
        height_ratio: factor of the second coordinate; 1 in the paper, less keeps the camera above the floor.

    Returns:
        Positions [N, 3]; the path begins and ends at the reference camera.
    """
    angle = 2 * np.pi * np.asarray(times, np.float64)
    reach = radius * np.sin(angle)
    return np.stack(
        [reach * np.cos(angle), height_ratio * reach * np.sin(angle), -depth * np.sin(angle)], axis=-1
    )


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
    return np.stack([look_at(position, (0, 0, pivot_m)) for position in positions])


def relative_to_first(world_from_camera: NDArray[np.float64]) -> NDArray[np.float64]:
    """The track [T, 4, 4] in the coordinates of its first camera (A8): frame 0 becomes the identity.

    Raises:
        ContractError: not poses.
    """
    track = np.asarray(world_from_camera, np.float64)
    if track.ndim != 3 or track.shape[1:] != (4, 4) or len(track) == 0 or not np.isfinite(track).all():
        raise ContractError(
            "not a camera track", where="scene", expected="finite [T >= 1, 4, 4]", got=str(track.shape)
        )
    rotation, position = track[:, :3, :3], track[:, :3, 3]
    relative = np.tile(np.eye(4), (len(track), 1, 1))
    relative[:, :3, :3] = rotation[0].T @ rotation
    relative[:, :3, 3] = (position - position[0]) @ rotation[0]
    return relative


def fit_track(
    world_from_camera: NDArray[np.float64],
    near_m: float,
    budget: float,
    scale: TrackScale = "cap",
    unit_m: float = 1.0,
) -> NDArray[np.float64]:
    """A job's track in the scene's coordinates, its travel within the parallax that the scene can show.

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
    track[:, :3, 3] *= factor if scale == "fit" else min(1.0, factor)
    return track
