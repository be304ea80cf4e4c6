"""A picture of the joints over the still, for people to check and mend."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS, PARENTS, Skeleton

_RIGHT, _LEFT, _MIDDLE = (255, 80, 60), (40, 120, 255), (0, 170, 60)
_SIDES = {"right": _RIGHT, "left": _LEFT}
_UNMOVED = (150, 150, 150)
_ARM = ("elbow", "hand")
_SUPERSAMPLING_BITS = 4


def draw_overlay(
    rgb: NDArray[np.uint8], skeleton: Skeleton, alpha: NDArray[np.float32] | None = None
) -> NDArray[np.uint8]:
    """Draw bones (right red, left blue, middle green) and joints; what the matte leaves out is dimmed.

    Joints of little confidence are drawn small, limbs that are not to be moved grey. ``rgb`` uint8
    [H, W, 3]; the answer has the same shape.
    """
    canvas = rgb.copy()
    if alpha is not None:
        dimmed = 0.35 * rgb.astype(np.float32) + 160
        canvas = np.round(rgb * alpha[..., None] + dimmed * (1 - alpha[..., None])).astype(np.uint8)
    thickness = max(2, round(max(canvas.shape[:2]) / 250))

    def pixel(name: str) -> tuple[int, int]:
        # OpenCV puts the centre of the first pixel at 0, we put it at 0.5.
        x, y = (skeleton.joints_xy_px[INDEX[name]] - 0.5) * 2**_SUPERSAMPLING_BITS
        return int(np.clip(round(x), -(2**20), 2**20)), int(np.clip(round(y), -(2**20), 2**20))

    for name, parent in PARENTS.items():
        if parent is not None:
            side = name.split("_")[0]
            colour = _SIDES.get(side, _MIDDLE)
            held = not skeleton.limbs or (side in skeleton.still_arms and name.endswith(_ARM))
            if side in _SIDES and held:
                colour = _UNMOVED
            cv2.line(
                canvas,
                pixel(parent),
                pixel(name),
                (255, 255, 255),
                thickness + 2,
                cv2.LINE_AA,
                _SUPERSAMPLING_BITS,
            )
            cv2.line(canvas, pixel(parent), pixel(name), colour, thickness, cv2.LINE_AA, _SUPERSAMPLING_BITS)
    for name in JOINTS:
        radius = (1 + thickness * (0.5 + float(skeleton.confidence[INDEX[name]]))) * 2**_SUPERSAMPLING_BITS
        cv2.circle(canvas, pixel(name), int(radius), (30, 30, 30), -1, cv2.LINE_AA, _SUPERSAMPLING_BITS)
        cv2.circle(
            canvas, pixel(name), int(radius * 0.7), (255, 230, 0), -1, cv2.LINE_AA, _SUPERSAMPLING_BITS
        )
    return canvas
