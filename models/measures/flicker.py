"""Flicker of a drawn world: what changes from frame to frame although nothing moves but the camera."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

SAME_DEPTH = 0.03
"""Depths within this share belong to one surface; others hide each other, and may differ in colour."""


class DrawnFrame(NamedTuple):
    """A frame of a still world."""

    rgb: NDArray[np.uint8]
    """[H, W, 3]."""
    depth_m: NDArray[np.float32]
    """[H, W] along z; 0 where nothing was drawn."""
    world_from_camera: NDArray[np.float64]
    """[4, 4]."""
    intrinsics_px: NDArray[np.float64]
    """fx, fy, cx, cy."""


def flicker(frame: DrawnFrame, before: DrawnFrame) -> float | None:
    """Mean absolute difference, of 255, between a frame and the one before it carried along by its depth.

    Only surfaces that both show count, so that what comes into view or is hidden is no flicker. A still
    world drawn without fault gives what resampling costs: a few tenths to two levels, by its texture.

    Returns:
        None where the frames share no surface.

    Raises:
        InputError: pictures of other sizes.
    """
    if frame.rgb.shape != before.rgb.shape or frame.depth_m.shape != before.depth_m.shape:
        raise InputError("frames of one size", expected=before.rgb.shape, got=frame.rgb.shape)
    map_x, map_y, depth = _seen_by(before, frame)
    there = cv2.remap(before.depth_m, map_x, map_y, cv2.INTER_NEAREST, borderValue=0)
    shared = (frame.depth_m > 0) & (there > 0) & (np.abs(there / depth - 1) < SAME_DEPTH)
    if not shared.any():
        return None
    carried = cv2.remap(before.rgb, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return float(cv2.absdiff(frame.rgb, np.asarray(carried, np.uint8))[shared].mean(dtype=np.float64))


def _seen_by(
    before: DrawnFrame, frame: DrawnFrame
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Where a frame's points fall in the one before (OpenCV's pixels, [H, W] each), and how deep there."""
    height, width = frame.depth_m.shape
    fx, fy, cx, cy = frame.intrinsics_px
    y, x = np.mgrid[:height, :width] + 0.5
    rays = np.stack([(x - cx) / fx, (y - cy) / fy, np.ones_like(x)], axis=-1)
    pose = np.linalg.inv(before.world_from_camera) @ frame.world_from_camera
    points = rays * frame.depth_m[..., None] @ pose[:3, :3].T + pose[:3, 3]
    fx, fy, cx, cy = before.intrinsics_px
    depth = np.maximum(points[..., 2], 1e-6)
    map_x, map_y = points[..., 0] / depth * fx + cx - 0.5, points[..., 1] / depth * fy + cy - 0.5
    return map_x.astype(np.float32), map_y.astype(np.float32), depth.astype(np.float32)
