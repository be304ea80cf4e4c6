"""A BVH motion as a pose sequence: what a camera in front sees, with the 3D points beside it."""

from __future__ import annotations

import numpy as np

from data_contracts.bvh import BvhMotion
from data_contracts.pose_sequence import PoseSequence
from models.motion.frontal_view import project_frontal, resample_motion
from models.motion.wholebody import wholebody_motion


def bvh_poses(
    motion: BvhMotion,
    width_px: int,
    height_px: int,
    *,
    fps: float | None = None,
    max_frames: int | None = None,
    yaw_deg: float = 0.0,
    where: str = "skeleton",
) -> PoseSequence:
    """Exact 2D keypoints of `motion` in a frame of this size, at `fps` (default: the file's own rate).

    3D points are in the camera's axes, unit = standing height. Raises InputError for what is no humanoid.
    """
    points = wholebody_motion(motion, where)
    if fps is not None:
        points = resample_motion(points, motion.fps, fps)
    if max_frames is not None:
        points = points._replace(xyz=points.xyz[:max_frames], forward=points.forward[:max_frames])
    seen = project_frontal(points, width_px, height_px, yaw_deg=yaw_deg)
    return PoseSequence(
        seen.keypoints_xy_px,
        seen.confidence,
        fps or motion.fps,
        width_px,
        height_px,
        seen.xyz_camera[:, None].astype(np.float32),
        "figure_height",
    )
