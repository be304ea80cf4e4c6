"""Fits the back wall of a room, seen along its vanishing point, to the straight segments of a picture."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.depth.layout_planes import back_nearer
from models.depth.lens import Directions
from models.depth.vanishing_point import segment_lengths, sine_to_point

Box = tuple[float, float, float, float]

PRIOR_WEIGHT = (0.12, 0.08, 0.04)
"""Of the prior on each edge, as a share of all segment length: in general, with a told lens, with a told
end of the floor."""
FLOOR_PRIOR = (0.74, 0.15, 2.0)
"""Where the floor's far edge usually is, as a share of the height, how far about, and how much it weighs."""
FLOOR_SEEN = (0.05, 6.0)
"""The last two where the floor's colours tell where it ends."""

FLOOR_END_WITHIN, FLOOR_END_COLUMNS = 0.015, 0.25
"""The floor's colours end within so much of the height in so many columns, where they tell its far edge."""


def fit_back_wall(
    grey: NDArray[np.float32],
    lines: NDArray[np.float64],
    directions: Directions,
    widest_side_wall: float = 1.0,
    floor_end_px: float | None = None,
) -> Box:
    """The back wall (left, top, right, bottom) in pixels; edges outside the frame mean no such plane is seen.

    Every plane of a room shows segments of two directions only: the back wall level and upright ones, side
    walls upright and depth lines, floor and ceiling level and depth lines. The box that explains most length
    wins, with a prior on where cameras see the edges (the floor's edge near 74 % of the height weighs twice:
    a floor outside the frame looks wrong in most pictures).

    Args:
        grey: float32 [H, W], 0..1.
        lines: segments [N, 4].
        directions: where the room's level, upright and depth lines meet.
        widest_side_wall: largest share of the width that a side wall may take (small when unsure).
        floor_end_px: row up to which the floor's colours go, where they tell it.

    Where the lens is told, or where the floor ends, the prior weighs less.
    """
    height, width = grey.shape
    vanishing = np.asarray(directions.vanishing_xy_px)
    away = (lines[:, :2] + lines[:, 2:]) / 2 - vanishing
    lengths = _lengths_by_direction(lines, directions, width)
    # However far outside the vanishing point lies, there is an edge on either side of it.
    x, y = vanishing / (width, height)
    sides, levels = np.linspace(0.02, 0.98, 17), np.linspace(0.03, 0.97, 17)
    columns = np.concatenate([[min(-0.6, x - 0.3), -0.25], sides, [1.25, max(1.6, x + 0.3)]]) * width
    rows = np.concatenate([[min(-0.6, y - 0.3), -0.25], levels, [max(1.25, y + 0.3)]]) * height
    slope, still = directions.back_slope_per_px, np.zeros(1)
    told = 2 if floor_end_px is not None else int(slope != (0.0, 0.0))
    box = _best_box(
        lengths, away / back_nearer(away[:, 0], away[:, 1], slope)[:, None], *vanishing, height, width,
        np.stack([columns, (columns - vanishing[0]) / back_nearer(columns - vanishing[0], still, slope)]),
        np.stack([rows, (rows - vanishing[1]) / back_nearer(still, rows - vanishing[1], slope)]),
        PRIOR_WEIGHT[told] * lengths.sum() + 1.0, widest_side_wall,
        *(FLOOR_PRIOR if floor_end_px is None else (floor_end_px / height, *FLOOR_SEEN)),
    )  # fmt: skip
    return _snap_to_edges(grey, (float(box[0]), float(box[1]), float(box[2]), float(box[3])))


def floor_end(ground: NDArray[np.bool_], expected_px: float) -> float | None:
    """Row at which a floor, bool [H, W], meets a back wall that is seen straight on, if its colours tell.

    Things stand before some of that edge, and side walls cut it off: it is where the floor ends in the most
    columns. None where those are too few, or where it ends as it was expected to: nothing was seen there.
    """
    height, width = ground.shape
    ends = ground[:, ground.any(0)].argmax(0)
    near = np.abs(ends[:, None] - ends) < FLOOR_END_WITHIN * height
    if not len(ends) or near.sum(0).max() < FLOOR_END_COLUMNS * width:
        return None
    end = float(np.median(ends[near[near.sum(0).argmax()]]))
    return None if abs(end - expected_px) < 2 * FLOOR_END_WITHIN * height else end


def _lengths_by_direction(
    lines: NDArray[np.float64], directions: Directions, width: int
) -> NDArray[np.float64]:
    """Segment length by direction [3, N]: level, upright, towards the vanishing point."""
    length = np.minimum(segment_lengths(lines), 0.25 * width)
    across, down, ahead = (sine_to_point(lines, *point) for point in directions.points_px)
    towards = (ahead < 0.06) & (across > 0.07) & (down > 0.07)
    flat = ~towards & (across < 0.105)
    upright = ~towards & (down < 0.14)
    return np.stack([flat * length, upright * length, towards * length])


@compiled(nogil=True)
def _best_box(
    lengths: Any, away: Any, vx: float, vy: float, height: int, width: int,
    columns: Any, rows: Any, prior_weight: float, widest: float,
    floor_end: float, floor_spread: float, floor_weight: float,
) -> Any:  # fmt: skip
    """The best of all boxes; `away` [N, 2] and the second rows of `columns` and `rows` are offsets from the
    vanishing point over how near the back wall is there, in which its edges are straight."""
    best = -1e18
    box = np.array([0.14 * width, 0.12 * height, 0.86 * width, 0.74 * height])
    for left, left_away in columns.T:
        if left > vx - 0.06 * width or left > widest * width:
            continue
        for right, right_away in columns.T:
            if right < vx + 0.06 * width or right - left < 0.25 * width or right < (1 - widest) * width:
                continue
            for top, top_away in rows.T:
                if top > vy - 0.05 * height:
                    continue
                for bottom, bottom_away in rows.T:
                    if bottom < vy + 0.05 * height or bottom - top < 0.2 * height:
                        continue
                    score = prior_weight * (
                        np.exp(-(((left / width - 0.14) / 0.2) ** 2))
                        + np.exp(-(((right / width - 0.86) / 0.2) ** 2))
                        + np.exp(-(((top / height - 0.12) / 0.2) ** 2))
                        + floor_weight * np.exp(-(((bottom / height - floor_end) / floor_spread) ** 2))
                    )
                    for i in range(away.shape[0]):
                        side = max(away[i, 0] / left_away, away[i, 0] / right_away)
                        level = max(away[i, 1] / bottom_away, away[i, 1] / top_away)
                        score += _explained(lengths, i, side, level)
                    if score > best:
                        best = score
                        box[:] = np.array([left, top, right, bottom])
    return box


@compiled(nogil=True)
def _explained(lengths: Any, i: int, side: float, level: float) -> Any:
    """Length of segment i that its plane may show, minus twice what it may not."""
    if max(side, level) <= 1:
        forbidden = 2
    elif level >= side:
        forbidden = 1
    else:
        forbidden = 0
    total = lengths[0, i] + lengths[1, i] + lengths[2, i]
    return total - 3 * lengths[forbidden, i]


def _snap_to_edges(grey: NDArray[np.float32], box: Box) -> Box:
    """Move each edge of the wall to the strongest picture edge within 3.5 % of the frame."""
    height, width = grey.shape
    smooth = cv2.GaussianBlur(grey, (0, 0), 1)
    down = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    across = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0))
    left, top, right, bottom = box
    x0, x1 = int(np.clip(left, 0, width - 1)), int(np.clip(right, 0, width - 1))
    y0, y1 = int(np.clip(top, 0, height - 1)), int(np.clip(bottom, 0, height - 1))
    bottom = _strongest(bottom, down[:, x0 : x1 + 1].mean(1))
    top = _strongest(top, down[:, x0 : x1 + 1].mean(1))
    left = _strongest(left, across[y0 : y1 + 1].mean(0))
    right = _strongest(right, across[y0 : y1 + 1].mean(0))
    return left, top, right, bottom


def _strongest(place: float, profile: NDArray[np.float32]) -> float:
    size = len(profile)
    if place < 2 or place > size - 3:
        return place
    first, last = max(2, int(place - 0.035 * size)), min(size - 2, int(place + 0.035 * size) + 1)
    return float(first + np.argmax(profile[first:last])) + 0.5
