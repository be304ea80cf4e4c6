"""Foreground of a depth map: things that stand before what is to their left and right."""

import cv2
import numpy as np
from numpy.typing import NDArray

STANDS_OUT = 1.12
"""How much nearer than its surroundings a thing is."""


def stands_before(disparity: NDArray[np.float32], ratio: float) -> NDArray[np.bool_]:
    """Things nearer by a factor than what is to their left and right, up to a third of the frame wide.

    What is behind is the disparity after a grey opening by a horizontal line, which removes what is narrower
    than the line and keeps floors. The frame is continued in a straight line, or walls that come nearer
    towards its border would count as things.
    """
    height, width = disparity.shape
    scale = min(1.0, 128 / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(disparity.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    reach = size[0] // 6
    wide = np.pad(small, ((0, 0), (2 * reach, 2 * reach)), mode="reflect", reflect_type="odd")
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((1, 2 * reach + 1), np.uint8))
    behind = cv2.resize(opened[:, 2 * reach : 2 * reach + size[0]], (width, height))
    nearer = (disparity > ratio * behind).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(nearer, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0)
