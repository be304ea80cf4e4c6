"""A matte as the fitting problem sees it: a small grid, weights, extremities, and where the picture cuts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from data_contracts.errors import NoFigureError

Floats = NDArray[np.float64]

_MIN_SIDE_PX = 12
_MAX_EXTREMITIES = 6
_MOST_RIM = 0.6
"""Of the picture's border: a figure that its lower edge cuts from side to side covers a quarter."""
_HEIGHT_PX, _THIN_HEIGHT_PX = 1024, 288
"""Taller figures are reduced, thin ones further: their medial axis is looked at, and strokes are widened."""
_EDGE, _EDGE_PX = 0.01, 3
"""A figure that ends so near to the picture's lower border, of its height and at most in pixels, is cut."""
_TRIMMED = 0.03
"""Room above and beside a figure, of the picture's sides, in a picture that is trimmed to it."""
_CUT_FLAT, _CUT_BODY, _CUT_LEGS = 0.7, 0.3, 0.1
"""Share of its greatest width with which a figure touches the lower border that surely cuts it, that cuts its
body, or maybe its shins; the tip of a foot touches with less."""
_STICKS = ((9 / 288, 0.08), (13 / 288, 0.26))
"""A figure is of sticks if a disc of either diameter (of the height) fits nowhere in so much of its area: of
36 humans of the puppet world the thinnest has 0.05 and 0.25."""
_THINNEST = 1 / 60
"""Of the height: strokes are drawn at least as wide, so that the search's small grids do not lose them."""
_STROKE = 0.1
"""Of the height: shorter thin pieces are corners or fingers."""
_FAINT = 0.3
"""Of a pixel, covered by a stroke: thin strokes that were reduced cover no half of any."""
_ROUND = 0.8
"""Isoperimetric quotient (4 pi area / perimeter squared) from which on a hole is an open head: a circle's is
1, an equilateral triangle's (an arm on the hip) 0.6."""
_BROW, _BESIDE, _HAT = 0.9, 1.6, 0.25
"""What is so far above the eyes and at most so far beside them, in distances of the eyes, may be hat or hair,
and has so much of its weight."""
_HEAD_AREA = (0.003, 0.12)
"""Of the squared height: smaller holes are noise, larger ones no heads."""


@dataclass(frozen=True)
class Silhouette:
    """The figure's pixels and their box (x0, y0, x1, y1), ends exclusive."""

    mask: NDArray[np.bool_]
    scale: float
    """Pixels of the mask a pixel of the picture."""
    thin: bool
    """A stick figure: its limbs are told by the medial axis, for they cover next to nothing."""
    box: tuple[int, int, int, int]
    cropped: bool
    on_border: bool
    """It reaches the picture's lower border, and not all four, as in a picture that is trimmed to it: where
    limbs are not known, it counts as cut."""
    """The picture's lower border cuts the figure."""
    legs_at_border: bool
    """At the border two separate runs are seen: legs, rather than one torso or skirt."""

    @property
    def height(self) -> int:
        """Height of the figure's box in pixels."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class FitGrid:
    """The silhouette on a small grid; grid pixel = ``scale`` * unit + ``offset``."""

    matte: NDArray[np.float64]
    weight: NDArray[np.float64]
    """Thin limbs count as much as thick parts."""
    extremities: NDArray[np.float64]
    """[K, 3]: x, y in grid pixels, and geodesic distance relative to the farthest."""
    scale: float
    offset: tuple[float, float]
    centre_x: float
    """Weighted middle of the figure, in units."""
    hands: NDArray[np.float64]
    """[2, 2]: where the right and the left hand were seen, in grid pixels; NaN where they were not."""
    axis: NDArray[np.float64]
    """[K, 4]: points of the medial axis, x, y, distance to the outline and length, in grid pixels."""
    eyes: NDArray[np.float64]
    """[3]: x and y of the middle between two eyes and their distance, in grid pixels; NaN where none were
    seen."""


def silhouette_of(alpha: NDArray[np.float32]) -> Silhouette:
    """Find the figure in a matte [H, W].

    Raises:
        NoFigureError: there are too few opaque pixels.
    """
    rows, columns = (np.flatnonzero((alpha > 0.5).any(axis)) for axis in (1, 0))
    if len(rows) == 0 or np.ptp(rows) < _MIN_SIDE_PX or np.ptp(columns) < _MIN_SIDE_PX // 2:
        raise NoFigureError(
            "the matte holds no figure that could be rigged",
            expected=f"opaque pixels at least {_MIN_SIDE_PX} px high",
            got=f"{len(columns)}x{len(rows)} opaque columns and rows",
            hint="Give a mask of the character, or a picture that shows it larger",
        )
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]) > 0.5
    if rim.mean() > _MOST_RIM:
        raise NoFigureError(
            "the matte shows no outline: it runs over the picture's border",
            expected=f"at most {_MOST_RIM:.0%} of the border covered",
            got=f"{rim.mean():.0%}",
            hint="Give a mask of the character, or a picture that shows it whole",
        )
    height = float(np.ptp(rows)) + 1
    small = _reduced(alpha, min(1.0, _THIN_HEIGHT_PX / height))
    thin = any(_lost(small > _FAINT, disc) > share for disc, share in _STICKS)
    scale = min(1.0, (_THIN_HEIGHT_PX if thin else _HEIGHT_PX) / height)
    whole = small if thin else _reduced(alpha, scale)
    mask = _legible(small) if thin else whole > 0.5
    ys, xs = np.nonzero(mask)
    x0, x1, y0, y1 = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    widest = int(mask.sum(1).max())
    edge_px = int(np.clip(round(_EDGE * len(alpha)), 1, _EDGE_PX))
    at_border = int(rows[-1]) >= len(alpha) - edge_px
    touching = float(mask[-min(3, len(mask))].sum()) / widest if at_border else 0.0
    columns = np.flatnonzero((alpha > 0.5).any(0))
    beside = max(columns[0], alpha.shape[1] - 1 - columns[-1]) / alpha.shape[1]
    trimmed = max(rows[0] / len(alpha), beside) < _TRIMMED
    row = mask[int(y1 - 0.06 * (y1 - y0))]
    runs = int((np.diff(np.concatenate([[0], row.astype(np.int8), [0]])) > 0).sum())
    return Silhouette(
        mask if thin else _with_strokes(whole),
        scale,
        thin,
        (x0, y0, x1, y1),
        touching > _CUT_BODY,
        touching > (_CUT_FLAT if trimmed else _CUT_LEGS),
        runs > 1 or not row.sum() > 0.45 * widest,
    )


def _reduced(alpha: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    return np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) if scale < 1 else alpha)


def _lost(mask: NDArray[np.bool_], share: float) -> float:
    """Share of a mask into which no disc fits whose diameter is a share of its height."""
    rows = np.flatnonzero(mask.any(1))
    size_px = max(3, round(share * (float(np.ptp(rows)) + 1)) | 1) if len(rows) else 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    padded = np.pad(mask, size_px).astype(np.uint8)
    return 1 - float(cv2.morphologyEx(padded, cv2.MORPH_OPEN, kernel).sum()) / max(float(mask.sum()), 1)


def _legible(alpha: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The mask of a stick figure, with thin strokes widened and open heads filled."""
    mask = (alpha > _FAINT).astype(np.uint8)
    height = float(np.ptp(np.flatnonzero(mask.any(1)))) + 1
    size_px = max(3, round(_THINNEST * height) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    thin = mask & (1 - cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel))
    mask |= cv2.dilate(thin, np.ones((3, 3), np.uint8))
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, _, parent) in zip(contours, tree[0], strict=True):
        hull = cv2.convexHull(contour)
        area, around = cv2.contourArea(contour), cv2.arcLength(hull, True)
        share = area / height**2
        if parent >= 0 and _HEAD_AREA[0] < share < _HEAD_AREA[1] and 4 * np.pi * area > _ROUND * around**2:
            cv2.drawContours(mask, [contour], -1, 1, cv2.FILLED)
    return mask > 0


def _with_strokes(alpha: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The mask of a stout figure, with strokes that it has for limbs as wide as those of stick figures."""
    mask, whole = alpha > 0.5, (alpha > _FAINT).astype(np.uint8)
    height = float(np.ptp(np.flatnonzero(whole.any(1)))) + 1
    size_px = max(3, round(_THINNEST * height) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    thin = whole & (1 - cv2.morphologyEx(whole, cv2.MORPH_OPEN, kernel))
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(thin)
    long = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > _STROKE * height
    long[0] = False
    if not long.any():
        return mask
    wide = cv2.dilate(long[pieces].astype(np.uint8), kernel) > 0
    return np.asarray(mask | wide)


def cuts_to_try(silhouette: Silhouette) -> tuple[float, ...]:
    """Assumed height of the whole figure over the height seen."""
    if not silhouette.cropped:
        return (1.0,)
    return (1.0, 1.15, 1.35) if silhouette.legs_at_border else (1.15, 1.4, 1.8)


def fit_grid(
    silhouette: Silhouette,
    cut: float,
    rows: int,
    axis: NDArray[np.float64],
    hands_xy_px: NDArray[np.float64] | None = None,
    eyes_px: NDArray[np.float64] | None = None,
) -> FitGrid:
    """Reduce the silhouette so that its box is ``rows`` grid pixels high.

    ``axis`` [K, 4] is in heights of the silhouette, from its box's corner.
    ``hands_xy_px`` [2, 2]: the right and the left hand, where the picture shows them.
    """
    mask, (x0, y0, x1, y1) = silhouette.mask, silhouette.box
    factor = rows / silhouette.height
    margin = silhouette.height // 8
    left, right = max(0, x0 - margin), min(mask.shape[1], x1 + margin)
    top = max(0, y0 - margin)
    bottom = mask.shape[0] if silhouette.cropped else min(mask.shape[0], y1 + margin)
    part = mask[top:bottom, left:right].astype(np.float32)
    size = (max(4, round(part.shape[1] * factor)), max(4, round(part.shape[0] * factor)))
    # Room around the figure costs capsules that stick out of a picture that ends at the figure.
    pad = rows // 10
    below = 0 if silhouette.cropped else pad
    matte = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    matte = np.pad(matte, ((pad, below), (pad, pad)))
    offset = ((x0 - left) * factor + pad, (y0 - top) * factor + pad)
    inside = matte > 0.5
    tips = extremities(inside)
    if silhouette.cropped and len(tips):
        tips = tips[tips[:, 1] < matte.shape[0] * 0.9]
    distance = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
    thickness = cv2.dilate(distance, np.ones((9, 9), np.uint8))
    typical = float(np.median(thickness[inside])) if inside.any() else 1.0
    weight = np.where(inside, np.clip(typical / np.maximum(thickness, 0.5), 0.5, 4), 1.0)
    scale = rows * cut
    columns = np.arange(matte.shape[1]) + 0.5
    centre = float(np.average(columns, weights=distance.sum(0) + 1e-6))
    hands = np.full((2, 2), np.nan)
    if hands_xy_px is not None:
        hands = (hands_xy_px * silhouette.scale - [x0, y0]) * factor + np.array(offset)
    eyes = np.full(3, np.nan)
    if eyes_px is not None:
        eyes = eyes_px * silhouette.scale * factor
        eyes[:2] += np.array(offset) - np.array([x0, y0]) * factor
        weight, tips = _under_a_hat(weight, tips, eyes)
    placed = axis * rows + np.array([*offset, 0, 0])
    middle = (centre - offset[0]) / scale
    return FitGrid(matte, weight.astype(np.float64), tips, scale, offset, middle, hands, placed, eyes)


def _under_a_hat(weight: Floats, tips: Floats, eyes: Floats) -> tuple[Floats, Floats]:
    """Weights [h, w] and tips [K, 3] where what is above the eyes [3] may be hat or hair."""
    x, y, apart = eyes
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    above = (rows < y - _BROW * apart) & (np.abs(columns - x) < _BESIDE * apart)
    hat = (tips[:, 1] < y) & (np.abs(tips[:, 0] - x) < _BESIDE * apart)
    return np.where(above, _HAT * weight, weight), tips[~hat]


def extremities(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Tips of the figure: repeatedly the point that is geodesically farthest from those found.

    The first distances start at the thickest point. Tips nearer than a third of the first are not tips.

    Returns:
        [K, 3], K <= 6: x, y and the distance relative to the first tip's.
    """
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    sources = [tuple(int(v) for v in np.unravel_index(int(np.argmax(distance)), distance.shape))]
    cost = np.where(mask, 1.0, 1e6)
    tips: list[tuple[float, float, float]] = []
    farthest = 0.0
    for _ in range(_MAX_EXTREMITIES):
        travel, _ = MCP_Geometric(cost).find_costs(sources)
        travel = np.where(mask & (travel < 1e5), travel, 0)
        y, x = (int(v) for v in np.unravel_index(int(np.argmax(travel)), travel.shape))
        farthest = farthest or float(travel[y, x])
        if travel[y, x] < farthest / 3 or travel[y, x] <= 0:
            break
        tips.append((x + 0.5, y + 0.5, float(travel[y, x]) / farthest))
        sources.append((y, x))
    return np.array(tips, np.float64).reshape(-1, 3)
