"""Limbs that a silhouette shows: branches of its medial axis that reach further than the body is thick."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.morphology import skeletonize

Floats = NDArray[np.float64]

MOST = 8
_SHORTEST = 0.06
"""Of the figure's height: shorter branches are fingers, spikes of hair and corners."""
_GAP = 5e-4
"""Of the squared height: smaller gaps are noise in the matte."""
_SPACING = 0.02
"""Of points on the axis, in heights."""
_SLENDER = 4.0
"""Length of a branch outside of the body's disc that it leaves, in radii of its own: the axis runs into every
corner, but a corner of 60 degrees has 2.2."""


def limb_paths(mask: NDArray[np.bool_], height: float) -> list[Floats]:
    """Branches of the medial axis, the longest first.

    Args:
        mask: the figure [h, w].
        height: of the figure, in pixels of the mask.

    Returns:
        At most `MOST` lines [K, 3] from the tip inwards to the figure's thickest point: xy and the distance
        to the outline, in heights of the figure. From where two lines meet on, they are the same.
    """
    radius = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    ys, xs = np.nonzero(skeletonize(mask))
    if len(ys) < 3:
        return []
    number = np.full(mask.shape, -1)
    number[ys, xs] = np.arange(len(ys))
    graph = _graph(number)
    thick = radius[ys, xs]
    core = int(np.argmax(thick))
    travel, before = dijkstra(graph, indices=core, return_predecessors=True)
    tips = np.flatnonzero((np.diff(graph.indptr) == 1) & np.isfinite(travel) & (travel > 0))
    # Where an arm on the hip closes a ring, its elbow is no tip.
    taken = _to_holes(mask, height)[ys, xs] < thick + 2
    taken[core] = True
    paths = []
    for tip in tips[np.argsort(-travel[tips], kind="stable")]:
        path = [int(tip)]
        while path[-1] != core:
            path.append(int(before[path[-1]]))
        merged = next(k for k in path if taken[k])
        own = [k for k in path if travel[k] - travel[merged] > thick[merged]]
        if not own or travel[own[0]] - travel[own[-1]] < max(
            _SHORTEST * height, _SLENDER * thick[own].mean()
        ):
            continue
        taken[path] = True
        paths.append(np.stack([xs[path] + 0.5, ys[path] + 0.5, thick[path]], axis=1) / height)
    return paths[:MOST]


def _to_holes(mask: NDArray[np.bool_], height: float) -> NDArray[np.float32]:
    """Distance of each pixel to the nearest gap that the figure encloses [h, w]."""
    count, gaps, stats, _ = cv2.connectedComponentsWithStats(
        (~np.pad(mask, 1)).astype(np.uint8), connectivity=4
    )
    area = stats[:, cv2.CC_STAT_AREA]
    closed = (np.arange(count) > 0) & (np.arange(count) != gaps[0, 0]) & (area > _GAP * height**2)
    away: NDArray[np.float32] = cv2.distanceTransform((~closed[gaps]).astype(np.uint8), cv2.DIST_L2, 5)
    return away[1:-1, 1:-1] if closed.any() else np.full(mask.shape, np.inf, np.float32)


def axis_points(paths: Sequence[Floats]) -> Floats:
    """Points [K, 4] spread over lines of `limb_paths`, each once: xy, radius, the length it stands for."""
    found: list[Floats] = []
    for k, path in enumerate(paths):
        own = min((meeting(path, other) for other in paths[:k]), default=len(path))
        steps = np.linalg.norm(np.diff(path[: own + 1, :2], axis=0), axis=1)
        along = np.append(0, np.cumsum(steps))[:own]
        count = max(1, round(float(along[-1]) / _SPACING)) if len(along) else 0
        for where in (np.arange(count) + 0.5) / max(count, 1) * (along[-1] if len(along) else 0):
            at = int(np.searchsorted(along, where))
            found.append(np.append(path[min(at, own - 1)], along[-1] / count))
    return np.array(found).reshape(-1, 4)


def meeting(one: Floats, other: Floats) -> int:
    """Index of the first point of ``one`` that ``other`` passes as well; both end in the same point."""
    length = min(len(one), len(other))
    same = (one[len(one) - length :, :2] == other[len(other) - length :, :2]).all(1)
    apart = np.flatnonzero(~same)
    return len(one) - length + (int(apart[-1]) + 1 if len(apart) else 0)


def _graph(number: NDArray[np.int64]) -> coo_matrix:
    """Neighbouring pixels of the axis, eight to each; ``number`` [h, w] is -1 elsewhere."""
    firsts, seconds, lengths = [], [], []
    h, w = number.shape
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = number[: h - dy, max(0, -dx) : w - max(0, dx)]
        b = number[dy:, max(0, dx) : w - max(0, -dx)]
        both = (a >= 0) & (b >= 0)
        firsts.append(a[both])
        seconds.append(b[both])
        lengths.append(np.full(int(both.sum()), np.hypot(dx, dy)))
    i, j, d = np.concatenate(firsts), np.concatenate(seconds), np.concatenate(lengths)
    count = int(number.max()) + 1
    return coo_matrix((np.tile(d, 2), (np.r_[i, j], np.r_[j, i])), shape=(count, count)).tocsr()
