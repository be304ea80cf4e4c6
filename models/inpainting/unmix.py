"""Pixels on the border of two surfaces: the share of the front one, and its colour without the other's."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inpainting.pull_push import pull_push

LEAST_STEP = 0.1
"""Colours less far apart than this, of 1, do not tell shares."""


class Unmixed(NamedTuple):
    """What `unmix` tells."""

    share: NDArray[np.float32]
    """[H, W] in 0..1: of the front surface; 1 and 0 away from the border."""
    front_rgb: NDArray[np.float32]
    """[H, W, 3]: the front surface's colour, as far as the border reaches."""


def unmix(rgb: NDArray[np.float32], front: NDArray[np.bool_], border_px: int) -> Unmixed:
    """Tell apart the colours of a front surface and of what lies behind it.

    Each one's colour on the border is what it is beside it; a pixel's share is where its colour lies on the
    line between the two. The mask stands where they are alike, or one is too thin to have its own colour.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        front: bool [H, W], right but for so many pixels.
        border_px: how far the border reaches on either side of the mask's outline.
    """
    square = np.ones((2 * border_px + 1, 2 * border_px + 1), np.uint8)
    mask = front.astype(np.uint8)
    inside = np.asarray(cv2.erode(mask, square) > 0)
    outside = np.asarray(cv2.dilate(mask, square) == 0)
    front_rgb, behind_rgb = pull_push(rgb, inside), pull_push(rgb, outside)
    step = front_rgb - behind_rgb
    length = (step**2).sum(-1)
    share = ((rgb - behind_rgb) * step).sum(-1) / np.maximum(length, LEAST_STEP**2)
    told = (length > LEAST_STEP**2) & ~inside & ~outside
    for own in (inside, outside):
        told &= cv2.dilate(own.astype(np.uint8), square, iterations=2) > 0
    return Unmixed(np.where(told, np.clip(share, 0, 1), mask).astype(np.float32), front_rgb)
