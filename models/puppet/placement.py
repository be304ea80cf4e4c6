"""Where a figure stands in a scene, and how large and where it is seen as the camera moves.

The figure is a flat picture that always faces the camera. It stands on one point of the scene: its scale is
the focal length over its depth, and its foot is where that point is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import EstimationError, InputError
from data_contracts.rig import INDEX, PARENTS, Skeleton
from models.puppet.retarget import FigureMotion

Floats = NDArray[np.float64]

_SLOWING_SHARE, _NEAREST_SHARE = 0.75, 0.55
"""From the first share of its first distance on, the figure gives way to a camera that comes nearer, and it
never is nearer than the second: a dolly through a scene would else end in its belt."""
_HEIGHT_SHARE, _CUT_HEIGHT_SHARE = 0.62, 0.85
"""Height of a whole and of a cut figure over that of a scene which is not its own."""
_BEHIND_QUANTILE = 0.02
"""Of the depths behind the bones: a stray one may be wrong."""
_BAND = 0.02
"""Half-size of the window in which the ground's depth is read, as a share of the picture."""


class PlacementConfig(BaseModel):
    """Where the figure stands. Shares are of the scene picture's width and height."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    foot_x: float | None = Field(None, ge=0, le=1)
    """None: where the character stood in the reference; in a scene of its own the middle."""
    foot_y: float | None = Field(None, ge=0, le=1)
    """None: where it stood in the reference; in another scene 0.92."""
    height_share: float | None = Field(None, gt=0, le=2)
    """The figure's height over the picture's. None: as in the reference; in another scene 0.62."""
    keep_in_frame: float = Field(0.12, ge=0, lt=0.5)
    """Margin that the figure's root keeps from the sides; walks that would leave are shortened."""


@dataclass(frozen=True)
class Anchor:
    """The point of the still on which the figure stands, and the point of the scene where it is put.

    ``still_xy`` in pixels of the still, ``world`` [3] in scene units with the scene picture's camera at the
    origin, ``scale`` scene-picture pixels a still pixel, ``focal_px`` of that camera.
    """

    still_xy: Floats
    world: Floats
    scale: float
    focal_px: float


@dataclass(frozen=True)
class Placement:
    """Per frame: canvas = ``scale`` * still + ``offset``.

    ``scale`` [T], ``offset`` [T, 2], ``depth_m`` [T] of the figure, ``foot_xy_px`` [T, 2] of its anchor.
    """

    scale: Floats
    offset: Floats
    depth_m: Floats
    foot_xy_px: Floats


def anchor_figure(
    skeleton: Skeleton,
    depth_m: NDArray[np.float32],
    focal_px: float,
    own_scene: bool,
    config: PlacementConfig,
) -> Anchor:
    """Find where the figure stands.

    Args:
        skeleton: the reference's joints at rest, in pixels of the still.
        depth_m: float32 [H, W] of the scene's picture (without the figure), 0 where unknown.
        focal_px: of the scene's picture.
        own_scene: the scene is the reference's own background, of the same framing as the still.
        config: overrides.

    Raises:
        EstimationError: the scene has no depth around the foot point.
    """
    height, width = depth_m.shape
    rest = skeleton.joints_xy_px
    feet = rest[[INDEX["right_foot"], INDEX["left_foot"]]]
    stands = not skeleton.cropped
    still_y = float(feet[:, 1].max()) if stands else float(skeleton.height_px)
    still_xy = np.array([rest[INDEX["root"], 0], still_y])
    tall = seen_height(rest, still_y)
    to_scene = np.array([width / skeleton.width_px, height / skeleton.height_px])
    if own_scene:
        home, scale = still_xy * to_scene, float(to_scene[1])
    else:
        home = np.array([0.5 * width, (0.92 if stands else 1.0) * height])
        scale = (_HEIGHT_SHARE if stands else _CUT_HEIGHT_SHARE) * height / tall
    if config.foot_x is not None:
        home[0] = config.foot_x * width
    if config.foot_y is not None and stands:
        home[1] = config.foot_y * height
    if config.height_share is not None:
        scale = config.height_share * height / tall
    z = _ground_depth(depth_m, home)
    if own_scene:
        z = min(z, _nearest_behind(depth_m, rest * to_scene, home[1]))
    world = np.array([(home[0] - width / 2) / focal_px * z, (home[1] - height / 2) / focal_px * z, z])
    return Anchor(still_xy, world, scale, focal_px)


def seen_height(rest: Floats, bottom_y: float) -> float:
    """From the top of the head to the feet, or to the picture's border, in pixels of the still."""
    head, neck = rest[INDEX["head"]], rest[INDEX["neck"]]
    top = min(float(head[1]), float(neck[1])) - 0.8 * float(np.linalg.norm(head - neck))
    return max(bottom_y - top, 1.0)


def _nearest_behind(depth_m: NDArray[np.float32], joints: Floats, bottom_y: float) -> float:
    """Depth of what is nearest behind the figure's bones: its own still shows them, so nothing is before."""
    height, width = depth_m.shape
    children = [INDEX[name] for name, parent in PARENTS.items() if parent is not None]
    parents = [INDEX[parent] for parent in PARENTS.values() if parent is not None]
    share = np.linspace(0, 1, 5)[:, None, None]
    points = (share * joints[children] + (1 - share) * joints[parents]).reshape(-1, 2)
    x, y = np.floor(points).astype(int).T
    seen = (x >= 0) & (x < width) & (y >= 0) & (y < min(height, bottom_y))
    known = depth_m[y[seen], x[seen]]
    known = known[known > 0]
    return float(np.quantile(known, _BEHIND_QUANTILE)) if len(known) else np.inf


def _ground_depth(depth_m: NDArray[np.float32], xy: Floats) -> float:
    height, width = depth_m.shape
    for grow in (1, 3, 9):
        rx, ry = max(2, round(_BAND * width * grow)), max(2, round(_BAND * height * grow))
        x = int(np.clip(xy[0], 0, width - 1))
        y = int(np.clip(xy[1], 0, height - 1))
        window = depth_m[max(0, y - ry) : y + ry, max(0, x - rx) : x + rx]
        known = window[window > 0]
        if len(known):
            return float(np.median(known))
    raise EstimationError(
        "the scene's depth is unknown where the figure should stand",
        expected="depth over 0 around the foot point",
        got=f"none around x {xy[0]:.0f}, y {xy[1]:.0f} px",
        hint="Choose another foot point (foot_x, foot_y)",
    )


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


def _kept_at_distance(depth: Floats, first: float) -> Floats:
    """Depth that approaches the nearest one smoothly instead of falling below it."""
    slowing, nearest = _SLOWING_SHARE * first, _NEAREST_SHARE * first
    room = slowing - nearest
    near = nearest + room * np.exp(np.minimum(depth - slowing, 0) / room)
    return np.where(depth < slowing, near, depth)


def kept_in_frame(
    motion: FigureMotion, placement: Placement, width_px: int, config: PlacementConfig
) -> FigureMotion:
    """Shorten a walk that would leave the canvas, all steps by the same share. Camera moves do not count."""
    walked = motion.joints_xy_px[:, INDEX["root"], 0] - motion.joints_xy_px[0, INDEX["root"], 0]
    start = placement.scale[0] * motion.joints_xy_px[0, INDEX["root"], 0] + placement.offset[0, 0]
    room_right = max((1 - config.keep_in_frame) * width_px - start, 0.02 * width_px)
    room_left = max(start - config.keep_in_frame * width_px, 0.02 * width_px)
    on_canvas = placement.scale[0] * walked
    share = min(
        1.0,
        room_right / max(float(on_canvas.max()), 1e-6),
        room_left / max(float(-on_canvas.min()), 1e-6),
    )
    if share >= 1:
        return motion
    back = np.stack([(1 - share) * walked, np.zeros_like(walked)], axis=1)[:, None]
    seen = motion.keypoint_confidence[..., None] > 0
    return FigureMotion(
        motion.joints_xy_px - back,
        motion.depth,
        motion.contacts,
        motion.weight,
        np.where(seen, motion.keypoints_xy_px - back, 0.0),
        motion.keypoint_confidence,
        motion.ground_y_px,
        motion.height_px,
        motion.fps,
    )


def on_canvas(points: Floats, placement: Placement) -> Floats:
    """Points [T, K, 2] of the still in pixels of the canvas."""
    return np.asarray(points * placement.scale[:, None, None] + placement.offset[:, None])
