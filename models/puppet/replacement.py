"""A figure where the driver stood: its size, its ground and its way are those of who it replaces (A17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from data_contracts.rig import INDEX, Skeleton
from models.puppet.anchor import seen_height
from models.puppet.driver import BodyMotion
from models.puppet.facing import figure_height
from models.puppet.ground import feet_over_floor
from models.puppet.placement import Placement
from models.puppet.retarget import FigureMotion

Floats = NDArray[np.float64]

_FOLLOWED_S = 0.5
"""Standard deviation in seconds with which size and place follow the driver: the figure's own steps and feet
stay as they are, and what its way differs by is made up for without a slide that is seen."""
_BROADEST = 0.75
"""Most of the clip's width that a figure's joints at rest take up: a robot as tall as a person is as broad as
three."""
_SEEN = 0.5
"""Mean weight of both feet from which on the driver's ground is seen."""


def placed_on_driver(skeleton: Skeleton, motion: FigureMotion, body: BodyMotion, width_px: int) -> Placement:
    """Stand a figure where its driver stands in the clip.

    Whole figures of whole drivers get the driver's standing height and ground, or as much of the height as
    leaves room for a broad body; where the picture cuts one of them, the chests lie on each other and the
    torsos are of one length.

    Args:
        skeleton: the figure at rest, in pixels of its still.
        motion: the figure's, retargeted from the driver.
        body: the driver's joints in pixels of the clip, as many frames.
        width_px: of the clip.

    Returns:
        The placement; the depth is 1 throughout, as nothing is known of it.
    """
    feet = [INDEX["right_foot"], INDEX["left_foot"]]
    rest, joints, xyz = skeleton.joints_xy_px, motion.joints_xy_px, body.xyz
    whole = not skeleton.cropped and skeleton.legs and float(body.weight[:, feet].mean()) > _SEEN
    if whole:
        tall = figure_height(body)
        size = tall / seen_height(rest, float(rest[feet, 1].max()))
        size *= min(1.0, _BROADEST * width_px / max(float(np.median(size)) * float(np.ptp(rest[:, 0])), 1e-6))
        over_floor = feet_over_floor(xyz[:, feet, 1] / tall[:, None], body.fps)
        theirs = np.stack([xyz[:, INDEX["root"], 0], xyz[:, feet[0], 1] + over_floor[:, 0] * tall], axis=1)
        ours = np.stack([joints[:, INDEX["root"], 0], np.full(len(joints), motion.ground_y_px)], axis=1)
    else:
        chest, root = INDEX["chest"], INDEX["root"]
        size = np.full(len(xyz), _torso(xyz[..., :2]) / float(np.linalg.norm(rest[chest] - rest[root])))
        theirs, ours = xyz[:, chest, :2], joints[:, chest]
    scale = _followed(size, body.fps)
    offset = _followed(theirs - scale[:, None] * ours, body.fps)
    return Placement(scale, offset, np.ones(len(scale)), offset + scale[:, None] * ours)


def _torso(xy: Floats) -> float:
    """Length of the driver's torso in pixels: the longest seen, as leaning shortens it."""
    lengths = np.linalg.norm(xy[:, INDEX["chest"]] - xy[:, INDEX["root"]], axis=1)
    return max(float(np.percentile(lengths, 80)), 1e-6)


def _followed(values: Floats, fps: float) -> Floats:
    """Values [T] or [T, D] smoothed in time; a steady course stays as it is to both ends."""
    sigma = max(_FOLLOWED_S * fps, 0.5)
    around = min(round(3 * sigma), len(values) - 1)
    if around < 1:
        return values
    ends = [(around, around)] + [(0, 0)] * (values.ndim - 1)
    padded = np.pad(values, ends, mode="reflect", reflect_type="odd")
    return np.asarray(gaussian_filter1d(padded, sigma, axis=0, mode="nearest")[around:-around])
