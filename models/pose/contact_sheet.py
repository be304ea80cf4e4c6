"""A sheet of frames with their poses drawn in, for a person to look at."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import PoseSequence
from models.pose_drawing import draw_pose

TILE_PX = 240
"""Height of one frame on the sheet."""

SHOWN = 8
"""Frames on the sheet, evenly spread."""


def shown_frames(count: int) -> list[int]:
    """Which of `count` frames the sheet shows."""
    return sorted({int(t) for t in np.linspace(0, count - 1, min(SHOWN, count))})


def contact_sheet(poses: PoseSequence, pictures: Mapping[int, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Draw the poses over darkened pictures, or over black where there is none.

    Args:
        poses: the sequence.
        pictures: frames (uint8 [H, W, 3]) by index, of the size that the poses are in.

    Returns:
        uint8 [H, W, 3].
    """
    scale = TILE_PX / poses.height_px
    width = max(1, round(poses.width_px * scale))
    tiles = []
    for t in shown_frames(poses.n_frames):
        drawn = draw_pose(
            poses.keypoints_xy_px[t] * np.float32(scale), poses.confidence[t], width, TILE_PX, stick_px=2.0
        )
        tile = np.zeros((TILE_PX, width, 3), np.uint8)
        if t in pictures:
            tile = np.asarray(cv2.resize(pictures[t], (width, TILE_PX), interpolation=cv2.INTER_AREA)) // 2
        lit = drawn.any(axis=2)
        tile[lit] = drawn[lit]
        tiles.append(tile)
    return np.hstack(tiles)
