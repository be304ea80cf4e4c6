"""Things that stand on the ground: upright sheets at the depth of the ground row where they touch it."""

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import felzenszwalb

from models.depth.layout_planes import LayoutPlanes
from models.depth.standing import upright_disparity
from models.depth.things_on_ground import find_things
from models.inpainting.pull_push import pull_push

MOST_RATIO = 1.6
"""A sheet stands out by this factor at most: where it touches the ground is weak evidence, and a tree that is
taken for a near one shears far more visibly than a near one that is taken for a far one. What is told from
the ground by its colour and shape is better known."""
WIDEST_ROW, LEAST_ABOVE_HORIZON, MOST_GROUND = 0.6, 0.3, 0.2
"""Things before the backdrop are narrower together, as a share of the width, and lie above the horizon for so
much of their area, and no more of it has the ground's colours: else they are the backdrop itself, or a bank,
or ground that was not told as such."""


def find_upright_sheets(
    rgb: NDArray[np.float32],
    planes: LayoutPlanes,
    ground: NDArray[np.bool_],
    sky: NDArray[np.bool_],
    least_ratio: float,
    focal_px: float,
) -> NDArray[np.float32]:
    """Disparity of upright things, 0 where there are none: float32 [H, W].

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        planes: the layout behind the things.
        ground, sky: bool [H, W].
        least_ratio: a thing must be nearer than its plane by this factor, or it is part of the plane. What
            the ground's colours tell from it need only be nearer.
        focal_px: of the camera.
    """
    regions = _colour_regions(rgb)
    base = np.where(sky, planes.sky_disparity, planes.disparity_map())
    if planes.kind == "outdoor":
        sheets = _stand_on_ground(regions, planes, ground, sky)
    else:
        sheets = _stand_on_floor(regions, planes, ground, base, least_ratio)
    sheets = np.where(sheets > base * least_ratio, np.minimum(sheets, 1.0), 0)
    sheets = np.minimum(sheets, MOST_RATIO * base)
    sheets = np.where(sky, 0, _tidy(sheets.astype(np.float32), base))
    found = find_things(rgb, planes, sky, focal_px)
    if planes.kind == "outdoor":
        sheets = _before_backdrop(sheets, found.ground, planes.vanishing_xy_px[1])
    for thing in found.things:
        disparity = upright_disparity(planes, thing)
        if np.median(disparity[thing] / base[thing]) > 1:
            sheets = np.maximum(sheets, disparity)
    return sheets.astype(np.float32)


def _before_backdrop(
    sheets: NDArray[np.float64], ground: NDArray[np.bool_], horizon: float
) -> NDArray[np.float64]:
    """The sheets without rows of them that are the backdrop, and without the ground's own."""
    height, width = sheets.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats((sheets > 0).astype(np.uint8))
    above = np.bincount(labels[: int(np.clip(np.ceil(horizon), 0, height))].ravel(), minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    kept = (stats[:, cv2.CC_STAT_WIDTH] <= WIDEST_ROW * width) & (above >= LEAST_ABOVE_HORIZON * area)
    kept &= area > _least_area(sheets.size)
    kept &= np.bincount(labels[ground], minlength=count) <= MOST_GROUND * area
    kept[0] = False
    return np.where(kept[labels], sheets, 0)


def _colour_regions(rgb: NDArray[np.float32]) -> NDArray[np.int64]:
    """Labels of regions of like colour [H, W], found at half size."""
    height, width = rgb.shape[:2]
    half = cv2.resize(rgb, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    labels = felzenszwalb(half, scale=120, sigma=0.8, min_size=max(20, half.shape[0] * half.shape[1] // 550))
    return np.asarray(np.kron(labels, np.ones((2, 2), np.int64))[:height, :width])


def _stand_on_ground(
    regions: NDArray[np.int64], planes: LayoutPlanes, ground: NDArray[np.bool_], sky: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Outdoors: each column stands at its highest ground pixel, a region with a lower foot stands there."""
    height = ground.shape[0]
    horizon = planes.vanishing_xy_px[1]
    contact = np.where(ground.any(0), ground.argmax(0), height - 1)
    contact = np.maximum(contact, horizon + 0.03 * height)
    column = np.maximum(planes.floor_disparity(contact), planes.back_disparity)
    upright = ~ground & ~sky
    sheets = np.where(upright, column[None], 0.0)
    least = ground.size / 4400
    for label in np.unique(regions[upright]):
        ys, xs = np.nonzero((regions == label) & upright)
        if len(ys) < least:
            continue
        foot = float(np.percentile(ys, 97))
        disparity = float(np.median(column[xs]))
        below = ground[np.clip(ys + 6, 0, height - 1), xs].mean()
        if foot > horizon + 0.05 * height and below > 0.01:
            disparity = max(disparity, float(planes.floor_disparity(foot)))
        sheets[ys, xs] = disparity
    return np.asarray(sheets)


def _stand_on_floor(
    regions: NDArray[np.int64],
    planes: LayoutPlanes,
    floor: NDArray[np.bool_],
    base: NDArray[np.float64],
    least_ratio: float,
) -> NDArray[np.float64]:
    """Indoors: a region of middle size whose foot touches the floor stands there."""
    height, width = floor.shape
    on_floor_plane = planes.floor_disparity(np.arange(height) + 0.5)[:, None] >= base - 1e-9
    sheets = np.zeros((height, width))
    for label in np.unique(regions):
        region = regions == label
        if not 0.0015 < region.mean() < 0.15:
            continue
        ys, xs = np.nonzero(region & ~floor)
        if len(ys) < 0.7 * region.sum():
            continue
        foot = float(np.percentile(ys, 97))
        toes = xs[ys >= foot - 3]
        if foot < height - 8:
            touch = floor[min(int(foot) + 6, height - 1), toes].mean()
        else:  # cut by the frame: the floor below it is not seen
            touch = 0.5 * on_floor_plane[min(int(foot), height - 1), toes].mean()
        disparity = float(planes.floor_disparity(foot))
        if touch > 0.25 and disparity > np.median(base[ys, xs]) * least_ratio:
            sheets[ys, xs] = np.maximum(sheets[ys, xs], disparity)
    return sheets


def _tidy(sheets: NDArray[np.float32], base: NDArray[np.float64]) -> NDArray[np.float32]:
    """Close and open the outline, drop crumbs, and smooth the disparity where it is nearly one."""
    square = np.ones((5, 5), np.uint8)
    mask = cv2.morphologyEx((sheets > 0).astype(np.uint8), cv2.MORPH_CLOSE, square)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, square)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    kept = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] > _least_area(sheets.size)]
    steady = cv2.medianBlur(sheets, 5)
    steady = pull_push(steady, steady > 0)
    smooth = cv2.GaussianBlur(steady, (0, 0), 4)
    disparity = np.where(np.abs(smooth - steady) < 0.1 * steady, smooth, steady)
    disparity = np.where(np.isin(labels, kept), disparity, 0)
    return np.where(disparity > base, disparity, 0).astype(np.float32)


def _least_area(size: int) -> int:
    """Pixels of which smaller sheets are crumbs."""
    return max(20, size // 1750)
