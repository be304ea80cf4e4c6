"""Dense optical flow between two grey pictures: OpenCV's DIS (Kroeger et al., ECCV 2016) for any size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Flow = NDArray[np.float32]
"""float32 [H, W, 2]: where the pixel of one picture went in the other, in px (x, y)."""


def dense_flow(solver: cv2.DISOpticalFlow, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    """Flow from one picture uint8 [H, W] to another.

    OpenCV 5.0 chooses its scales by the width alone, and reads and writes beside pictures whose height is
    less than a patch's at the finest of them, until the process ends: flat ones are continued downwards.
    """
    height = len(first)
    least = solver.getPatchSize() << solver.getFinestScale()
    if height < least:
        first, second = (np.pad(grey, ((0, least - height), (0, 0)), mode="edge") for grey in (first, second))
    return np.asarray(solver.calc(first, second, None)[:height], np.float32)
