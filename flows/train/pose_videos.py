"""Poses as the gated model sees them: body, hands and face drawn on black, a video each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.train.framing import Framing
from models.pose_drawing import PARTS, draw_pose

Video = NDArray[np.uint8]


class PoseVideos(NamedTuple):
    """uint8 [T, H, W, 3] each; in the order of `models.pose_drawing.PARTS`."""

    body: Video
    hands: Video
    face: Video


def pose_videos(
    keypoints_xy_px: NDArray[np.floating], confidence: NDArray[np.float32], framing: Framing
) -> PoseVideos:
    """All people drawn: keypoints [T, P, 133, 2] and their confidence [T, P, 133] in the pictures' pixels."""
    points = framing.points(keypoints_xy_px).astype(np.float32)
    size = framing.size.width_px, framing.size.height_px
    return PoseVideos(
        *(
            np.stack(
                [
                    draw_pose(xy, seen, *size, parts=(part,))
                    for xy, seen in zip(points, confidence, strict=True)
                ]
            )
            for part in PARTS
        )
    )


def no_pose(framing: Framing, frames: int) -> PoseVideos:
    """Nothing drawn."""
    black = np.zeros((frames, framing.size.height_px, framing.size.width_px, 3), np.uint8)
    return PoseVideos(black, black, black)
