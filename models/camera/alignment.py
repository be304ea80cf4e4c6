"""Camera paths put side by side: first frame as origin, other lengths, similarity to a ground truth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from data_contracts.camera_path import Floats
from data_contracts.errors import ContractError
from data_contracts.quaternions import wxyz_from_matrix


def relative_to_first(world_from_camera: Floats) -> Floats:
    """The path [T, 4, 4] seen from its first camera, which becomes the identity (requirement A8).

    Raises:
        ContractError: not poses.
    """
    path = np.asarray(world_from_camera, np.float64)
    if path.ndim != 3 or path.shape[1:] != (4, 4) or len(path) == 0 or not np.isfinite(path).all():
        raise ContractError("not a camera track", expected="finite [T >= 1, 4, 4]", got=path.shape)
    rotation, position = path[:, :3, :3], path[:, :3, 3]
    relative = np.tile(np.eye(4), (len(path), 1, 1))
    relative[:, :3, :3] = rotation[0].T @ rotation
    relative[:, :3, 3] = (position - position[0]) @ rotation[0]
    return relative


def extent(world_from_camera: Floats) -> float:
    """Largest distance of a position from the first one, in the path's unit."""
    positions = world_from_camera[:, :3, 3]
    return float(np.linalg.norm(positions - positions[0], axis=1).max())


def resample_path(world_from_camera: Floats, time_s: Floats, at_s: Floats) -> Floats:
    """Poses [M, 4, 4] at times `at_s` [M]: positions linear, rotations by spherical interpolation.

    Times outside of the path get its first or last pose.
    """
    if len(world_from_camera) == 1:
        return np.repeat(world_from_camera, len(at_s), axis=0)
    at = np.clip(at_s, time_s[0], time_s[-1])
    out = np.tile(np.eye(4), (len(at), 1, 1))
    out[:, :3, :3] = Slerp(time_s, Rotation.from_matrix(world_from_camera[:, :3, :3]))(at).as_matrix()
    out[:, :3, 3] = np.stack([np.interp(at, time_s, axis) for axis in world_from_camera[:, :3, 3].T], axis=-1)
    # Poses that are asked for at their own times come back untouched.
    nearest = np.abs(at[:, None] - time_s).argmin(axis=1)
    exact = at == time_s[nearest]
    out[exact] = world_from_camera[nearest[exact]]
    return out


def rotation_angle_deg(rotation: Floats) -> Floats:
    """Angle of rotation matrices [..., 3, 3] in degrees, accurate near 0 and near 180."""
    w = wxyz_from_matrix(rotation)
    return np.asarray(np.degrees(2 * np.arctan2(np.linalg.norm(w[..., 1:], axis=-1), w[..., 0])), np.float64)


def umeyama(source: Floats, target: Floats) -> tuple[float, Floats, Floats]:
    """Scale s, rotation R and shift t of the least-squares fit target = s R source + t (Umeyama 1991).

    Points are [N, 3]. Points that are all in one place give scale 1.
    """
    mean_source, mean_target = source.mean(axis=0), target.mean(axis=0)
    a, b = source - mean_source, target - mean_target
    u, singular, vt = np.linalg.svd(b.T @ a / len(a))
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    rotation = u @ np.diag(sign) @ vt
    variance = float((a * a).sum() / len(a))
    scale = float(singular @ sign) / variance if variance > 1e-18 else 1.0
    return scale, rotation, mean_target - scale * rotation @ mean_source


class PathError(NamedTuple):
    """How far an estimated path is from the true one after a similarity fit."""

    ate_share: float
    """Root mean square position error over the length of the true path."""
    rotation_deg: float
    """Mean angle between rotations relative to the first frame."""


def path_error(estimated: Floats, true: Floats) -> PathError:
    """Compare two paths [T, 4, 4] (world from camera). The length of the true path must not be 0."""
    scale, rotation, shift = umeyama(estimated[:, :3, 3], true[:, :3, 3])
    residual = scale * estimated[:, :3, 3] @ rotation.T + shift - true[:, :3, 3]
    length = float(np.linalg.norm(np.diff(true[:, :3, 3], axis=0), axis=1).sum())
    ours, theirs = (relative_to_first(path)[:, :3, :3] for path in (estimated, true))
    turn = rotation_angle_deg(np.swapaxes(ours, 1, 2) @ theirs)
    return PathError(float(np.sqrt((residual**2).sum(axis=1).mean())) / length, float(turn.mean()))
