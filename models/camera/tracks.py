"""Points followed from frame to frame: corners, pyramidal Lucas-Kanade, checked both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grays = NDArray[np.uint8]
Masks = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SPACING_PX = 7
"""Between corners, so that one rich texture does not take them all."""
_ROUND_TRIP_PX = 0.5
"""A point that does not come back to within half a pixel when tracked backwards is dropped."""
_BORDER_PX = 3
"""Nearer to the border there is too little picture round a point."""


@dataclass(frozen=True)
class FeatureTracks:
    """Observations sorted by track, then by frame.

    `track` int [M], `frame` int [M], `xy_px` float64 [M, 2] (centre of the top-left pixel at 0.5, 0.5).
    """

    track: NDArray[np.int64]
    frame: NDArray[np.int64]
    xy_px: Floats
    n_frames: int

    def of_frame(self, frame: int) -> tuple[NDArray[np.int64], Floats]:
        """Track numbers and positions seen in one frame."""
        rows = np.flatnonzero(self.frame == frame)
        return self.track[rows], self.xy_px[rows]

    def shared(self, first: int, second: int) -> tuple[Floats, Floats]:
        """Positions [N, 2] in both frames of the tracks that both frames see."""
        (ids_a, xy_a), (ids_b, xy_b) = self.of_frame(first), self.of_frame(second)
        _, a, b = np.intersect1d(ids_a, ids_b, return_indices=True)
        return xy_a[a], xy_b[b]


def track_features(grays: Grays, movers: Masks | None = None, n_features: int = 500) -> FeatureTracks:
    """Follow up to `n_features` corners through grey frames [T, H, W], new ones where old ones end.

    `movers` [T, H, W] is True where something moves by itself: no point lives there.
    """
    height, width = grays.shape[1:]
    points, ids, next_id = np.zeros((0, 2), np.float32), np.zeros(0, np.int64), 0
    observations: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
    for t, gray in enumerate(grays):
        if len(points):
            moved, good = _follow(grays[t - 1], gray, points)
            if movers is not None:
                x, y = np.clip(np.round(moved).astype(int), 0, [width - 1, height - 1]).T
                good &= ~movers[t, y, x]
            points, ids = _consistent(points[good], moved[good], ids[good])
        if len(points) < n_features:
            free = np.full((height, width), 255, np.uint8)
            if movers is not None:
                free[movers[t]] = 0
            for x, y in points:
                cv2.circle(free, (int(x), int(y)), _SPACING_PX, 0, -1)
            fresh = cv2.goodFeaturesToTrack(gray, n_features - len(points), 0.003, _SPACING_PX, mask=free)
            if fresh is not None:
                points = np.concatenate([points, fresh[:, 0]])
                ids = np.concatenate([ids, np.arange(next_id, next_id + len(fresh))])
                next_id += len(fresh)
        observations.append((ids.copy(), points.copy()))
    track = np.concatenate([i for i, _ in observations])
    frame = np.concatenate([np.full(len(i), t) for t, (i, _) in enumerate(observations)])
    xy = np.concatenate([p for _, p in observations]).astype(np.float64) + 0.5
    order = np.lexsort((frame, track))
    return FeatureTracks(track[order], frame[order], xy[order], len(grays))


def _follow(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.01)
    none: Any = None  # OpenCV's stubs do not know that the flow has no first guess

    def flow(start: NDArray[np.uint8], end: NDArray[np.uint8], xy: NDArray[np.float32]) -> tuple[Any, Any]:
        there, found, _ = cv2.calcOpticalFlowPyrLK(
            start, end, xy, none, winSize=(17, 17), maxLevel=3, criteria=criteria
        )
        return there, found

    moved, found = flow(before, after, points[:, None])
    back, found_back = flow(after, before, moved)
    moved, back = moved[:, 0], back[:, 0]
    height, width = after.shape
    inside = (moved >= _BORDER_PX).all(axis=1) & (moved < [width - _BORDER_PX, height - _BORDER_PX]).all(
        axis=1
    )
    returned = np.linalg.norm(back - points, axis=1) < _ROUND_TRIP_PX
    return moved, (found.ravel() == 1) & (found_back.ravel() == 1) & inside & returned


def _consistent(
    before: NDArray[np.float32], after: NDArray[np.float32], ids: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Only points that move as a rigid scene can: those within a pixel of their epipolar lines."""
    if len(before) <= 15:
        return after, ids
    try:
        _, inliers = cv2.findFundamentalMat(before, after, cv2.USAC_MAGSAC, 1.0, 0.999, 2000)
    except cv2.error:
        # OpenCV 5.0 asserts where no sample gives a model: points that all stand still, for one.
        return after, ids
    if inliers is None:
        return after, ids
    keep = inliers.ravel() > 0
    return after[keep], ids[keep]
