"""Holes in a figure: a gap shows what lies behind, and a face or a chest cut out by mistake does not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask, disc, morph
from models.matting.likeness import Palette, likeness

LEAST = 0.03
"""Of the figure's area: smaller holes are as often gaps as not, whatever their colours."""
NEARBY_PX = 30
"""At work size: how far round the figure the scene is compared with."""
FOREIGN = 0.7
"""Likeness to the scene nearby below which a hole is no gap. On 100 painted and photographed pictures six
mattes gain with it (IoU +0.05 to +0.16) and four lose (0.02 to 0.06)."""


def close_foreign_holes(rgb: NDArray[np.uint8], figure: Mask) -> Mask:
    """A figure ``[H, W]`` with the holes closed that do not look like the scene; ``rgb`` at work size."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((~figure).astype(np.uint8), connectivity=4)
    rim = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    inside = ~np.isin(np.arange(count), rim)
    inside[0] = False
    large = np.flatnonzero(inside & (stats[:, cv2.CC_STAT_AREA] >= LEAST * figure.sum()))
    if not len(large):
        return figure
    palette = Palette(rgb)
    scene = palette.of(morph(figure, cv2.MORPH_DILATE, disc(NEARBY_PX)) & ~figure & ~inside[pieces])
    closed = figure.copy()
    for number in large:
        hole = np.asarray(pieces == number, np.bool_)
        # Its rim is mixed with the figure's colours; a narrow one is all rim.
        core = morph(hole, cv2.MORPH_ERODE, np.ones((3, 3), np.uint8))
        if likeness(palette.of(core if core.any() else hole), scene) < FOREIGN:
            closed |= hole
    return closed
