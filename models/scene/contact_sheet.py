"""A contact sheet of a scene's views: colours with holes marked, and depth below."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import PosedViews

HOLE_RGB = (255, 0, 255)
COLUMNS = 6


def contact_sheet(views: PosedViews, thumb_px: int = 160) -> NDArray[np.uint8]:
    """Draw all views, six in a row: uint8 [h, w, 3]. Holes are magenta; near is bright in the depth maps."""
    height, width = views.rgb.shape[1:3]
    scale = thumb_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    nearest = float(np.percentile(views.depth_m[views.valid], 2)) if views.valid.any() else 1.0
    return rows_of([_cell(views, i, size, nearest) for i in range(len(views))], COLUMNS)


def rows_of(cells: Sequence[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    """Equal pictures uint8 [h, w, 3] in rows, the last one filled up with black."""
    cells = [*cells, *[np.zeros_like(cells[0])] * (-len(cells) % columns)]
    return np.vstack([np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)])


def depth_colours(depth_m: NDArray[np.float32], nearest_m: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Disparity as colours uint8 [h, w, 3], bright from `nearest_m` on, black where depth is 0."""
    disparity = np.where(depth_m > 0, nearest_m / np.maximum(depth_m, 1e-6), 0)
    grey = np.clip(disparity * 255, 0, 255).astype(np.uint8)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.applyColorMap(small, cv2.COLORMAP_INFERNO)[..., ::-1], np.uint8)


def _cell(views: PosedViews, index: int, size: tuple[int, int], nearest: float) -> NDArray[np.uint8]:
    valid = views.valid[index]
    rgb = np.where(valid[..., None], views.rgb[index], np.array(HOLE_RGB, np.uint8))
    depth = np.where(valid, views.depth_m[index], np.float32(0))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.vstack([small, depth_colours(depth, nearest, size)])
