"""Where a figure stands in a scene: the point of the still, the point of the scene, and its size there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import EstimationError
from data_contracts.rig import INDEX, PARENTS, Skeleton
from models.puppet.extents import reach
from models.puppet.stature import seen_height, whole_height

Floats = NDArray[np.float64]

_HEIGHT_SHARE, _CUT_HEIGHT_SHARE = 0.62, 0.85
"""Height of a whole and of a cut figure over that of a scene which is not its own."""
_NEARER = 1.5
"""A cut figure beside a standing one is before it, and so larger: at most so much, and its head no higher
than the other's, as a camera at the height of their eyes sees them."""
_WIDTH_SHARE = 0.85
"""The same of the width, at most."""
_BEHIND_QUANTILE = 0.02
"""Of the depths behind the bones: a stray one may be wrong."""
_SIDE = 0.1
"""A figure that is moved aside stays this far from the picture's sides, as a share of its width."""
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


def anchor_figure(
    skeleton: Skeleton,
    depth_m: NDArray[np.float32],
    focal_px: float,
    own_scene: bool,
    config: PlacementConfig,
    shift: float = 0.0,
    beside: Skeleton | None = None,
) -> Anchor:
    """Find where the figure stands.

    Args:
        skeleton: the reference's joints at rest, in pixels of the still.
        depth_m: float32 [H, W] of the scene's picture (without the figure), 0 where unknown.
        focal_px: of the scene's picture.
        own_scene: the scene is the reference's own background, of the same framing as the still; or that of
            the figure ``beside``.
        config: overrides.
        shift: sideways from there, to the right, as a share of the scene's width.
        beside: another figure, whose scene it is: the figure stands where that one would, as tall as it.

    Raises:
        EstimationError: the scene has no depth around the foot point.
    """
    height, width = depth_m.shape
    home, scale = _home(beside or skeleton, (height, width), own_scene, config)
    if beside is not None:
        home, scale = _home_beside(skeleton, beside, home, scale, (height, width), config)
    home[0] = np.clip(home[0] + shift * width, *_seen_columns(home[0], width))
    z = _ground_depth(depth_m, home)
    if own_scene and beside is None:
        to_scene = np.array([width / skeleton.width_px, height / skeleton.height_px])
        z = min(z, _nearest_behind(depth_m, skeleton.joints_xy_px * to_scene, home[1]))
    world = np.array([(home[0] - width / 2) / focal_px * z, (home[1] - height / 2) / focal_px * z, z])
    return Anchor(_standing_point(skeleton), world, scale, focal_px)


def _standing_point(skeleton: Skeleton) -> Floats:
    """Below the middle of the figure, where the feet are, or where the still cuts the figure.

    A person's middle is its hips; that of others, such as a cat from its side, lies between its ends.
    """
    rest = skeleton.joints_xy_px
    feet = rest[[INDEX["right_foot"], INDEX["left_foot"]]]
    still_y = float(skeleton.height_px) if skeleton.cropped else float(feet[:, 1].max())
    left, right = reach(rest[None], skeleton.body)[0]
    return np.array([rest[INDEX["root"], 0] + 0.5 * (right - left), still_y])


def _home(
    skeleton: Skeleton, shape: tuple[int, int], own_scene: bool, config: PlacementConfig
) -> tuple[Floats, float]:
    """Where a figure's standing point lies in the scene's picture [2], and its scale there."""
    height, width = shape
    stands = not skeleton.cropped
    still_xy = _standing_point(skeleton)
    tall = seen_height(skeleton.joints_xy_px, still_xy[1])
    if own_scene:
        home = still_xy * np.array([width / skeleton.width_px, height / skeleton.height_px])
        scale = height / skeleton.height_px
    else:
        home = np.array([0.5 * width, (0.92 if stands else 1.0) * height])
        broad = float(reach(skeleton.joints_xy_px[None], skeleton.body).sum())
        # What is broader than it is tall, wings or a long cat, is kept within the picture.
        share = _HEIGHT_SHARE if stands else _CUT_HEIGHT_SHARE
        scale = min(share * height / tall, _WIDTH_SHARE * width / max(broad, 1.0))
    if config.foot_x is not None:
        home[0] = config.foot_x * width
    if config.foot_y is not None and stands:
        home[1] = config.foot_y * height
    if config.height_share is not None:
        scale = config.height_share * height / tall
    return home, scale


def _home_beside(
    skeleton: Skeleton,
    beside: Skeleton,
    home: Floats,
    scale: float,
    shape: tuple[int, int],
    config: PlacementConfig,
) -> tuple[Floats, float]:
    """On another's line and as tall; where only one of the two has feet, as in a scene of nobody's own."""
    tall, other = (seen_height(s.joints_xy_px, _standing_point(s)[1]) for s in (skeleton, beside))
    if skeleton.cropped == beside.cropped:
        return home, scale * other / tall
    own, own_scale = _home(skeleton, shape, False, config)
    if skeleton.cropped and config.height_share is None:
        level = (shape[0] - (home[1] - scale * other)) / tall
        own_scale = min(own_scale, level, _NEARER * scale * other / whole_height(skeleton))
    return np.array([home[0], own[1]]), own_scale


def _seen_columns(home_x: float, width: int) -> tuple[float, float]:
    """Columns that a shift does not leave: those of the picture, or the one where the figure is anyway."""
    return min(home_x, _SIDE * width), max(home_x, (1 - _SIDE) * width)


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
