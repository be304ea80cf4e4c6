"""Colours and bones of OpenPose's 18-point body and 21-point hand, as DWPose's renderer uses them."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

JOINT_RGB: NDArray[np.uint8] = np.array(
    [
        [255, 0, 0], [255, 85, 0], [255, 170, 0], [255, 255, 0], [170, 255, 0], [85, 255, 0],
        [0, 255, 0], [0, 255, 85], [0, 255, 170], [0, 255, 255], [0, 170, 255], [0, 85, 255],
        [0, 0, 255], [85, 0, 255], [170, 0, 255], [255, 0, 255], [255, 0, 170], [255, 0, 85],
    ],
    np.uint8,
)  # fmt: skip
"""Colour of the disc of each of the 18 joints (OpenPose order), and of the limb with the same number."""

LIMBS: tuple[tuple[int, int], ...] = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
    (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
"""Joints of limb i, in OpenPose order, which is also the order of drawing."""

LIMB_BRIGHTNESS = 0.6
"""Limbs are drawn at 0.6 of their colour, joints at full brightness on top."""

LIMB_RGB: NDArray[np.uint8] = (JOINT_RGB[: len(LIMBS)] * LIMB_BRIGHTNESS).astype(np.uint8)

HAND_BONES: tuple[tuple[int, int], ...] = tuple(
    (0 if phalanx == 0 else first + phalanx - 1, first + phalanx)
    for first in (1, 5, 9, 13, 17)
    for phalanx in range(4)
)
HAND_BONE_RGB: NDArray[np.uint8] = np.array(
    [
        [round(255 * v) for v in colorsys.hsv_to_rgb(i / len(HAND_BONES), 1, 1)]
        for i in range(len(HAND_BONES))
    ],
    np.uint8,
)
HAND_JOINT_RGB = (0, 0, 255)
FACE_RGB = (255, 255, 255)

STICK_SHARE = 4 / 512
"""Half width of a limb and radius of a joint, share of the frame's shorter side (DWPose: 4 px at 512)."""
