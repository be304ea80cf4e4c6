"""Thin things that stand out from a figure and were cut off: an antenna, an ear, its inked outline.

A cut that is smooth enough for a limb loses what is thin. Such a thing begins at the figure, is unlike the
scene behind it, has the figure's colours and ends nearby; what goes on, as a skirting board does, is scenery.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask, disc
from models.matting.figure_colour import continued, inner_weight
from models.matting.local_votes import COLOUR_CELLS, colour_cells, count_votes, read_votes

REACH = 0.09
"""Of the long side: how far from the figure such a thing must have ended."""
PLAIN = 0.07
"""Of the long side: window of the median that leaves the scene behind without thin things."""
UNLIKE = 30.0
"""Distance in CIELAB from the scene behind from which on something stands out. Of 26 painted stills that the
table does not hold, 8 gain with it (IoU up to +0.021), 2 lose (0.002); with 16 it is 5 and 4."""
OWN_COLOUR = 1.5
"""Mean log odds of the figure's colours against the scene's."""
LEAST_PX, MOST_SHARE = 6, 0.06
"""Area at work size, and as a share of the figure."""
RARE, MOST_ODDS = 2e-5, 4.0


def with_outgrowths(rgb: NDArray[np.uint8], figure: Mask) -> Mask:
    """A figure ``[H, W]`` with the thin things that begin at it and end near it; ``rgb`` at work size."""
    if not figure.any() or figure.all():
        return figure
    loose = _unlike_scene(rgb, figure) & ~figure
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(loose.astype(np.uint8), connectivity=8)
    area = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    solid = figure.astype(np.uint8)
    square = np.ones((3, 3), np.uint8)
    begins = _among(pieces[cv2.dilate(solid, square) > 0], count)
    near = cv2.dilate(solid, disc(REACH * max(figure.shape))) > 0
    goes_on = _among(pieces[~near], count)
    goes_on |= _among(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]), count)
    # A line of one pixel is a crack in the floor, unless it is the outline's own ink.
    thick = _among(pieces[cv2.erode(loose.astype(np.uint8), square) > 0], count)
    leaves = _among(pieces[cv2.dilate(solid, disc(3)) == 0], count)
    own = np.bincount(pieces.ravel(), weights=_colour_odds(rgb, figure).ravel(), minlength=count) / area
    keep = begins & ~goes_on & (thick | ~leaves) & (own > OWN_COLOUR)
    keep &= (area > LEAST_PX) & (area < MOST_SHARE * figure.sum())
    keep[0] = False
    return np.asarray(figure | keep[pieces], np.bool_)


def _unlike_scene(rgb: NDArray[np.uint8], figure: Mask) -> Mask:
    around = np.asarray(cv2.dilate(figure.astype(np.uint8), disc(2)) == 0)
    carried = continued(rgb.astype(np.float32), inner_weight(around))
    behind = np.where(around[..., None], rgb, np.clip(carried + 0.5, 0, 255)).astype(np.uint8)
    plain = cv2.medianBlur(behind, int(PLAIN * max(figure.shape)) | 1)
    seen, scene = (
        cv2.cvtColor(p.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB) for p in (rgb, plain)
    )
    return np.asarray(np.linalg.norm(seen - scene, axis=2) > UNLIKE, np.bool_)


def _colour_odds(rgb: NDArray[np.uint8], figure: Mask) -> NDArray[np.float32]:
    cells = colour_cells(rgb).reshape(-1, 3)
    shares = []
    for side in (figure, ~figure):
        votes = count_votes(cells, side.ravel().astype(np.float32), COLOUR_CELLS)
        shares.append(votes / max(float(votes.sum()), 1e-6))
    odds = read_votes(np.log((shares[0] + RARE) / (shares[1] + RARE)), cells)
    return np.clip(odds, -MOST_ODDS, MOST_ODDS).reshape(figure.shape)


def _among(numbers: NDArray[np.int32], count: int) -> Mask:
    found = np.zeros(count, np.bool_)
    found[np.unique(numbers)] = True
    return found
