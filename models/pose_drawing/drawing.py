"""Keypoints to an RGB picture on black."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import FACE, LEFT_HAND, OPENPOSE_18, RIGHT_HAND, mean_of_pair
from models.pose_drawing.palette import (
    FACE_RGB,
    HAND_BONE_RGB,
    HAND_BONES,
    HAND_JOINT_RGB,
    JOINT_RGB,
    LIMB_RGB,
    LIMBS,
    STICK_SHARE,
)

Part = Literal["body", "hands", "face"]
PARTS: tuple[Part, ...] = ("body", "hands", "face")
Points = NDArray[np.float32]
Canvas = NDArray[np.uint8]

_SHIFT = 4
"""Fractional bits of OpenCV's drawing coordinates: joints land on 1/16 pixel."""


def draw_pose(
    keypoints_xy_px: Points,
    confidence: Points,
    width_px: int,
    height_px: int,
    *,
    parts: Collection[Part] = PARTS,
    threshold: float = 0.3,
    stick_px: float | None = None,
) -> Canvas:
    """Draw the people of one frame on black.

    Args:
        keypoints_xy_px: [P, 133, 2], COCO-WholeBody, pixels of a frame of this size.
        confidence: [P, 133] in 0..1; points below `threshold` are left out with their bones.
        width_px: width of the picture.
        height_px: height of the picture.
        parts: which of "body", "hands", "face" to draw: one each gives A1's three streams.
        threshold: least confidence that is drawn.
        stick_px: half width of limbs and radius of joints; by default 4 px at a shorter side of 512.

    Returns:
        uint8 RGB [H, W, 3].
    """
    canvas = np.zeros((height_px, width_px, 3), np.uint8)
    stick = stick_px if stick_px is not None else max(1.0, STICK_SHARE * min(width_px, height_px))
    for xy, trust in zip(keypoints_xy_px, confidence, strict=True):
        if "body" in parts:
            _draw_body(canvas, xy, trust, threshold, stick)
        if "hands" in parts:
            for hand in (LEFT_HAND, RIGHT_HAND):
                _draw_hand(canvas, xy[hand], trust[hand] >= threshold, stick)
        if "face" in parts:
            for point, seen in zip(xy[FACE], trust[FACE] >= threshold, strict=True):
                if seen:
                    _disc(canvas, point, 0.5 * stick, FACE_RGB)
    return canvas


def openpose_joints(xy: Points, confidence: Points) -> tuple[Points, Points]:
    """The 18 OpenPose joints [18, 2] and their confidence [18]; the neck is the middle of the shoulders."""
    joints = np.zeros((18, 3), np.float32)
    for joint, index in enumerate(OPENPOSE_18):
        joints[joint] = mean_of_pair(xy, confidence, (5, 6)) if index < 0 else (*xy[index], confidence[index])
    return joints[:, :2], joints[:, 2]


def _draw_body(canvas: Canvas, xy: Points, confidence: Points, threshold: float, stick: float) -> None:
    joints, trust = openpose_joints(xy, confidence)
    seen = trust >= threshold
    for (a, b), colour in zip(LIMBS, LIMB_RGB, strict=True):
        if seen[a] and seen[b]:
            outline = _ellipse(joints[a], joints[b], stick)
            cv2.fillConvexPoly(canvas, outline, tuple(map(int, colour)), cv2.LINE_8, _SHIFT)
    for joint, colour, is_seen in zip(joints, JOINT_RGB, seen, strict=True):
        if is_seen:
            _disc(canvas, joint, stick, tuple(map(int, colour)))


def _draw_hand(canvas: Canvas, xy: Points, seen: NDArray[np.bool_], stick: float) -> None:
    for (a, b), colour in zip(HAND_BONES, HAND_BONE_RGB, strict=True):
        if seen[a] and seen[b]:
            start, end = (tuple(map(int, _fixed(xy[k]))) for k in (a, b))
            thickness = max(1, round(0.5 * stick))
            cv2.line(canvas, start, end, tuple(map(int, colour)), thickness, cv2.LINE_8, _SHIFT)
    for point, is_seen in zip(xy, seen, strict=True):
        if is_seen:
            _disc(canvas, point, 0.75 * stick, HAND_JOINT_RGB)


def _fixed(xy: Points) -> NDArray[np.int32]:
    # OpenCV counts from the centre of the top-left pixel, we from its corner. Far-off points are kept
    # within what fixed-point numbers hold.
    bounded = np.clip(xy, -20_000, 20_000)
    return np.asarray(np.round((bounded - 0.5) * (1 << _SHIFT)), np.int32)


def _disc(canvas: Canvas, xy: Points, radius: float, colour: tuple[int, ...]) -> None:
    x, y = map(int, _fixed(xy))
    cv2.circle(canvas, (x, y), max(1, round(radius * (1 << _SHIFT))), colour, -1, cv2.LINE_8, _SHIFT)


def _ellipse(a: Points, b: Points, half_width: float) -> NDArray[np.int32]:
    """Outline of the ellipse with its tips in a and b: the limb shape of OpenPose."""
    half = (b - a) / 2
    length = float(np.linalg.norm(half))
    along = half / length if length > 1e-6 else np.array([1.0, 0.0])
    across = np.array([-along[1], along[0]])
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)[:, None]
    return _fixed((a + b) / 2 + length * np.cos(angle) * along + half_width * np.sin(angle) * across)
