"""How many figures a skeleton picture shows, and each one's own pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.skeleton_video.colours import LIT, N_LIMBS, label_pixels

_MIN_LIMBS = 5
"""Limb colours that a piece needs to be a figure by itself; a lone hand or face has fewer."""
_MIN_SHARE = 0.15
"""Least size beside the largest figure: someone further away is drawn smaller."""
_LIMB_PIXELS = 12


def split_people(rgb: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture once for each figure, with all that is not this figure's made black.

    A figure is a connected piece with limbs of many colours; what is too small for that (hands, dots of a
    face) goes to the nearest figure. Figures that touch come out as one.
    """
    lit = (rgb.max(axis=-1) >= LIT).astype(np.uint8)
    # Compression opens gaps where limbs meet.
    count, pieces, stats, centres = cv2.connectedComponentsWithStats(
        cv2.dilate(lit, np.ones((5, 5), np.uint8))
    )
    labels = label_pixels(rgb)
    on_limb = (labels >= 0) & (labels < N_LIMBS)
    table = np.zeros((count, N_LIMBS), int)
    np.add.at(table, (pieces[on_limb], labels[on_limb].astype(int)), 1)
    limbs = (table >= _LIMB_PIXELS).sum(axis=1)
    areas = stats[:, cv2.CC_STAT_AREA]
    whole = [k for k in range(1, count) if limbs[k] >= _MIN_LIMBS]
    whole = [k for k in whole if areas[k] >= _MIN_SHARE * max(areas[j] for j in whole)]
    if len(whole) < 2:
        return [rgb]
    owner = np.zeros(count, int)
    for k in range(1, count):
        owner[k] = k if k in whole else min(whole, key=lambda j: _distance_to_box(centres[k], stats[j]))
    return [np.where((owner[pieces] == k)[..., None], rgb, 0).astype(np.uint8) for k in whole]


def _distance_to_box(point: NDArray[np.float64], stats: NDArray[np.int32]) -> float:
    low = stats[[cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    high = low + stats[[cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return float(np.linalg.norm(np.maximum(np.maximum(low - point, point - high), 0)))
