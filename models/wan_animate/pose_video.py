"""Skeletons as Wan Animate was trained on: OpenPose's body with toes, thin sticks, hands, no face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import mean_of_pair
from models.pose_drawing import draw_pose
from models.pose_drawing.palette import LIMB_BRIGHTNESS

Points = NDArray[np.float32]

TOES = ((15, (17, 18), (255, 0, 85), (200, 200, 0)), (16, (20, 21), (200, 200, 0), (100, 100, 0)))
"""Of the left and the right foot: ankle, the toes whose middle is drawn, the stick's colour, the joint's
(Wan2.2, wan/modules/animate/preprocess/human_visualization.py, draw_aapose_new)."""
_SHIFT = 4


def stick_px(width_px: int, height_px: int) -> int:
    """Half width of the sticks, and radius of the joints (draw_aapose_new, stick width 'v2')."""
    return max(min(width_px, height_px) // 200 - 1, 1)


def draw_pose_video(
    keypoints_xy_px: Points, confidence: Points, width_px: int, height_px: int, threshold: float
) -> NDArray[np.uint8]:
    """Draw one person's skeleton on black.

    Args:
        keypoints_xy_px: [T, 133, 2], COCO-WholeBody, pixels of a frame of this size.
        confidence: [T, 133] in 0..1; points below `threshold` are left out with their sticks.
        width_px: width of a frame.
        height_px: height of a frame.
        threshold: least confidence that is drawn.

    Returns:
        uint8 RGB [T, H, W, 3].
    """
    stick = stick_px(width_px, height_px)
    frames = np.zeros((len(keypoints_xy_px), height_px, width_px, 3), np.uint8)
    for frame, xy, trust in zip(frames, keypoints_xy_px, confidence, strict=True):
        drawn = draw_pose(
            xy[None],
            trust[None],
            width_px,
            height_px,
            parts=("body", "hands"),
            threshold=threshold,
            stick_px=float(stick),
        )
        _draw_toes(frame, xy, trust, threshold, stick)
        np.copyto(frame, drawn, where=drawn.any(axis=-1, keepdims=True))
    return frames


def _draw_toes(canvas: NDArray[np.uint8], xy: Points, trust: Points, threshold: float, stick: int) -> None:
    for ankle, pair, stick_rgb, joint_rgb in TOES:
        x, y, seen = mean_of_pair(xy, trust, pair)
        if seen < threshold:
            continue
        toe = np.array([x, y], np.float32)
        if trust[ankle] >= threshold:
            half = (toe - xy[ankle]) / 2
            axes = round(float(np.linalg.norm(half)) * (1 << _SHIFT)), stick << _SHIFT
            angle = float(np.degrees(np.arctan2(half[1], half[0])))
            dim = [LIMB_BRIGHTNESS * value for value in stick_rgb]
            cv2.ellipse(canvas, _fixed(xy[ankle] + half), axes, angle, 0, 360, dim, -1, cv2.LINE_8, _SHIFT)
        cv2.circle(canvas, _fixed(toe), stick << _SHIFT, joint_rgb, -1, cv2.LINE_8, _SHIFT)


def _fixed(xy: Points) -> tuple[int, int]:
    """OpenCV counts from the centre of the top-left pixel, we from its corner."""
    x, y = np.round((np.clip(xy, -20_000, 20_000) - 0.5) * (1 << _SHIFT)).astype(int).tolist()
    return x, y
