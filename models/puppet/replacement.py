"""A figure where the driver stood: its size, its ground and its way are those of who it replaces (A17)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from data_contracts.rig import INDEX, Skeleton
from models.puppet.driver import BodyMotion
from models.puppet.facing import figure_height
from models.puppet.ground import FEET, floor_under, lowest_end, upside_down
from models.puppet.placement import Placement
from models.puppet.retarget import FigureMotion
from models.puppet.stature import head_top, seen_height, whole_height

Floats = NDArray[np.float64]
_Fit = tuple[Floats, Floats, Floats]
"""Size [T] of the figure in the clip, and the points [T, 2] of the driver and of the figure that meet."""

_FOLLOWED_S = 0.5
"""Standard deviation in seconds with which size and place follow the driver: the figure's own steps and feet
stay as they are, and what its way differs by is made up for without a slide that is seen."""
_BROADEST = 0.75
"""Most of the clip's width that a figure's joints at rest take up: a robot as tall as a person is as broad as
three."""
_OVER_HAIR = 0.03
"""Room above a large head, by the clip's height: hair stands over what the joints say."""
_SEEN = 0.5
"""Mean weight of both feet from which on the driver's ground is seen."""


def placed_on_driver(
    skeleton: Skeleton, motion: FigureMotion, body: BodyMotion, canvas: tuple[int, int]
) -> Placement:
    """Stand a figure where its driver stands in the clip.

    Whole figures of whole drivers get the driver's standing height and ground, or as much of the height as
    leaves room for a broad body. Where the picture cuts one of them, the chests lie on each other and the
    torsos are of one length, or as long as leaves room for a large head; where the figure's joints are not
    known, the tops of the heads lie on each other, and it is as tall as the driver.

    Args:
        skeleton: the figure at rest, in pixels of its still.
        motion: the figure's, retargeted from the driver.
        body: the driver's joints in pixels of the clip, as many frames.
        canvas: width and height of the clip in pixels.

    Returns:
        The placement; the depth is 1 throughout, as nothing is known of it.
    """
    stands = not skeleton.cropped and (skeleton.legs or not skeleton.limbs)
    if stands and _stands(body):
        size, theirs, ours = _on_its_feet(skeleton, motion, body, canvas[0])
    elif skeleton.limbs:
        size, theirs, ours = _by_the_chest(skeleton, motion, body, canvas[1])
    else:
        size, theirs, ours = _by_the_head(skeleton, motion, body, canvas[1])
    scale = _followed(size, body.fps)
    offset = _followed(theirs - scale[:, None] * ours, body.fps)
    return Placement(scale, offset, np.ones(len(scale)), offset + scale[:, None] * ours)


def _stands(body: BodyMotion) -> bool:
    return float(body.weight[:, FEET].mean()) > _SEEN


def _on_its_feet(skeleton: Skeleton, motion: FigureMotion, body: BodyMotion, width_px: int) -> _Fit:
    rest, xyz = skeleton.joints_xy_px, body.xyz
    tall = figure_height(body)
    size = tall / seen_height(rest, float(rest[FEET, 1].max()))
    size *= min(1.0, _BROADEST * width_px / max(float(np.median(size)) * float(np.ptp(rest[:, 0])), 1e-6))
    floor = floor_under(lowest_end(xyz, body.weight, upside_down(xyz)) / tall, body.fps) * tall
    theirs = np.stack([xyz[:, INDEX["root"], 0], floor], axis=1)
    root = motion.joints_xy_px[:, INDEX["root"], 0]
    return size, theirs, np.stack([root, np.full(len(root), motion.ground_y_px)], axis=1)


def _by_the_chest(skeleton: Skeleton, motion: FigureMotion, body: BodyMotion, height_px: int) -> _Fit:
    rest, chest = skeleton.joints_xy_px, INDEX["chest"]
    theirs = body.xyz[:, chest, :2]
    size = _torso(body.xyz[..., :2]) / float(np.linalg.norm(rest[chest] - rest[INDEX["root"]]))
    if float(np.median(head_top(body.xyz[..., :2]))) > 0:
        over_chest = max(float(rest[chest, 1] - head_top(rest)), 1e-6)
        room = float(np.median(theirs[:, 1])) - _OVER_HAIR * height_px
        size = min(size, max(room, 1.0) / over_chest)
    return np.full(len(theirs), size), theirs, motion.joints_xy_px[:, chest]


def _by_the_head(skeleton: Skeleton, motion: FigureMotion, body: BodyMotion, height_px: int) -> _Fit:
    rest = skeleton.joints_xy_px
    top = head_top(body.xyz[..., :2])
    if skeleton.cropped and not _stands(body):
        room = max(height_px - float(np.median(top)), 1.0)
        size = np.full(len(top), room / seen_height(rest, skeleton.height_px))
    else:
        lowest = float(rest[FEET, 1].max())
        own = whole_height(skeleton) if skeleton.cropped else seen_height(rest, lowest)
        size = figure_height(body) / own
    joints = motion.joints_xy_px
    theirs = np.stack([body.xyz[:, INDEX["chest"], 0], top], axis=1)
    return size, theirs, np.stack([joints[:, INDEX["root"], 0], head_top(joints)], axis=1)


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
