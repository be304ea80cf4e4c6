"""Where a figure stands in a scene, and how large and where it is seen as the camera moves.

The figure is a flat picture that always faces the camera. It stands on one point of the scene: its scale is
the focal length over its depth, and its foot is where that point is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import CameraPath
from data_contracts.errors import InputError
from data_contracts.rig import INDEX
from models.puppet.anchor import Anchor, PlacementConfig
from models.puppet.extents import reach
from models.puppet.retarget import FigureMotion

Floats = NDArray[np.float64]

_SLOWING_SHARE, _NEAREST_SHARE = 0.75, 0.55
"""From the first share of its first distance on, the figure gives way to a camera that comes nearer, and it
never is nearer than the second: a dolly through a scene would else end in its belt."""

_USUAL_REACH, _BROADEST_MARGIN = 75, 0.4
"""How far a figure's joints lie from its middle in three of four frames keeps it from the sides; up to a
share of the width on average, for those that fill the picture."""


@dataclass(frozen=True)
class Placement:
    """Per frame: canvas = ``scale`` * still + ``offset``.

    ``scale`` [T], ``offset`` [T, 2], ``depth_m`` [T] of the figure, ``foot_xy_px`` [T, 2] of its anchor.
    """

    scale: Floats
    offset: Floats
    depth_m: Floats
    foot_xy_px: Floats


def follow_camera(
    anchor: Anchor, path: CameraPath, frames: int, canvas: tuple[int, int], cropped: bool
) -> Placement:
    """`place_figure` for the first frames of a camera path, whose lens may be that of another picture size.

    Args:
        anchor: where the figure stands.
        path: of the background.
        frames: how many.
        canvas: width and height in pixels.
        cropped: the still cuts the figure.

    Raises:
        InputError: the path has no lens, or fewer frames.
    """
    if path.intrinsics_px is None or path.width_px is None or path.height_px is None:
        raise InputError("the background's camera has no lens", expected="intrinsics_px and size")
    if path.n_frames < frames:
        raise InputError(
            "the background's camera path is too short", expected=f"{frames} frames", got=path.n_frames
        )
    width, height = canvas
    lens = path.intrinsics_px[:frames] * np.array([width / path.width_px, height / path.height_px] * 2)
    return place_figure(anchor, path.world_from_camera[:frames], lens, width, height, cropped)


def place_figure(
    anchor: Anchor,
    world_from_camera: Floats,
    intrinsics_px: Floats,
    width_px: int,
    height_px: int,
    cropped: bool,
) -> Placement:
    """Follow the anchor through the camera's path.

    Args:
        anchor: where the figure stands.
        world_from_camera: [T, 4, 4].
        intrinsics_px: [T, 4] fx, fy, cx, cy for the canvas.
        width_px: of the canvas.
        height_px: of the canvas.
        cropped: the still cuts the figure: the cut never rises into the canvas.

    Raises:
        InputError: the path is empty or of a wrong shape.
    """
    t = len(world_from_camera)
    if t == 0 or world_from_camera.shape != (t, 4, 4) or intrinsics_px.shape != (t, 4):
        raise InputError(
            "the camera path has the wrong shape",
            expected="world_from_camera [T, 4, 4] and intrinsics_px [T, 4]",
            got=f"{world_from_camera.shape} and {intrinsics_px.shape}",
        )
    rotation, centre = world_from_camera[:, :3, :3], world_from_camera[:, :3, 3]
    seen = np.einsum("tji,tj->ti", rotation, anchor.world - centre)
    depth = _kept_at_distance(seen[:, 2], anchor.world[2])
    focal = intrinsics_px[:, :2].mean(1)
    foot = np.stack(
        [
            intrinsics_px[:, 0] * seen[:, 0] / depth + intrinsics_px[:, 2],
            intrinsics_px[:, 1] * seen[:, 1] / depth + intrinsics_px[:, 3],
        ],
        axis=1,
    )
    scale = anchor.scale * (focal / depth) / (anchor.focal_px / anchor.world[2])
    placement = Placement(scale, foot - scale[:, None] * anchor.still_xy, depth, foot)
    return cut_below(placement, anchor.still_xy[1], height_px) if cropped else placement


def cut_below(placement: Placement, cut_y_px: float, height_px: int) -> Placement:
    """Move a figure down wherever the line at which its still cuts it would be seen in mid-air.

    Args:
        placement: of the figure.
        cut_y_px: that line in the still, its lower border.
        height_px: of the canvas.
    """
    seen = placement.scale * cut_y_px + placement.offset[:, 1]
    down = np.stack([np.zeros_like(seen), np.maximum(height_px + 1.0 - seen, 0)], axis=1)
    return replace(placement, offset=placement.offset + down, foot_xy_px=placement.foot_xy_px + down)


def aside(placement: Placement, shift_px: float) -> Placement:
    """The same, moved to the right on the canvas."""
    by = np.array([shift_px, 0.0])
    return replace(placement, offset=placement.offset + by, foot_xy_px=placement.foot_xy_px + by)


def _kept_at_distance(depth: Floats, first: float) -> Floats:
    """Depth that approaches the nearest one smoothly instead of falling below it."""
    slowing, nearest = _SLOWING_SHARE * first, _NEAREST_SHARE * first
    room = slowing - nearest
    near = nearest + room * np.exp(np.minimum(depth - slowing, 0) / room)
    return np.where(depth < slowing, near, depth)


def kept_in_frame(
    motion: FigureMotion, placement: Placement, width_px: int, config: PlacementConfig, body: str = "human"
) -> FigureMotion:
    """Move a walk that would leave the canvas, and shorten one that is longer; camera moves do not count.

    A walk that is moved starts at another spot; one that is shortened has sliding feet, so that is done only
    as far as there is no room. What stays inside is the figure and not its middle: broad ones keep farther
    from the sides, and animals farther on the side of their heads.

    Args:
        motion: of the figure.
        placement: where it stands.
        width_px: of the canvas.
        config: the margin.
        body: what kind of body it is, as rigs say.
    """
    root = motion.joints_xy_px[:, INDEX["root"], 0]
    sides = placement.scale[0] * np.percentile(reach(motion.joints_xy_px, body), _USUAL_REACH, axis=0)
    sides *= min(1.0, 2 * _BROADEST_MARGIN * width_px / max(float(sides.sum()), 1e-6))
    margins = np.maximum(config.keep_in_frame * width_px, sides)
    start = placement.scale[0] * root[0] + placement.offset[0, 0]
    walked = root - root[0]
    left, right = (placement.scale[0] * float(end) for end in (walked.min(), walked.max()))
    # Where the figure stands may itself be farther out than the margin.
    first, last = min(margins[0], start), max(width_px - margins[1], start)
    share = min(1.0, (last - first) / max(right - left, 1e-6))
    moved = (np.clip(start, first - share * left, last - share * right) - start) / placement.scale[0]
    if share >= 1 and moved == 0:
        return motion
    back = np.stack([(1 - share) * walked - moved, np.zeros_like(walked)], axis=1)[:, None]
    seen = motion.keypoint_confidence[..., None] > 0
    return replace(
        motion,
        joints_xy_px=motion.joints_xy_px - back,
        keypoints_xy_px=np.where(seen, motion.keypoints_xy_px - back, 0.0),
    )


def on_canvas(points: Floats, placement: Placement) -> Floats:
    """Points [T, K, 2] of the still in pixels of the canvas."""
    return np.asarray(points * placement.scale[:, None, None] + placement.offset[:, None])
