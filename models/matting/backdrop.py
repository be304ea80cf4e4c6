"""Growing a plain backdrop in from the border: it crosses soft shadows and stops at outlines."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.border_colour import BorderColour
from models.matting.components import Mask, morph

FLOOD_STEP = (3, 3, 3)
"""Largest change of colour between neighbouring pixels that the flood crosses, 8-bit levels."""

REACHED = 2


class Backdrop:
    """A smoothed copy of the picture with its outlines as walls, ready to be flooded.

    Args:
        rgb: uint8 ``[H, W, 3]``, about 400 px on the long side.
        colours: what :func:`models.matting.border_colour.read_border` says of it.
    """

    def __init__(self, rgb: NDArray[np.uint8], colours: BorderColour) -> None:
        self.smooth = np.ascontiguousarray(cv2.bilateralFilter(rgb, 5, 12, 3))
        self.walls = np.asarray(cv2.dilate(cv2.Canny(rgb, 30, 80), np.ones((2, 2), np.uint8)) > 0)
        self.colours = colours

    def _flood(self, walls: Mask, seeds: Iterable[tuple[int, int]]) -> Mask:
        height, width = walls.shape
        reached = np.zeros((height + 2, width + 2), np.uint8)
        reached[1:-1, 1:-1] = walls
        flags = 4 | cv2.FLOODFILL_MASK_ONLY | (REACHED << 8)
        for x, y in seeds:
            if not reached[y + 1, x + 1]:
                cv2.floodFill(self.smooth, reached, (x, y), 0, FLOOD_STEP, FLOOD_STEP, flags)
        return np.asarray(reached[1:-1, 1:-1] == REACHED, np.bool_)

    def from_border(self, threshold: float) -> Mask:
        """Background reached from the top and the sides, and from backdrop-coloured lower border pixels."""
        height, width = self.walls.shape
        distance, field = self.colours.distance, self.colours.field_distance
        seeds = [(x, 1) for x in range(1, width, 4)]
        seeds += [(x, y) for y in range(1, int(height * 0.97), 4) for x in (1, width - 2)]
        floor = height - 2
        seeds += [
            (x, floor)
            for x in range(1, width, 2)
            if min(distance[floor, x], field[floor, x]) < 0.7 * threshold
        ]
        near = [(x, y) for x, y in seeds if distance[y, x] < 3 * threshold]
        reached = self._flood(self.walls, near)
        square = np.ones((3, 3), np.uint8)
        return morph(morph(reached, cv2.MORPH_CLOSE, square), cv2.MORPH_OPEN, square)

    def pockets(self, figure: Mask, threshold: float) -> Mask:
        """Backdrop enclosed low in the figure, such as between the legs."""
        rows = np.flatnonzero(figure.any(1))
        if not len(rows):
            return np.zeros_like(figure)
        # Above the hips a patch in the backdrop's colour is more often cloth than a gap.
        low = np.zeros_like(figure)
        low[int(rows[0] + 0.55 * (rows[-1] + 1 - rows[0])) :] = True
        close = self.colours.field_distance < 0.6 * threshold
        square = np.ones((5, 5), np.uint8)
        seeds = np.argwhere(morph(figure & low & close & ~self.walls, cv2.MORPH_ERODE, square))
        reached = self._flood(self.walls | ~figure | ~low, [(int(x), int(y)) for y, x in seeds])
        # A true gap is backdrop all over; cloth that only starts alike drifts away from its colour.
        reached &= self.colours.field_distance < threshold
        if not 0.002 * figure.size < reached.sum() < 0.25 * figure.sum():
            return np.zeros_like(figure)
        opened = morph(reached, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        return morph(opened, cv2.MORPH_DILATE, np.ones((4, 4), np.uint8))


def trim_floor(shadow: Mask, figure: Mask) -> Mask:
    """Cut shadow at the feet to the span of the legs just above; what has a colour of its own stays.

    Args:
        shadow: bool ``[H, W]``, the backdrop's colour, only darker.
        figure: bool ``[H, W]``.
    """
    rows = np.flatnonzero(figure.any(1))
    if not len(rows):
        return figure
    bottom, tall = int(rows[-1]) + 1, int(rows[-1] + 1 - rows[0])
    legs = np.flatnonzero(figure[int(bottom - 0.22 * tall) : int(bottom - 0.12 * tall)].any(0))
    feet = int(figure[int(bottom - 0.1 * tall) :].any(0).sum())
    if not len(legs) or feet <= 1.25 * len(legs):
        return figure
    strip = np.zeros_like(figure)
    low = int(bottom - 0.12 * tall)
    strip[low:, : max(0, int(legs[0] - 0.03 * tall))] = True
    strip[low:, int(legs[-1] + 0.03 * tall) :] = True
    strip[int(bottom - 0.018 * tall) :] = True
    return np.asarray(figure & ~(strip & shadow), np.bool_)
