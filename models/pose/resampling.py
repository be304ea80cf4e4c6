"""Pose sequences at another frame rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.pose_sequence import PoseSequence


def resample_poses(poses: PoseSequence, fps: float, num_frames: int | None = None) -> PoseSequence:
    """`poses` at another rate, linear in time where a point is known on both sides.

    A point known on one side only is kept while it is the nearer one.

    Args:
        poses: the sequence; its first frame stays where it is.
        fps: the new rate.
        num_frames: cut to at most so many frames.
    """
    if fps <= 0:
        raise InputError("a frame rate must be over 0", where="resampling poses", got=fps)
    count = int((poses.n_frames - 1) / poses.fps * fps + 1e-3) + 1
    count = min(count, num_frames or count)
    position = np.minimum(np.arange(count) * poses.fps / fps, poses.n_frames - 1)
    before = np.floor(position + 1e-9).astype(np.int64)
    after = np.minimum(before + 1, poses.n_frames - 1)
    share = np.clip(position - before, 0, 1).astype(np.float32)[:, None, None]
    first, second = poses.confidence[before], poses.confidence[after]
    both = (first > 0) & (second > 0)
    nearer = np.where(share < 0.5, 0.0, 1.0)
    weight = np.where(both, share, nearer).astype(np.float32)

    def blend(values: NDArray[np.float32]) -> NDArray[np.float32]:
        mixed = values[before] * (1 - weight[..., None]) + values[after] * weight[..., None]
        return np.asarray(mixed, np.float32)

    return replace(
        poses,
        keypoints_xy_px=blend(poses.keypoints_xy_px),
        confidence=np.asarray(first * (1 - weight) + second * weight, np.float32),
        xyz_camera=None if poses.xyz_camera is None else blend(poses.xyz_camera),
        fps=fps,
    )
