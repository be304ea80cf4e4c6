"""Camera paths against true ones, beyond what models.camera.alignment tells: steps, turns, false motion.

The absolute trajectory error as a share of the path is `models.camera.alignment.path_error`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import invert_rigid
from data_contracts.errors import InputError
from models.camera.alignment import rotation_angle_deg, umeyama

Floats = NDArray[np.float64]

_RIM_POINTS = 9
"""Points on each side of the picture at which false motion is looked at."""


class StepError(NamedTuple):
    """Relative pose error from frame to frame (Sturm et al. 2012, equations 1 and 2, step 1)."""

    translation_share: float
    """Root mean square error of a step's translation, in shares of the mean true step's length."""
    rotation_deg: float
    """Root mean square angle between a step's rotation and the true one, degrees a frame."""


def step_error(estimated: Floats, true: Floats) -> StepError:
    """RPE of paths [T, 4, 4] (world from camera), T at least 2, after the similarity's scale.

    E_i = (Q_i^-1 Q_i+1)^-1 (P_i^-1 P_i+1). The estimate is scaled by the similarity that fits positions
    (Umeyama 1991), as nothing tells the scale of a single camera.

    Raises:
        InputError: not two paths of one length, or the true one does not move.
    """
    _check(estimated, true, 2)
    length = float(np.linalg.norm(np.diff(true[:, :3, 3], axis=0), axis=1).mean())
    if length == 0:
        raise InputError("the true camera does not move", hint="Measure false_motion_px instead.")
    scaled = estimated.copy()
    scaled[:, :3, 3] *= umeyama(estimated[:, :3, 3], true[:, :3, 3])[0]
    ours, theirs = (invert_rigid(path[:-1]) @ path[1:] for path in (scaled, true))
    error = invert_rigid(theirs) @ ours
    shift = np.linalg.norm(error[:, :3, 3], axis=1)
    turn = rotation_angle_deg(error[:, :3, :3])
    return StepError(float(np.sqrt(np.mean(shift**2))) / length, float(np.sqrt(np.mean(turn**2))))


def rotation_error_deg(estimated: Floats, true: Floats) -> float:
    """Mean angle between the rotations of two paths [T, 4, 4] after the best common turn, in degrees.

    The turn is the one that fits the rotations themselves best in the chordal sense (Hartley et al. 2013,
    section 5.3), not the similarity's: positions on a straight line leave the turn about it open.
    """
    _check(estimated, true, 1)
    ours, theirs = estimated[:, :3, :3], true[:, :3, :3]
    u, _, vt = np.linalg.svd((theirs @ np.swapaxes(ours, 1, 2)).sum(axis=0))
    turn = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt
    return float(rotation_angle_deg(np.swapaxes(turn @ ours, 1, 2) @ theirs).mean())


def false_motion_px(
    world_from_camera: Floats, intrinsics_px: Floats, width_px: int, height_px: int, depth: float = 1.0
) -> float:
    """Largest displacement of a point on the picture's rim that a path says to have happened, in pixels.

    For cameras that were at rest: every estimate of motion is false then. Points on the rim of the first
    frame are set up at one depth and seen by all other frames. The rim moves most when a camera turns or
    zooms, and it is what the eye sees swim.

    Args:
        world_from_camera: [T, 4, 4].
        intrinsics_px: [T, 4]: fx, fy, cx, cy.
        width_px: of the picture.
        height_px: of the picture.
        depth: of the rim's points in the path's unit; 1 is right for paths whose unit is the median depth.

    Returns:
        Pixels, 0 for a path at rest; at most the picture's diagonal, out of sight being out of sight.
    """
    _check(world_from_camera, world_from_camera, 1)
    if (
        intrinsics_px.shape != (len(world_from_camera), 4)
        or not (intrinsics_px[:, :2] > 0).all()
        or depth <= 0
    ):
        raise InputError(
            "a lens for every frame, with focal lengths and a depth over 0",
            expected=f"{[len(world_from_camera), 4]} of fx, fy, cx, cy",
            got=f"{list(intrinsics_px.shape)}, first {intrinsics_px[:1].tolist()}, depth {depth:g}",
        )
    rim = _rim(width_px, height_px)
    fx, fy, cx, cy = intrinsics_px[0]
    rays = np.stack([(rim[:, 0] - cx) / fx, (rim[:, 1] - cy) / fy, np.ones(len(rim))], axis=1)
    to_frame = invert_rigid(world_from_camera) @ world_from_camera[0]
    seen = depth * rays @ np.swapaxes(to_frame[:, :3, :3], 1, 2) + to_frame[:, None, :3, 3]
    diagonal = float(np.hypot(width_px, height_px))
    if (seen[..., 2] <= 0).any():
        return diagonal
    xy = seen[..., :2] / seen[..., 2:] * intrinsics_px[:, None, :2] + intrinsics_px[:, None, 2:]
    return min(float(np.linalg.norm(xy - rim, axis=-1).max()), diagonal)


def _rim(width_px: int, height_px: int) -> Floats:
    x, y = np.linspace(0, width_px, _RIM_POINTS), np.linspace(0, height_px, _RIM_POINTS)
    sides = [np.stack([x, np.full_like(x, edge)], axis=1) for edge in (0, height_px)]
    sides += [np.stack([np.full_like(y, edge), y], axis=1) for edge in (0, width_px)]
    return np.concatenate(sides)


def _check(estimated: Floats, true: Floats, least: int) -> None:
    if estimated.shape != true.shape or true.ndim != 3 or true.shape[1:] != (4, 4) or len(true) < least:
        raise InputError(
            "paths are compared frame by frame",
            expected=f"[T, 4, 4] with T at least {least}, as the truth's {list(true.shape)}",
            got=list(estimated.shape),
            hint="Resample the estimate to the true path's times.",
        )
