"""A contact sheet of a scene's views: colours with holes marked, and depth below."""

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
    cells = [_cell(views, i, size, nearest) for i in range(len(views))]
    blank = np.zeros_like(cells[0])
    cells += [blank] * (-len(cells) % COLUMNS)
    rows = [np.hstack(cells[i : i + COLUMNS]) for i in range(0, len(cells), COLUMNS)]
    return np.vstack(rows)


def _cell(views: PosedViews, index: int, size: tuple[int, int], nearest: float) -> NDArray[np.uint8]:
    valid = views.valid[index]
    rgb = np.where(valid[..., None], views.rgb[index], np.array(HOLE_RGB, np.uint8))
    disparity = np.where(valid, nearest / np.maximum(views.depth_m[index], 1e-6), 0)
    grey = np.clip(disparity * 255, 0, 255).astype(np.uint8)
    colours = cv2.applyColorMap(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.COLORMAP_INFERNO)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.vstack([small, colours[..., ::-1]])
