"""Things that a person says stand on the ground: each upright where it touches the ground."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.depth.depth_estimate import DepthEstimate
from models.depth.layout_planes import LayoutPlanes

LEAST_SIDE = 1 / 1.6
"""What a thing shows of its sides goes back to this share of the disparity of its foot at most: a crown that
spreads over its trunk stands no farther away than that."""

TOUCHES = 1e-3
"""A thing's lowest pixels are where the ground is."""


def stand_up(estimate: DepthEstimate, standing: NDArray[np.bool_]) -> DepthEstimate:
    """The estimate with exactly these things standing; all else lies on the planes, if the layout is known.

    Args:
        estimate: of any backend. Where it knows no layout, its depth stays, and only what counts as a thing
            before the background changes.
        standing: bool [H, W]; things that do not touch each other stand apart.
    """
    planes = estimate.layout
    if planes is None:
        return replace(estimate, upright=standing)
    sky = np.asarray(estimate.sky & ~standing, np.bool_)
    behind = np.where(sky, planes.sky_disparity, planes.disparity_map())
    sheets = np.where(standing, upright_disparity(planes, standing), 0)
    return replace(
        estimate,
        depth_m=(1 / np.maximum(behind, sheets)).astype(np.float32),
        sky=sky,
        upright=np.asarray(standing & (sheets > (1 - TOUCHES) * behind), np.bool_),
    )


def upright_disparity(planes: LayoutPlanes, standing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Disparity of things that stand on the floor or ground, 0 elsewhere: [H, W].

    A thing touches the ground along the lower side of its convex hull: there its columns stand, those between
    two legs too, and both sides of a corner that points to the camera.
    """
    height, width = standing.shape
    sheets = np.zeros((height, width))
    count, labels = cv2.connectedComponents(standing.astype(np.uint8), connectivity=8)
    for label in range(1, count):
        ys, xs = np.nonzero(labels == label)
        foot = planes.floor_disparity(_lower_hull(ys, xs, width) + 0.5)
        near = float(np.nanmax(foot))
        sheets[ys, xs] = np.clip(np.nan_to_num(foot, nan=near), LEAST_SIDE * near, near)[xs]
    return np.maximum(sheets, 0)


def _lower_hull(ys: NDArray[np.intp], xs: NDArray[np.intp], width: int) -> NDArray[np.float64]:
    """Row of the lower side of the convex hull of pixels, by column [width]; nan beside them."""
    first, last = int(xs.min()), int(xs.max())
    columns = np.arange(first, last + 1)
    lowest = np.full(len(columns), -1.0)
    np.maximum.at(lowest, xs - first, ys.astype(np.float64))
    filled = np.flatnonzero(lowest >= 0)
    hull: list[int] = []
    for i in filled:  # Andrew's monotone chain, of the side with the largest rows
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], int(i), lowest):
            hull.pop()
        hull.append(int(i))
    rows = np.full(width, np.nan)
    rows[columns] = np.interp(columns, columns[hull], lowest[hull])
    return rows


def _is_above(a: int, b: int, c: int, rows: NDArray[np.float64]) -> bool:
    """Whether the middle one of three columns lies on or above the line between the others."""
    return bool((rows[b] - rows[a]) * (c - a) <= (rows[c] - rows[a]) * (b - a))
