"""What grows out of a body: pieces of a figure that are thinner than its trunk, from root to tip."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

Floats = NDArray[np.float64]

SHARES = (0.75, 0.6, 0.45, 0.35, 0.25, 0.18)
"""Discs, of the thickest place's radius, that fit into a trunk and not into its limbs: limbs that touch each
other where they begin are parted by the smaller ones."""
_SHORTEST = 0.25
"""Length of a limb over the square root of the trunk's area, at least: corners are shorter."""
_SLENDER = 1.0
"""Length over the width of its root: an equilateral triangle's is 0.87."""
_NEAR_ROOT, _ELBOW, _WRIST = (0.15, 0.21), (0.4, 0.46), (0.82, 0.9)
"""Of a limb's length: where it has left the trunk's rim, its elbow or knee, and its wrist or ankle."""
_FORKED = 0.25
"""Share of a piece's outer half that a second tip has: two limbs that are one piece are not told apart."""


@dataclass(frozen=True)
class Outgrowth:
    """One limb: its pixels, and its root, middle and tip, xy [3, 2], in pixels of the mask."""

    pixels: NDArray[np.bool_]
    joints: Floats
    length: float
    width: float
    """Mean width over its length."""


def trunk_of(mask: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """The part of a figure, round its thickest place, into which a disc of a share of its radius fits."""
    inside = np.pad(mask, 1).astype(np.uint8)
    thick = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    middle = np.unravel_index(int(thick.argmax()), thick.shape)
    # Eroded and grown again by true distances: discs of any size cost the same.
    core = (thick >= share * float(thick.max())).astype(np.uint8)
    _, pieces = cv2.connectedComponents(core)
    core = (pieces == pieces[middle]).astype(np.uint8)
    grown = cv2.distanceTransform(1 - core, cv2.DIST_L2, 5) < share * float(thick.max())
    return np.asarray(grown[1:-1, 1:-1] & mask)


def outgrowths(mask: NDArray[np.bool_], trunk: NDArray[np.bool_]) -> list[Outgrowth]:
    """Limbs that grow out of a trunk, the largest first; corners, and pieces with several tips, are none."""
    found = []
    least = _SHORTEST * float(np.sqrt(trunk.sum()))
    near = cv2.dilate(trunk.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((mask & ~trunk).astype(np.uint8))
    for k in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[k])
        if max(width, height) < 0.7 * least:
            continue
        window = np.s_[max(0, y - 1) : y + height + 1, max(0, x - 1) : x + width + 1]
        piece = pieces[window] == k
        limb = _limb(piece, piece & near[window], least)
        if limb is not None:
            pixels = np.zeros(mask.shape, bool)
            pixels[window] = piece
            joints, length = limb
            corner = np.array([window[1].start, window[0].start])
            found.append(Outgrowth(pixels, joints + corner + 0.5, length, area / length))
    return sorted(found, key=lambda limb: -limb.length * limb.width)


def _limb(piece: NDArray[np.bool_], root: NDArray[np.bool_], least: float) -> tuple[Floats, float] | None:
    """Root, middle and tip [3, 2] of a piece and its length; None for what is no limb."""
    if not root.any():
        return None
    way, _ = MCP_Geometric(np.where(piece, 1.0, -1.0)).find_costs(np.argwhere(root).tolist())
    way = np.where(piece & np.isfinite(way), way, -1.0)
    length = float(way.max())
    broad = float(np.hypot(*np.ptp(np.argwhere(root), axis=0))) + 1
    if length < max(least, _SLENDER * min(broad, 2 * piece.sum() / max(length, 1.0))):
        return None
    outer = (way > 0.5 * length).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(outer)
    sizes = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    if len(sizes) > 1 and sizes[1] > _FORKED * sizes.sum():
        return None
    near, elbow, wrist = (
        _middle(way, low * length, high * length) for low, high in (_NEAR_ROOT, _ELBOW, _WRIST)
    )
    # The root's middle may lie in a corner of the trunk beside it: the limb is drawn out to where it begins.
    back = np.mean(_NEAR_ROOT) / (np.mean(_ELBOW) - np.mean(_NEAR_ROOT))
    return np.stack([near - back * (elbow - near), elbow, wrist]), length


def _middle(way: Floats, low: float, high: float) -> Floats:
    """The mean place xy [2] of the pixels within a span of the way."""
    ys, xs = np.nonzero((way >= low) & (way <= high))
    return np.array([xs.mean(), ys.mean()])
