"""The part of a figure that never moves: it is in the background plate, and motion cannot show it.

Whoever speaks or signs moves hands and lips; trunk and head stay in the plate. Around a mover's columns
the plate is cut like a picture: what lies beside those columns is background for certain, and that says
more about the background than any border could.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.border_colour import BUSY_THRESHOLD, LAB_WEIGHTS
from models.matting.components import Mask, central_component, disc, fill_holes, morph

BACKGROUND_COLOURS = 10
"""Clusters of the colours beside the mover's columns."""

MARGINS = (0.25, 0.12, 0.06)
"""Shares of the picture's width by which the figure may reach beyond the mover's columns, each side."""

ABSENT = 0.05
"""Area of evidence, against that of the frames with most, below which nobody is there."""

LEAST_BACKGROUND = 0.15
"""Share of the picture that must lie beside the mover's columns."""


def standing_part(plate: NDArray[np.uint8], ever: Mask) -> Mask:
    """Mask of the figure in the plate, empty where none closes off or too little background shows.

    A figure ends before the limits of its columns; where the cut runs out of them it holds scenery, and
    narrower columns are tried. Wide ones come first: a trunk beside a swinging arm is no background.

    Args:
        plate: uint8 ``[H, W, 3]``, median picture of the clip.
        ever: bool ``[H, W]``, where the mover ever is.
    """
    nobody = np.zeros_like(ever)
    if not ever.any():
        return nobody
    width = ever.shape[1]
    columns = np.flatnonzero(ever.any(axis=0))
    lab = cv2.cvtColor(plate, cv2.COLOR_RGB2LAB).astype(np.float32)
    for share in MARGINS:
        margin = round(share * width)
        first, last = max(0, int(columns[0]) - margin), min(width, int(columns[-1]) + 1 + margin)
        if first + width - last < LEAST_BACKGROUND * width:
            continue
        piece = _attached(_cut_between(plate, lab, ever, first, last), ever)
        reached = max(int(piece[:, first].sum()), int(piece[:, last - 1].sum()))
        if piece.any() and reached <= 0.06 * len(piece):
            return piece
    return nobody


def walks_through(standing: Mask, difference: NDArray[np.float32], seeds: NDArray[np.float32]) -> bool:
    """Whether the mover only passes what was taken for its standing part: then that is scenery.

    Somebody who signs or speaks is there in every frame, and hides little of the own trunk.

    Args:
        standing: bool ``[H, W]``.
        difference: float32 ``[T, H, W]``, of each frame to the plate.
        seeds: float32 ``[T, H, W]``, evidence of a mover.
    """
    area = (seeds > 0.4).mean(axis=(1, 2))
    absent = float((area < ABSENT * np.percentile(area, 95)).mean())
    hidden = (difference[:, standing] > 0.5).mean(axis=1) if standing.any() else np.zeros(1)
    return absent > 0.2 or float(np.percentile(hidden, 90)) > 0.5


def _cut_between(
    plate: NDArray[np.uint8], lab: NDArray[np.float32], ever: Mask, first: int, last: int
) -> Mask:
    """GrabCut of the plate between two columns, with all that lies beside them as sure background."""
    beside = np.ones_like(ever)
    beside[:, first:last] = False
    pixels = np.ascontiguousarray(lab[beside][:: max(1, int(beside.sum()) // 8000)])
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 0.5)
    count = min(BACKGROUND_COLOURS, len(pixels))
    _, _, centres = cv2.kmeans(pixels, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    distance = np.min([np.linalg.norm((lab - c) * LAB_WEIGHTS, axis=2) for c in centres], axis=0)
    labels = np.full(ever.shape, cv2.GC_PR_BGD, np.uint8)
    labels[(distance > BUSY_THRESHOLD) | ever] = cv2.GC_PR_FGD
    labels[beside] = cv2.GC_BGD
    labels[:2] = cv2.GC_BGD
    if not (labels == cv2.GC_PR_FGD).any():
        return np.zeros_like(ever)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(plate, labels, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    found = np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), np.bool_)
    found = morph(found, cv2.MORPH_OPEN, disc(max(ever.shape) / 200))
    return fill_holes(found, largest=0.05)


def _attached(found: Mask, ever: Mask) -> Mask:
    """The piece that the mover belongs to, without what the mover only stands on."""
    _, labels = cv2.connectedComponents(found.astype(np.uint8))
    touched = np.bincount(labels[ever], minlength=int(labels.max()) + 1)
    touched[0] = 0
    if not touched.any():
        return np.zeros_like(ever)
    piece: Mask = np.asarray(labels == int(np.argmax(touched)), np.bool_)
    rows, widths = np.flatnonzero(ever.any(axis=1)), piece.sum(axis=1)
    above, below = widths[: rows[-1] + 1], widths[rows[-1] + 1 :]
    # Legs go on below a moving trunk and are no wider; a bench or a treadmill is.
    if below.any() and np.median(below[below > 0]) > 1.1 * above.max(initial=0):
        piece[rows[-1] + 1 :] = False
    return central_component(piece)
