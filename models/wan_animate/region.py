"""The region that the network draws: the mask of the figure in squares, as it was shown in training."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.bool_]


def in_blocks(mask: Masks, block_px: int) -> Masks:
    """Masks [T, H, W], H and W multiples of the network's squares, filled to whole blocks.

    A mask that follows a figure tells its shape, which the network would fill to the last pixel
    (Wan2.2, wan/modules/animate/preprocess/utils.py, get_aug_mask); and it sees one pixel in eight.
    """
    frames, height, width = mask.shape
    padded = np.pad(mask, ((0, 0), (0, -height % block_px), (0, -width % block_px)))
    rows, columns = padded.shape[1] // block_px, padded.shape[2] // block_px
    touched = padded.reshape(frames, rows, block_px, columns, block_px).any(axis=(2, 4))
    filled = touched.repeat(block_px, axis=1).repeat(block_px, axis=2)
    return np.asarray(filled[:, :height, :width])


def blended(
    drawn: NDArray[np.uint8], behind: NDArray[np.uint8], region: Masks, blend_px: int
) -> NDArray[np.uint8]:
    """One frame: what was drawn, blending in inside of the region; outside exactly what is behind.

    Args:
        drawn: uint8 [H, W, 3].
        behind: uint8 [H, W, 3].
        region: bool [H, W].
        blend_px: from the region's rim to where nothing behind shines through; 0: a hard edge.
    """
    if blend_px == 0 or region.all():
        weight = region.astype(np.float32)
    else:
        inside = cv2.distanceTransform(region.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        weight = np.minimum(inside / (blend_px + 1), 1).astype(np.float32)
    mixed = behind + weight[..., None] * (drawn.astype(np.float32) - behind)
    return np.where(region[..., None], np.rint(mixed), behind).astype(np.uint8)
