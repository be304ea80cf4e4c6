"""Depth that a person measured or painted."""

import numpy as np
from numpy.typing import NDArray

from models.depth.depth_estimate import DepthEstimate, focal_of_size
from models.depth.foreground import STANDS_OUT, stands_before
from models.depth.lens import find_lens
from models.depth.vanishing_point import line_segments
from models.inpainting.pull_push import pull_push


def given_estimate(rgb: NDArray[np.uint8], depth_m: NDArray[np.float32], metric: bool) -> DepthEstimate:
    """The estimate of a background uint8 [H, W, 3] whose depth, [H, W], is known where it is over 0.

    Holes are filled smoothly in disparity; the lens is what the picture's lines tell, or the usual one.
    """
    height, width = depth_m.shape
    known = depth_m > 0
    disparity = np.where(known, 1 / np.where(known, depth_m, 1), 0).astype(np.float32)
    if not known.all():
        disparity = np.maximum(pull_push(disparity, known), disparity[known].min())
    grey = np.ascontiguousarray((rgb / 255).astype(np.float32).mean(2))
    lens = find_lens(line_segments(grey), height, width)
    return DepthEstimate(
        depth_m=(1 / disparity).astype(np.float32),
        focal_px=lens.focal_px if lens and lens.is_told else focal_of_size(height, width),
        kind="unknown",
        confidence=1.0,
        sky=np.zeros((height, width), np.bool_),
        upright=stands_before(disparity, STANDS_OUT),
        metric=metric,
    )
