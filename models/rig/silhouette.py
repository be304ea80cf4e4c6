"""A matte as the fitting problem sees it: a small grid, weights, extremities, and where the picture cuts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from data_contracts.errors import NoFigureError

_MIN_SIDE_PX = 12
_MAX_EXTREMITIES = 6


@dataclass(frozen=True)
class Silhouette:
    """The figure's pixels and their box (x0, y0, x1, y1), ends exclusive."""

    mask: NDArray[np.bool_]
    box: tuple[int, int, int, int]
    cropped: bool
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


def silhouette_of(alpha: NDArray[np.float32]) -> Silhouette:
    """Find the figure in a matte [H, W].

    Raises:
        NoFigureError: there are too few opaque pixels.
    """
    mask = alpha > 0.5
    ys, xs = np.nonzero(mask)
    if len(ys) == 0 or np.ptp(ys) < _MIN_SIDE_PX or np.ptp(xs) < _MIN_SIDE_PX // 2:
        raise NoFigureError(
            "the matte holds no figure that could be rigged",
            expected=f"opaque pixels at least {_MIN_SIDE_PX} px high",
            got=f"{len(ys)} opaque pixels",
            hint="Give a mask of the character, or a picture that shows it larger",
        )
    x0, x1, y0, y1 = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    widest = int(mask.sum(1).max())
    cropped = y1 >= mask.shape[0] - 2 and bool(mask[-min(3, len(mask))].sum() > 0.3 * widest)
    row = mask[int(y1 - 0.06 * (y1 - y0))]
    runs = int((np.diff(np.concatenate([[0], row.astype(np.int8), [0]])) > 0).sum())
    return Silhouette(mask, (x0, y0, x1, y1), cropped, runs > 1 or not row.sum() > 0.45 * widest)


def cuts_to_try(silhouette: Silhouette) -> tuple[float, ...]:
    """Assumed height of the whole figure over the height seen."""
    if not silhouette.cropped:
        return (1.0,)
    return (1.0, 1.15, 1.35) if silhouette.legs_at_border else (1.15, 1.4, 1.8)


def fit_grid(
    silhouette: Silhouette, cut: float, rows: int, hands_xy_px: NDArray[np.float64] | None = None
) -> FitGrid:
    """Reduce the silhouette so that its box is ``rows`` grid pixels high.

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
        hands = (hands_xy_px - [x0, y0]) * factor + np.array(offset)
    return FitGrid(matte, weight.astype(np.float64), tips, scale, offset, (centre - offset[0]) / scale, hands)


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
