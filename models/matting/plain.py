"""Cutting a figure from a plain or softly graded backdrop: what the backdrop cannot be grown into."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.backdrop import Backdrop, trim_floor
from models.matting.border_colour import BorderColour
from models.matting.colour_model import cut_afresh
from models.matting.components import Mask, central_component, fill_holes, morph
from models.matting.painted import rim_is_background

PLAIN_THRESHOLD = 9.0
"""Weighted CIELAB distance from which on a pixel on a plain background may be figure."""


def cut_from_plain(rgb: NDArray[np.uint8], colours: BorderColour, rounds: int) -> Mask:
    """Figure mask ``[H, W]``.

    Args:
        rgb: uint8 ``[H, W, 3]``, about 400 px on the long side.
        colours: what the picture's border says.
        rounds: of GrabCut.
    """
    threshold = PLAIN_THRESHOLD
    labels = np.full(rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
    labels[colours.distance > threshold] = cv2.GC_PR_FGD
    labels[colours.distance < 0.35 * threshold] = cv2.GC_BGD
    rim_is_background(labels)
    backdrop = Backdrop(rgb, colours)
    reached = backdrop.from_border(threshold)
    if 0.1 < reached.mean() < 0.92:
        labels = _labels_from_flood(reached, colours, threshold)
    figure = cut_afresh(rgb, labels, rounds)
    figure &= ~backdrop.pockets(figure, threshold)
    figure = morph(figure, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    figure = trim_floor(colours.shadow, fill_holes(central_component(figure, companions=0.02), largest=0.004))
    figure = morph(figure & ~backdrop.floor(figure), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return central_component(figure, companions=0.02)


def _labels_from_flood(reached: Mask, colours: BorderColour, threshold: float) -> NDArray[np.uint8]:
    """GrabCut labels: what the backdrop did not reach is figure, surely so away from its rim."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((~reached).astype(np.uint8))
    large = stats[:, cv2.CC_STAT_AREA] > 0.02 * reached.size
    large[0] = False
    big = large[pieces] if count > 1 else ~reached
    core = morph(big, cv2.MORPH_ERODE, np.ones((5, 5), np.uint8))
    sure_background = morph(reached, cv2.MORPH_ERODE, np.ones((3, 3), np.uint8))
    labels = np.where(sure_background, cv2.GC_BGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[big & (colours.distance > 0.5 * threshold)] = cv2.GC_PR_FGD
    labels[core] = cv2.GC_PR_FGD
    labels[core & ~morph(reached, cv2.MORPH_DILATE, np.ones((9, 9), np.uint8))] = cv2.GC_FGD
    return labels
