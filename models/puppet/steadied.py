"""A driver as a camera at rest would have seen it: the job's camera moves the figure by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.puppet.driver import DriverMotion

Floats = NDArray[np.float64]

_HIPS, _SHOULDERS = [11, 12], [5, 6]
_NEAREST_SHARE = 0.5
"""The camera is not followed nearer than this share of the first distance, nor is the figure (placement)."""
_FARTHEST = 4.0
"""How far a body at rest is followed out of the picture, in focal lengths."""


@dataclass(frozen=True)
class Sway:
    """Where a body at rest on the driver's first spot is seen over time, and how large.

    ``first`` [2] pixels of the first frame; ``at`` [T, 2] pixels; ``size`` [T], 1 as in the first frame.
    """

    first: Floats
    at: Floats
    size: Floats

    def taken_off(self, xy: Floats) -> Floats:
        """Points [T, K, 2] of the clip as a camera at rest would have seen them."""
        return np.asarray(self.first + (xy - self.at[:, None]) / self.size[:, None, None])

    def put_back(self, scale: Floats, offset: Floats) -> tuple[Floats, Floats]:
        """A placement [T] and [T, 2] for the camera at rest as one for the clip."""
        return self.size * scale, self.at + self.size[:, None] * (offset - self.first)


def sway(driver: DriverMotion, world_from_camera: Floats, intrinsics_px: Floats, depth: float) -> Sway:
    """What a clip's camera does to a body at rest; the arguments are those of `steadied`."""
    frames = len(driver.xy)
    lens = intrinsics_px[:frames]
    path = np.linalg.inv(world_from_camera[0]) @ world_from_camera[:frames]
    first = _middle(driver)[0]
    spot = depth * np.append((first - lens[0, 2:]) / lens[0, :2], 1.0)
    seen = np.einsum("tji,tj->ti", path[:, :3, :3], spot - path[:, :3, 3])
    away = np.maximum(seen[:, 2], _NEAREST_SHARE * depth)
    at = np.clip(seen[:, :2] / away[:, None], -_FARTHEST, _FARTHEST) * lens[:, :2] + lens[:, 2:]
    return Sway(first, at, (lens[:, 0] / away) / (lens[0, 0] / depth))


def steadied(
    driver: DriverMotion, world_from_camera: Floats, intrinsics_px: Floats, depth: float
) -> DriverMotion:
    """Take the camera's motion out of a driver's keypoints.

    A camera that follows a walker keeps it in the middle of the picture, and one that pans past a standing
    person moves it through the picture. The job's camera does the same to the figure once more, so it comes
    off here: where a body at rest on the driver's first spot would be seen, and how large, is what is not
    the driver's doing. Its shape in each frame stays.

    Args:
        driver: seen by the camera; one with depth comes from a motion file and is returned as it is.
        world_from_camera: [T, 4, 4] of the clip, T at least the driver's.
        intrinsics_px: [T, 4] fx, fy, cx, cy in the pixels of the driver's keypoints.
        depth: of the driver's first spot from the first camera, in the path's unit. Turns and zooms come off
            exactly whatever it is.
    """
    if driver.depth is not None:
        return driver
    return replace(driver, xy=sway(driver, world_from_camera, intrinsics_px, depth).taken_off(driver.xy))


def _middle(driver: DriverMotion) -> Floats:
    """Middle of the hips, or of the shoulders where these are seen more surely [T, 2]."""
    pair = max((_HIPS, _SHOULDERS), key=lambda pair: float(driver.confidence[:, pair].min(axis=1).mean()))
    sure = driver.confidence[:, pair].min(axis=1) > 0
    middle = driver.xy[:, pair].mean(axis=1)
    if not sure.any():
        return np.tile(driver.xy.mean(axis=(0, 1)), (len(middle), 1))
    times = np.arange(len(middle))
    return np.stack([np.interp(times, times[sure], middle[sure, axis]) for axis in (0, 1)], axis=1)
