"""A contact sheet of what was invented: each filled view before and after, and its aligned depth."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.scene.contact_sheet import HOLE_RGB, depth_colours, rows_of

FILLS_A_ROW = 2


def fills_sheet(layers: Sequence[RgbdLayer], thumb_px: int = 160) -> NDArray[np.uint8] | None:
    """Draw the filled views of a scene, two a row, or give None where nothing was filled.

    Each has three pictures: the warped view with its hole in magenta, the inpainted view, and the depth that
    was aligned to what was known (near is bright).

    Args:
        layers: all surfaces of the scene; those that were invented are drawn, in their order.
        thumb_px: longer side of a picture.

    Returns:
        uint8 [h, w, 3].
    """
    fills = [layer for layer in layers if layer.invented]
    if not fills:
        return None
    return rows_of([_cell(fill, thumb_px) for fill in fills], min(len(fills), FILLS_A_ROW))


def _cell(fill: RgbdLayer, thumb_px: int) -> NDArray[np.uint8]:
    height, width = fill.depth_m.shape
    scale = thumb_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    warped = np.where(fill.valid[..., None], np.array(HOLE_RGB, np.uint8), fill.rgb)
    nearest = float(np.percentile(fill.depth_m, 2))
    pictures = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (warped, fill.rgb)]
    return np.hstack([*pictures, depth_colours(fill.depth_m, nearest, size)])
