"""A drawing in pen on paper: the figure is what the strokes close off from the border."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.border_colour import BorderColour
from models.matting.components import Mask, central_component, disc, morph


def strokes(rgb: NDArray[np.uint8]) -> Mask:
    """Pixels that are darker than the paper around them."""
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 1)
    block = max(3, max(grey.shape) // 6) | 1
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, block, 10)
    return np.asarray(ink > 0, np.bool_)


def enclosed_figure(ink: Mask) -> Mask:
    """Close gaps in the strokes, flood from the border; what the flood does not reach is the figure.

    The gap that is closed grows until the figure covers a plausible part of the picture.
    """
    step = max(3, max(ink.shape) // 60) | 1
    figure = ink
    for side in (step, 2 * step | 1, 3 * step | 1):
        padded = np.pad(ink, side).astype(np.uint8)
        closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc(side // 2))
        cv2.floodFill(closed, None, (0, 0), 2)
        reached = closed[side:-side, side:-side] == 2
        figure = central_component(morph(~reached, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
        if figure.mean() > 0.15:
            break
    return figure


def is_line_art(colours: BorderColour, ink: Mask, figure: Mask) -> bool:
    """Whether the picture is strokes on paper: inside the figure, off the strokes, it is paper again."""
    paper = figure & ~morph(ink, cv2.MORPH_DILATE, np.ones((3, 3), np.uint8))
    if not colours.plain or not 0.03 < figure.mean() < 0.9 or paper.sum() < 0.25 * figure.sum():
        return False
    # Of pen drawings all of it is paper; planks and tiles are joined by lines, too, and differ.
    return bool((colours.field_distance[paper] < 12).mean() > 0.9)
