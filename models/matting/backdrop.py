"""Growing a plain backdrop in from the border: it crosses soft shadows and stops at outlines."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.border_colour import BorderColour
from models.matting.components import Mask, disc, morph

FLOOD_STEP = (3, 3, 3)
"""Largest change of colour between neighbouring pixels that the flood crosses, 8-bit levels."""

REACHED = 2

RIM_PX, SURROUNDED = (8, 2), 0.95
"""How far round a gap its surroundings are looked at, and the share of them that is quite
unlike the backdrop: who fades into it fades beyond a threshold, too."""
LEAST_BRIGHT = 0.4
"""Of the border's brightness: shadows on the ground beside feet are no darker, and black shoes are."""
FEET = 0.12
"""Of a figure's height: what its feet and the shadow at them take."""


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
        if figure[-1].any():
            # Cut by the picture's edge it may have no legs to have a gap between, and what is low is a chest.
            reached = self._surrounded(reached, figure, threshold)
        opened = morph(reached, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        return morph(opened, cv2.MORPH_DILATE, np.ones((4, 4), np.uint8))

    def _surrounded(self, found: Mask, figure: Mask, threshold: float) -> Mask:
        """The pieces with other colours all round, as gaps have; a patch of pale cloth lies in pale cloth.

        Below a gap between the legs its backdrop may go on, in shadow: that counts neither way.
        """
        count, pieces = cv2.connectedComponents(found.astype(np.uint8), connectivity=4)
        gaps = np.zeros_like(found)
        for number in range(1, count):
            piece = np.asarray(pieces == number, np.bool_)
            near, rim = (morph(piece, cv2.MORPH_DILATE, disc(radius)) for radius in RIM_PX)
            ground = self.colours.shadow.copy()
            ground[: int(np.flatnonzero(piece.any(1))[-1]) - RIM_PX[0] // 2] = False
            around = self.colours.field_distance[near & ~rim & figure & ~ground]
            if len(around) and (around > 2 * threshold).mean() >= SURROUNDED:
                gaps |= piece
        return gaps

    def floor(self, figure: Mask) -> Mask:
        """Shadow on the ground that a figure holds at its feet: it goes on from the ground beside them."""
        rows = np.flatnonzero(figure.any(1))
        if not len(rows):
            return np.zeros_like(figure)
        tall = rows[-1] + 1 - rows[0]
        low = np.zeros_like(figure)
        low[int(rows[-1] + 1 - FEET * tall) :] = True
        level = self.smooth.max(axis=2)
        bright = level > LEAST_BRIGHT * float(np.median(level[self.colours.border]))
        shadow = self.colours.shadow & low & bright & ~self.walls
        seeds = np.argwhere(shadow & ~figure)[::3]
        reached = self._flood(~shadow, [(int(x), int(y)) for y, x in seeds])
        return np.asarray(figure & reached, np.bool_)


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
