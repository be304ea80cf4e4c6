"""A camera in front of a figure that keeps all of its motion in the frame, and what it sees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.motion.wholebody import Floats, WholebodyMotion, unit


class ProjectedMotion(NamedTuple):
    """2D keypoints with the 3D points and the camera that they come from.

    `keypoints_xy_px` float32 [T, 1, 133, 2]; `confidence` float32 [T, 1, 133];
    `xyz_camera` float64 [T, 133, 3] in OpenCV camera axes, unit = figure height;
    `world_from_camera` float64 [4, 4] in the upright world; `intrinsics_px` float64 [4] (fx, fy, cx, cy).
    """

    keypoints_xy_px: NDArray[np.float32]
    confidence: NDArray[np.float32]
    xyz_camera: Floats
    world_from_camera: Floats
    intrinsics_px: Floats


def frontal_rotation(forward: Floats, yaw_deg: float = 0.0) -> Floats:
    """World-from-camera rotation [3, 3] of a camera that looks a figure in the face.

    `forward` [T, 3] is the figure's facing; its mean direction counts (the first frame's where a figure
    turns so much that the mean says nothing). `yaw_deg` walks the camera around the figure to its left.
    """
    mean = forward.mean(axis=0)
    ahead = unit(mean if np.linalg.norm(mean) > 0.2 else forward[0])
    up = np.array([0.0, 1.0, 0.0])
    left = np.cross(up, ahead)
    angle = np.radians(yaw_deg)
    towards = np.cos(angle) * ahead + np.sin(angle) * left
    return np.stack([np.cross(up, towards), -up, -towards], axis=1)


def project_frontal(
    motion: WholebodyMotion,
    width_px: int,
    height_px: int,
    *,
    fov_deg: float = 30.0,
    margin: float = 0.08,
    yaw_deg: float = 0.0,
) -> ProjectedMotion:
    """Project `motion` by a pinhole camera at rest in front of the figure.

    The camera stands as near as it can with every known point of every frame inside the frame less
    `margin` (share of each side). `fov_deg` is the vertical angle of view.
    """
    if width_px < 2 or height_px < 2:
        raise InputError(
            "the frame is too small", expected="at least 2x2 pixels", got=f"{width_px}x{height_px}"
        )
    rotation = frontal_rotation(motion.forward, yaw_deg)
    known = motion.confidence > 0
    axes = motion.xyz @ rotation
    low, high = axes[:, known].min(axis=(0, 1)), axes[:, known].max(axis=(0, 1))
    centre = (low + high) / 2
    focal = height_px / 2 / np.tan(np.radians(fov_deg) / 2)
    half = np.array([width_px, height_px]) * (0.5 - margin)
    local = axes - centre
    # |x| f / (z + d) <= half  <=>  d >= |x| f / half - z, for every point and both image axes.
    reach = np.abs(local[:, known, :2]) * focal / half - local[:, known, 2:]
    distance = float(max(reach.max(), 0.5 - local[:, known, 2].min()))
    xyz_camera = local + np.array([0.0, 0.0, distance])
    image_centre = np.array([width_px / 2, height_px / 2])
    xy = np.zeros((*xyz_camera.shape[:2], 2))
    xy[:, known] = focal * xyz_camera[:, known, :2] / xyz_camera[:, known, 2:] + image_centre
    world_from_camera = np.eye(4)
    world_from_camera[:3, :3] = rotation
    world_from_camera[:3, 3] = rotation @ (centre - [0.0, 0.0, distance])
    confidence = np.tile(motion.confidence, (len(xy), 1, 1)).astype(np.float32)
    return ProjectedMotion(
        xy[:, None].astype(np.float32),
        confidence,
        np.where(known[None, :, None], xyz_camera, 0.0),
        world_from_camera,
        np.array([focal, focal, *image_centre]),
    )


def resample_motion(motion: WholebodyMotion, fps: float, to_fps: float) -> WholebodyMotion:
    """`motion` at another frame rate, linear in time between frames; the first frame stays where it is."""
    if fps <= 0 or to_fps <= 0:
        raise InputError("a frame rate must be over 0", got=f"{fps} and {to_fps}")
    n_frames = len(motion.xyz)
    n_out = max(1, int(np.floor((n_frames - 1) / fps * to_fps + 1e-6)) + 1)
    position = np.arange(n_out) * fps / to_fps
    before = np.minimum(position.astype(int), n_frames - 1)
    after = np.minimum(before + 1, n_frames - 1)
    share = (position - before)[:, None]

    def blend(values: Floats) -> Floats:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray((1 - weight) * values[before] + weight * values[after], np.float64)

    return WholebodyMotion(blend(motion.xyz), motion.confidence, unit(blend(motion.forward)))
