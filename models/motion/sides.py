"""Left and right exchanged by hand, where an estimate took a back for a front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data_contracts.errors import InputError
from data_contracts.pose_sequence import FACE, LEFT_HAND, N_KEYPOINTS, RIGHT_HAND, PoseSequence
from data_contracts.side_swaps import SwappedPart

_HANDS = tuple(
    zip(range(LEFT_HAND.start, LEFT_HAND.stop), range(RIGHT_HAND.start, RIGHT_HAND.stop), strict=True)
)
_FEET = tuple(zip(range(17, 20), range(20, 23), strict=True))
_ELBOWS_AND_WRISTS, _KNEES_AND_ANKLES = ((7, 8), (9, 10)), ((13, 14), (15, 16))
_PAIRS: dict[SwappedPart, tuple[tuple[int, int], ...]] = {
    "body": (*((left, left + 1) for left in range(1, 17, 2)), *_FEET, *_HANDS),
    "arms": (*_ELBOWS_AND_WRISTS, *_HANDS),
    "legs": (*_KNEES_AND_ANKLES, *_FEET),
}
"""Limbs hang from shoulders and hips, which stay where they are when only limbs were taken for each other."""


def _other_side(part: SwappedPart) -> tuple[int, ...]:
    order = list(range(N_KEYPOINTS))
    for left, right in _PAIRS[part]:
        order[left], order[right] = right, left
    return tuple(order)


OTHER_SIDE = {part: _other_side(part) for part in _PAIRS}
"""Of each part, the keypoint of the other side for each of the 133: eyes, ears, limbs, feet and hands.

The nose and the landmarks of the face stay: a face that is seen is found by what it looks like, whichever
way the body was taken to stand.
"""
assert all(order[k] == k for order in OTHER_SIDE.values() for k in (0, *range(FACE.start, FACE.stop)))


def sides_swapped(
    poses: PoseSequence, ranges: Sequence[tuple[int, int]], part: SwappedPart = "body"
) -> PoseSequence:
    """The motion with left and right of everybody exchanged in some frames.

    Args:
        poses: the motion.
        ranges: first and last frame of each range, counted from 0, both included; as
            `data_contracts.frame_ranges.parse_frame_ranges` gives them. A frame in two ranges is exchanged
            once.
        part: what is exchanged.

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
    order = list(OTHER_SIDE[part])
    mask = chosen[:, None, None]
    xyz = poses.xyz_camera
    return replace(
        poses,
        keypoints_xy_px=np.where(mask[..., None], poses.keypoints_xy_px[:, :, order], poses.keypoints_xy_px),
        confidence=np.where(mask, poses.confidence[:, :, order], poses.confidence),
        xyz_camera=None if xyz is None else np.where(mask[..., None], xyz[:, :, order], xyz),
    )
