"""Left and right exchanged by hand, where an estimate took a back for a front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data_contracts.errors import InputError
from data_contracts.pose_sequence import FACE, LEFT_HAND, N_KEYPOINTS, RIGHT_HAND, PoseSequence

_PAIRS = (
    *((left, left + 1) for left in range(1, 17, 2)),
    *zip(range(17, 20), range(20, 23), strict=True),
    *zip(range(LEFT_HAND.start, LEFT_HAND.stop), range(RIGHT_HAND.start, RIGHT_HAND.stop), strict=True),
)


def _other_side() -> list[int]:
    order = list(range(N_KEYPOINTS))
    for left, right in _PAIRS:
        order[left], order[right] = right, left
    return order


OTHER_SIDE = tuple(_other_side())
"""Keypoint of the other side for each of the 133: eyes, ears, limbs, feet and hands.

The nose and the landmarks of the face stay: a face that is seen is found by what it looks like, whichever
way the body was taken to stand.
"""
assert all(OTHER_SIDE[k] == k for k in (0, *range(FACE.start, FACE.stop)))


def sides_swapped(poses: PoseSequence, ranges: Sequence[tuple[int, int]]) -> PoseSequence:
    """The motion with left and right of everybody exchanged in some frames.

    Args:
        poses: the motion.
        ranges: first and last frame of each range, counted from 0, both included; as
            `data_contracts.frame_ranges.parse_frame_ranges` gives them. A frame in two ranges is exchanged
            once.

    Raises:
        InputError: a range lies outside of the motion, or runs backwards.
    """
    chosen = np.zeros(poses.n_frames, np.bool_)
    for first, last in ranges:
        if not 0 <= first <= last < poses.n_frames:
            raise InputError(
                "the frames whose sides are exchanged are not in the motion",
                where=f"frames {first}-{last}",
                expected=f"frames within 0-{poses.n_frames - 1}, the first one first",
                got=f"{first}-{last}",
            )
        chosen[first : last + 1] = True
    order = list(OTHER_SIDE)
    mask = chosen[:, None, None]
    xyz = poses.xyz_camera
    return replace(
        poses,
        keypoints_xy_px=np.where(mask[..., None], poses.keypoints_xy_px[:, :, order], poses.keypoints_xy_px),
        confidence=np.where(mask, poses.confidence[:, :, order], poses.confidence),
        xyz_camera=None if xyz is None else np.where(mask[..., None], xyz[:, :, order], xyz),
    )
