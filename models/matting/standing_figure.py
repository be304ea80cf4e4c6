"""The part of a figure that never moves: it is in the background plate, and motion cannot show it.

Whoever speaks or signs moves hands and lips; trunk and head stay in the plate. Around a mover's columns
the plate is cut like a picture: what lies beside those columns is background for certain, and that says
more about the background than any border could. Scenery between the columns may have a colour of its own
too, a gate or a window; what is unlike a figure to the networks that know figures of pictures is left out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.background_plate import Plate
from models.matting.border_colour import BUSY_THRESHOLD, LAB_WEIGHTS
from models.matting.components import Mask, central_component, disc, fill_holes, morph
from models.matting.mover_window import odds_round

BACKGROUND_COLOURS = 10
"""Clusters of the colours beside the mover's columns."""

MARGINS = (0.25, 0.12, 0.06)
"""Shares of the picture's width by which the figure may reach beyond the mover's columns, each side."""

ABSENT = 0.05
"""Area of evidence, against that of the frames with most, below which nobody is there."""

LEAST_BACKGROUND = 0.15
"""Share of the picture that must lie beside the mover's columns."""

LIKELY, CERTAIN = 0.6, 0.8
"""Odds from which on a part of the plate is figure where no cut closes it off, and beside what one does."""

UNLIKELY, NARROW = 0.2, 0.02
"""Odds below which what a cut holds is scenery, unless it is narrower than twice this share of the long
side: the networks err about belts and hems."""
KNOWN = 0.5
"""Mean odds of a figure that the networks know as one."""


CUT_SHORT = 0.15
"""Share of its outline that a piece may have where nothing alive can be: with more it is scenery."""

COMPANION = 0.3
"""Share of the largest piece from which on another one stands there, too."""

SAME_COLOURS = 0.7
"""Likeness of colours from which on a mover may be what stood there (0.76 to 0.92 in eight clips where it
is so, 0.2 where it is not)."""


def standing_part(
    frames: NDArray[np.uint8],
    plate: Plate,
    evidence: NDArray[np.float32],
    ever: Mask,
    alive: Mask,
    others: Mask,
) -> Mask:
    """Mask of the figure in the plate, empty where none is or too little background shows.

    Args:
        frames: uint8 ``[T, H, W, 3]``, the clip.
        plate: its median picture, and how each frame differs from it.
        evidence: float32 ``[T, H, W]``, of a mover.
        ever: bool ``[H, W]``, where the mover ever is.
        alive: bool ``[H, W]``, where it may stand: `models.matting.swaying`.
        others: bool ``[H, W]``, where other movers are; they are no background for this one.
    """
    if not ever.any():
        return np.zeros_like(ever)
    piece = _closed_off(plate.rgb, ever, alive, others)
    odds = odds_round(plate.rgb, ever)
    if piece.any():
        unlikely = piece & (odds < UNLIKELY)
        left = piece & ~morph(unlikely, cv2.MORPH_OPEN, disc(NARROW * max(ever.shape)))
        # Where they know no figure in what is left, the networks have nothing to say of scenery either.
        if left.any() and odds[left].mean() > KNOWN:
            piece = left | _attached(left | ((odds > CERTAIN) & alive), ever)
    else:
        piece = _attached((odds > LIKELY) & alive, ever)
    if not piece.any() or not _walks_through(piece, plate.difference, evidence * ever):
        return piece
    # Somebody who stands before moving seems to walk through too, but has been seen where they stood.
    moving = (plate.difference > 0.5) & (evidence > 0.5) & ever
    same = odds[piece].mean() > LIKELY and _likeness(plate.rgb[piece], frames[moving]) > SAME_COLOURS
    return piece if same else np.zeros_like(ever)


def _closed_off(plate: NDArray[np.uint8], ever: Mask, alive: Mask, others: Mask) -> Mask:
    """What a cut between the mover's columns closes off, empty where none does.

    A figure ends before the limits of its columns; where the cut runs out of them it holds scenery, and
    narrower columns are tried. Wide ones come first: a trunk beside a swinging arm is no background.
    """
    nobody = np.zeros_like(ever)
    width = ever.shape[1]
    columns = np.flatnonzero(ever.any(axis=0))
    lab = cv2.cvtColor(plate, cv2.COLOR_RGB2LAB).astype(np.float32)
    for share in MARGINS:
        margin = round(share * width)
        first, last = max(0, int(columns[0]) - margin), min(width, int(columns[-1]) + 1 + margin)
        if first + width - last < LEAST_BACKGROUND * width:
            continue
        beside = ~alive
        beside[:, :first], beside[:, last:] = True, True
        piece = _attached(_cut_from(plate, lab, ever, beside & ~others), ever)
        reached = max(int(piece[:, first].sum()), int(piece[:, last - 1].sum()))
        outline = piece & ~morph(piece, cv2.MORPH_ERODE, np.ones((3, 3), np.uint8))
        against = outline & morph(~alive, cv2.MORPH_DILATE, np.ones((3, 3), np.uint8))
        if piece.any() and reached <= 0.06 * len(piece) and against.sum() <= CUT_SHORT * outline.sum():
            return piece
    return nobody


def _walks_through(standing: Mask, difference: NDArray[np.float32], seeds: NDArray[np.float32]) -> bool:
    """Whether the mover only passes what was taken for its standing part: then that is scenery.

    Somebody who signs or speaks is there in every frame, and hides little of the own trunk.
    """
    area = (seeds > 0.4).mean(axis=(1, 2))
    absent = float((area < ABSENT * np.percentile(area, 95)).mean())
    hidden = (difference[:, standing] > 0.5).mean(axis=1)
    return absent > 0.2 or float(np.percentile(hidden, 90)) > 0.5


def _likeness(some: NDArray[np.uint8], others: NDArray[np.uint8]) -> float:
    """Bhattacharyya coefficient, 0..1, of how often colours come in two sets of pixels ``[N, 3]``."""
    if not len(some) or not len(others):
        return 0.0
    shares = []
    for colours in (some, others):
        lab = cv2.cvtColor(np.ascontiguousarray(colours[None]), cv2.COLOR_RGB2LAB)[0]
        # Coarser in lightness: folds and shades go over the same cloth.
        index = np.ravel_multi_index(tuple((lab >> (5, 4, 4)).T.astype(np.int64)), (8, 16, 16))
        shares.append(np.bincount(index, minlength=8 * 16 * 16) / len(colours))
    return float(np.sqrt(shares[0] * shares[1]).sum())


def _cut_from(plate: NDArray[np.uint8], lab: NDArray[np.float32], ever: Mask, beside: Mask) -> Mask:
    """GrabCut of the plate with all that lies beside the mover as sure background."""
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
    """The pieces that the mover belongs to, without what the mover only stands on."""
    _, labels = cv2.connectedComponents(found.astype(np.uint8))
    touched = np.bincount(labels[ever], minlength=int(labels.max()) + 1)
    touched[0] = 0
    if not touched.any():
        return np.zeros_like(ever)
    # Two whose arms meet in the air are one mover, and two pieces.
    piece: Mask = np.asarray((touched >= COMPANION * touched.max())[labels], np.bool_)
    rows, widths = np.flatnonzero(ever.any(axis=1)), piece.sum(axis=1)
    above, below = widths[: rows[-1] + 1], widths[rows[-1] + 1 :]
    # Legs go on below a moving trunk and are no wider; a bench or a treadmill is.
    if below.any() and np.median(below[below > 0]) > 1.1 * above.max(initial=0):
        piece[rows[-1] + 1 :] = False
    return central_component(piece, companions=COMPANION)
