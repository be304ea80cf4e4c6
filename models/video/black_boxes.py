"""The character's box made black early in training, against leaning on the background (A15)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def black_box_probability(step: int, certain_until: int, none_from: int) -> float:
    """How likely a clip's box is black at a training step: 1 at first, then falling linearly to 0.

    The paper says "in the early training stages"; the two ends are ours.
    """
    if none_from <= certain_until:
        return float(step < certain_until)
    return float(np.clip((none_from - step) / (none_from - certain_until), 0, 1))


def blacken_boxes(coarse: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The coarse video [T, H, W, 3] with the box of each frame's inpainting mask [T, H, W] black."""
    blackened = coarse.copy()
    for frame, inside in zip(blackened, mask > 0, strict=True):
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        if len(rows):
            frame[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 0
    return blackened
