"""A figure to start from where none was found: upright, arms a little away from the body."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import JOINTS, PARENTS, Skeleton

_SHARES = {
    "root": (0.50, 0.53),
    "chest": (0.50, 0.25),
    "neck": (0.50, 0.21),
    "head": (0.50, 0.11),
    "right_shoulder": (0.36, 0.26),
    "right_elbow": (0.24, 0.40),
    "right_hand": (0.12, 0.53),
    "right_hip": (0.42, 0.54),
    "right_knee": (0.39, 0.75),
    "right_foot": (0.36, 0.97),
}
"""Places in the figure's box, as shares of its width and height; the left side is mirrored."""

_ASPECT = 0.55
"""Width of a standing figure's box by its height, arms held away."""
_HEIGHT_SHARE, _WIDTH_SHARE = 0.8, 0.9
"""Of the picture, that the figure takes up."""
_LIMB, _TRUNK, _HEAD = 0.042, 0.1, 0.075
"""Half-widths drawn round the bones, as shares of the figure's height."""

Box = tuple[float, float, float, float]


def default_skeleton(width: int, height: int, box: Box | None = None) -> Skeleton:
    """An upright figure in the middle of a picture, or in a box (left, top, right, bottom) in pixels."""
    if box is None:
        tall = min(_HEIGHT_SHARE * height, _WIDTH_SHARE * width / _ASPECT)
        wide = _ASPECT * tall
        box = ((width - wide) / 2, (height - tall) / 2, (width + wide) / 2, (height + tall) / 2)
    left, top, right, bottom = box
    places = []
    for name in JOINTS:
        x, y = _SHARES[name.replace("left_", "right_")]
        x = 1 - x if name.startswith("left_") else x
        places.append([left + x * (right - left), top + y * (bottom - top)])
    return Skeleton(np.array(places, np.float64), np.zeros(len(JOINTS)), width, height)


def default_alpha(skeleton: Skeleton) -> NDArray[np.float32]:
    """A body drawn round a skeleton's bones, float32 [H, W]: something to start painting from."""
    alpha = np.zeros((skeleton.height_px, skeleton.width_px), np.uint8)
    height = float(np.ptp(skeleton.joints_xy_px[:, 1]))

    def at(name: str) -> tuple[int, int]:
        x, y = skeleton.joint(name)
        return round(x - 0.5), round(y - 0.5)

    for name, parent in PARENTS.items():
        if parent is not None and "_" in name and not name.endswith(("_shoulder", "_hip")):
            cv2.line(alpha, at(parent), at(name), 255, max(1, round(2 * _LIMB * height)), cv2.LINE_AA)
    cv2.line(alpha, at("root"), at("chest"), 255, max(1, round(2 * _TRUNK * height)), cv2.LINE_AA)
    cv2.line(alpha, at("chest"), at("head"), 255, max(1, round(2 * _LIMB * height)), cv2.LINE_AA)
    cv2.circle(alpha, at("head"), max(1, round(_HEAD * height)), 255, -1, cv2.LINE_AA)
    return (alpha / 255).astype(np.float32)
