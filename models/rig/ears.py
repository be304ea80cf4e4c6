"""Ears and horns: a pair that stands up from the top of a head is no pair of arms."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.rig.rows import run_at

_DISCS = (0.03, 0.045, 0.06, 0.075)
"""Radii of discs, in heights, that heads hold and ears do not."""
_LEAST = 0.05
"""Of the height: shorter tips mislead no fit."""
_SLENDER = 1.4
"""Length over width of an ear; a head that is no broader than the disc is about as long as it is broad."""
_NARROW = 0.6
"""Of the head's width, at an ear's base."""
_ASIDE = 0.1
"""Of the head's width: ears begin on both sides of its middle; heads in the middle of shoulders."""
_FROM_TOP = 0.2
"""Ears begin at the top of a head: not lower below it than this share of its width."""


def without_ears(mask: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """The figure without the two ears that stand up from the top of its head; None where there are none.

    Two arms that are raised beside a head begin lower than its top, however high they reach; and what is one
    thing alone may be a head on its shoulders.

    Args:
        mask: the figure [H, W].
    """
    rows = np.flatnonzero(mask.any(1))
    height = int(np.ptp(rows)) + 1 if len(rows) else 0
    for share in _DISCS:
        radius = round(share * height)
        ears = _standing_up(mask, radius, _LEAST * height) if radius >= 1 else None
        if ears is not None:
            return np.asarray(mask & ~ears)
    return None


def _standing_up(mask: NDArray[np.bool_], radius: int, least_px: float) -> NDArray[np.bool_] | None:
    size = 2 * radius + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    padded = np.pad(mask, size).astype(np.uint8)
    body = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)[size:-size, size:-size] > 0
    if not body.any():
        return None
    top = int(np.flatnonzero(body.any(1))[0])
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((mask & ~body).astype(np.uint8))
    ears, sides = np.zeros(mask.shape, bool), []
    near = cv2.dilate(body.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for k in range(1, count):
        piece = pieces == k
        base = np.argwhere(piece & near)
        if stats[k, cv2.CC_STAT_TOP] >= top - least_px or len(base) == 0:
            continue
        # Above the head's top: its base, and how broad the head is below that.
        base_y, base_x = base.mean(0)
        below = body[min(int(base_y) + radius, len(body) - 1)]
        broad, middle = run_at(below, int(base_x), radius)
        _, (one, other), _ = cv2.minAreaRect(np.argwhere(piece)[:, ::-1].astype(np.float32))
        if np.ptp(base[:, 1]) > _NARROW * broad or piece[int(base_y) + radius :].any():
            return None
        if max(one, other) < _SLENDER * max(min(one, other), 1.0) or base_y - top > _FROM_TOP * broad:
            return None
        ears |= piece
        sides.append((base_x - middle) / max(broad, 1))
    apart = len(sides) == 2 and min(sides) < -_ASIDE and max(sides) > _ASIDE
    return ears if apart else None
