"""Whether poses from outside can be those of a figure: their rate, picture, place and size."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_contracts.errors import InputError
from data_contracts.pose_sequence import BODY, PoseSequence

LOWEST_FPS, HIGHEST_FPS = 0.1, 1000.0
LONGEST_SIDE_PX = 65_536
FARTHEST_IN_FRAMES = 4.0
"""How many frame sizes beyond the frame a keypoint may lie. Guesses of hidden limbs stay within one."""
SMALLEST_SHARE = 0.01
"""Least extent of a figure's body, as a share of the frame's long side."""


def require_plausible(poses: PoseSequence, where: Path | str) -> None:
    """Refuse poses that are numbers, and no figure in a picture.

    Raises:
        InputError: the rate or the picture's size is absurd, points lie far outside, or all in one place.
    """
    if not LOWEST_FPS <= poses.fps <= HIGHEST_FPS:
        raise InputError(
            "the frame rate of the poses is absurd",
            where=where,
            expected=f"{LOWEST_FPS:g} to {HIGHEST_FPS:g} fps",
            got=f"{poses.fps:g}",
        )
    if max(poses.width_px, poses.height_px) > LONGEST_SIDE_PX:
        raise InputError(
            "the picture plane of the poses is absurdly large",
            where=where,
            expected=f"sides of at most {LONGEST_SIDE_PX} px",
            got=f"{poses.width_px:g}x{poses.height_px:g}",
            hint="Check canvas_width and canvas_height, or the keypoints where there are none",
        )
    _require_place(poses, where)
    _require_size(poses, where)


def _require_place(poses: PoseSequence, where: Path | str) -> None:
    size = np.array([poses.width_px, poses.height_px], np.float32)
    share = poses.keypoints_xy_px / size
    beyond = np.maximum(-share, share - 1).max(axis=-1)
    far = (poses.confidence > 0) & (beyond > FARTHEST_IN_FRAMES)
    if far.any():
        t, p, joint = (int(index) for index in np.argwhere(far)[0])
        x, y = poses.keypoints_xy_px[t, p, joint]
        raise InputError(
            "a keypoint lies far outside of the picture",
            where=f"{where}, frame {t}, person {p}, keypoint {joint}",
            expected=f"within {FARTHEST_IN_FRAMES:g} frames of {poses.width_px}x{poses.height_px}",
            got=f"({x:g}, {y:g})",
            hint="Check the units (pixels or shares), or give the point confidence 0",
        )


def _require_size(poses: PoseSequence, where: Path | str) -> None:
    seen = (poses.confidence[..., BODY] > 0)[..., None]
    body = poses.keypoints_xy_px[..., BODY, :]
    top = np.where(seen, body, -np.inf).max(axis=2)
    bottom = np.where(seen, body, np.inf).min(axis=2)
    extent_px = float(np.where(np.isfinite(top), top - bottom, 0).max())
    needed_px = SMALLEST_SHARE * max(poses.width_px, poses.height_px)
    if extent_px < needed_px:
        raise InputError(
            "the figure of the poses has no size",
            where=where,
            expected=f"a body of at least {needed_px:.3g} px, a hundredth of the picture",
            got=f"{extent_px:.3g} px at most",
            hint="Check that body keypoints are there, and the units (pixels or shares)",
        )
