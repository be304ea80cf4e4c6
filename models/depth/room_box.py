"""Fits the back wall of a room, seen along its vanishing point, to the straight segments of a picture."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.depth.vanishing_point import segment_lengths, segment_slopes_deg, sine_to_point

Box = tuple[float, float, float, float]


def fit_back_wall(
    grey: NDArray[np.float32],
    lines: NDArray[np.float64],
    vanishing_xy_px: tuple[float, float],
    widest_side_wall: float = 1.0,
) -> Box:
    """The back wall (left, top, right, bottom) in pixels; edges outside the frame mean no such plane is seen.

    Every plane of a room shows segments of two directions only: the back wall horizontal and vertical
    ones, side walls vertical and depth lines, floor and ceiling horizontal and depth lines. The box that
    explains most length wins, with a prior on where cameras see the edges (the floor's edge near 74 % of
    the height weighs twice: a floor outside the frame looks wrong in most pictures).

    Args:
        grey: float32 [H, W], 0..1.
        lines: segments [N, 4].
        vanishing_xy_px: where the room's depth lines meet.
        widest_side_wall: largest share of the width that a side wall may take (small when unsure).
    """
    height, width = grey.shape
    middles = (lines[:, :2] + lines[:, 2:]) / 2
    lengths = _lengths_by_direction(lines, vanishing_xy_px, width)
    columns = np.concatenate([[-0.6, -0.25], np.linspace(0.02, 0.98, 17), [1.25, 1.6]]) * width
    rows = np.concatenate([[-0.6, -0.25], np.linspace(0.03, 0.97, 17), [1.25]]) * height
    box = _best_box(
        lengths, middles[:, 0].copy(), middles[:, 1].copy(), vanishing_xy_px[0], vanishing_xy_px[1],
        height, width, columns, rows, 0.12 * lengths.sum() + 1.0, widest_side_wall,
    )  # fmt: skip
    return _snap_to_edges(grey, (float(box[0]), float(box[1]), float(box[2]), float(box[3])))


def _lengths_by_direction(
    lines: NDArray[np.float64], vanishing_xy_px: tuple[float, float], width: int
) -> NDArray[np.float64]:
    """Segment length by direction [3, N]: horizontal, vertical, towards the vanishing point."""
    length = np.minimum(segment_lengths(lines), 0.25 * width)
    slope = segment_slopes_deg(lines)
    towards = (sine_to_point(lines, *vanishing_xy_px) < 0.06) & (slope > 4) & (slope < 86)
    flat = ~towards & (slope < 6)
    upright = ~towards & (slope > 82)
    return np.stack([flat * length, upright * length, towards * length])


@compiled(nogil=True)
def _best_box(
    lengths: Any, xs: Any, ys: Any, vx: float, vy: float, height: int, width: int,
    columns: Any, rows: Any, prior_weight: float, widest: float,
) -> Any:  # fmt: skip
    best = -1e18
    box = np.array([0.14 * width, 0.12 * height, 0.86 * width, 0.74 * height])
    for left in columns:
        if left > vx - 0.06 * width or left > widest * width:
            continue
        for right in columns:
            if right < vx + 0.06 * width or right - left < 0.25 * width or right < (1 - widest) * width:
                continue
            for top in rows:
                if top > vy - 0.05 * height:
                    continue
                for bottom in rows:
                    if bottom < vy + 0.05 * height or bottom - top < 0.2 * height:
                        continue
                    score = prior_weight * (
                        np.exp(-(((left / width - 0.14) / 0.2) ** 2))
                        + np.exp(-(((right / width - 0.86) / 0.2) ** 2))
                        + np.exp(-(((top / height - 0.12) / 0.2) ** 2))
                        + 2 * np.exp(-(((bottom / height - 0.74) / 0.15) ** 2))
                    )
                    for i in range(xs.shape[0]):
                        score += _explained(lengths, i, xs[i], ys[i], vx, vy, left, top, right, bottom)
                    if score > best:
                        best = score
                        box[:] = np.array([left, top, right, bottom])
    return box


@compiled(nogil=True)
def _explained(
    lengths: Any, i: int, x: float, y: float, vx: float, vy: float,
    left: float, top: float, right: float, bottom: float,
) -> Any:  # fmt: skip
    """Length of segment i that its plane may show, minus twice what it may not."""
    side = max((vx - x) / (vx - left), (x - vx) / (right - vx))
    level = max((y - vy) / (bottom - vy), (vy - y) / (vy - top))
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
