"""Which pieces of a skeleton picture are several figures that touch: told by the frames around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.skeleton_video.colours import LIT

COVERED = 0.5
"""Share of a figure's hull that another piece covers when the figure is gone: then it is inside of it."""
GROWN = 1.4
"""Area by that in the frame before from which on a piece, when another is gone, holds two figures."""
STILL_MERGED = 0.75
"""Area by that in the frame before from which on figures that touched still do."""
SIDE = 128
"""Long side in pixels at which hulls are compared."""


class _Piece(NamedTuple):
    hull: NDArray[np.bool_]
    lit: int


def touching(figures: Sequence[Sequence[NDArray[np.uint8]]]) -> list[list[bool]]:
    """Whether each piece of each frame is more than one figure.

    A figure that is gone where another one stands is taken to be in it, forward and backward in time. One
    that leaves at the border is gone by itself.

    Args:
        figures: the pieces of each frame, uint8 [H, W, 3] each, black where they are not.
    """
    pieces = [[_piece(picture) for picture in found] for found in figures]
    forward = _merged(pieces)
    backward = _merged(pieces[::-1])[::-1]
    return [[a or b for a, b in zip(*flags, strict=True)] for flags in zip(forward, backward, strict=True)]


def _piece(picture: NDArray[np.uint8]) -> _Piece:
    scale = SIDE / max(picture.shape[:2])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    lit = picture.max(axis=-1) >= LIT
    ys, xs = np.nonzero(lit)
    hull = np.zeros((size[1], size[0]), np.uint8)
    if len(xs):
        points = np.stack([xs, ys], axis=1) * scale
        cv2.fillConvexPoly(hull, cv2.convexHull(points.astype(np.int32)), 1)
    return _Piece(hull > 0, len(xs))


def _merged(pieces: Sequence[Sequence[_Piece]]) -> list[list[bool]]:
    flags: list[list[bool]] = [[False] * len(pieces[0])]
    for before, now in zip(pieces[:-1], pieces[1:], strict=True):
        was, found = flags[-1], [False] * len(now)
        pairs = _pairs(before, now)
        for k, j in pairs.items():
            growth = now[j].lit / max(1, before[k].lit)
            found[j] = growth >= STILL_MERGED if was[k] else len(now) < len(before) and growth >= GROWN
        for k, gone in enumerate(before):
            if k in pairs or not now:
                continue
            cover = [float((gone.hull & piece.hull).sum()) / max(1, int(gone.hull.sum())) for piece in now]
            if max(cover) >= COVERED:
                found[int(np.argmax(cover))] = True
        flags.append(found)
    return flags


def _pairs(before: Sequence[_Piece], now: Sequence[_Piece]) -> dict[int, int]:
    """Piece now for each piece before: as many as there can be, most overlap."""
    if not before or not now:
        return {}
    from scipy.optimize import linear_sum_assignment  # 0.4 s, which every start of a process would pay

    shared = [
        [float((a.hull & b.hull).sum()) / max(1, int((a.hull | b.hull).sum())) for b in now] for a in before
    ]
    rows, columns = linear_sum_assignment(np.array(shared), maximize=True)
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))
