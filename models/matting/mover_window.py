"""What of a picture is likely the figure, where motion says where to look but not how far it reaches.

The networks of figure odds know figures that fill a picture, as references do; in a clip they are small.
So they are asked about a window round the mover, with room for legs that stand below a waving arm.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask
from models.matting.figure_odds import figure_odds, smooth_odds
from models.matting.region_relations import relate
from models.matting.superpixels import part

SIDE_PX = 400
"""Long side of what the networks see, as they were fitted."""

AROUND = 0.25
"""Room above and beside the mover, as a share of its longer side."""
BELOW_TALL, BELOW_WIDE = 0.4, 0.9
"""Room below: who moves as a whole is tall, and where only arms or a head move, legs are missing."""
WIDE = 0.5
"""Width against height from which on a mover is wide."""
LEAST_SIDE = 0.6
"""Of the picture's height, that a window has at least: whoever moves no more than a hand is larger."""
LEAST_ASPECT = 0.8
"""Width of a window against its height at least, that background shows beside the figure."""


def odds_round(picture: NDArray[np.uint8], mover: Mask) -> NDArray[np.float32]:
    """Odds float32 ``[H, W]`` of being the figure, 0 outside of the window round the mover.

    Args:
        picture: uint8 ``[H, W, 3]``.
        mover: bool ``[H, W]``, where it moves; not empty.
    """
    rows, columns = _window(mover)
    piece = picture[rows, columns]
    height, width = piece.shape[:2]
    scale = SIDE_PX / max(height, width)
    size = max(16, round(width * scale)), max(16, round(height * scale))
    regions = part(np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_CUBIC), np.uint8))
    likely = smooth_odds(regions, figure_odds(relate(regions)))
    odds = np.zeros(mover.shape, np.float32)
    odds[rows, columns] = cv2.resize(likely, (width, height), interpolation=cv2.INTER_AREA)
    return odds


def _window(mover: Mask) -> tuple[slice, slice]:
    height, width = mover.shape
    y, x = np.flatnonzero(mover.any(axis=1)), np.flatnonzero(mover.any(axis=0))
    tall, wide = int(y[-1] - y[0] + 1), int(x[-1] - x[0] + 1)
    side = max(tall, wide)
    below = BELOW_WIDE if wide > WIDE * tall else BELOW_TALL
    top, bottom = y[0] - AROUND * side, y[-1] + below * side
    middle, half = (top + bottom) / 2, max(bottom - top, LEAST_SIDE * height) / 2
    rows = slice(max(0, round(middle - half)), min(height, round(middle + half)))
    centre, reach = (x[0] + x[-1]) / 2, max(wide / 2 + AROUND * side, LEAST_ASPECT * half)
    return rows, slice(max(0, round(centre - reach)), min(width, round(centre + reach)))
