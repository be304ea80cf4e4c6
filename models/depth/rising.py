"""Whether what differs from the ground rises from it, or lies on it: by its shape in perspective."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.depth.layout_planes import LayoutPlanes

ON_GROUND = 0.8
"""Of what is right below a thing, so much is ground."""
LEAST_DEPTH, SURE_DEPTH = 2.5, 4.5
"""A patch that lies on the ground would be so many times as deep as it is wide: rugs are not, and nothing but
paths is beyond the second."""
AS_FLAT = (0.75, 1.25)
"""Those narrow as the ground does, within these factors; bottles and lamps do otherwise."""
TALL, TALL_DEPTH = 0.8, 1.2
"""What is so tall in the picture, of its width, and does not narrow is no patch either: the ground shows its
own depths at half their length or less."""
MOST_LEAN = 0.35
"""The middle of what stands moves sideways by less, of its height: paths wind, and lines slant."""
SLIMMEST = 0.028
"""Mean width, of the picture's: a line is slimmer, even though its outline was blurred."""
ABOVE_END, TALL_BEYOND = 0.15, 0.5
"""Of what crosses the ground's end: what is beyond it, of what is before it; its height, of its width."""
BEFORE_END = 1.25
"""What is broader than tall and less than so much nearer than the ground's end is a part of what is there: a
skirting, a dais, a bank."""
CUT_WIDTH = 0.5
"""What the lower border cuts off is at the horizon still so wide: a path is not."""

Mask = NDArray[np.bool_]


class Thing(NamedTuple):
    """What may stand: masks bool [H, W]."""

    base: Mask
    """Before the ground."""
    whole: Mask
    """With what goes on beyond the ground."""
    reaches_end: bool
    """Whether it crosses the end of the ground."""


class _Shape(NamedTuple):
    """Of what is before the ground, in pixels."""

    foot: float
    top: float
    wide: float
    area: float
    narrows: float
    """Width of the upper third over that of the lower one."""
    lean: float
    """How far its middle moves sideways from the lower to the upper third, over its height."""

    @property
    def tall(self) -> float:
        return self.foot - self.top


def rises(
    thing: Thing, planes: LayoutPlanes, focal_px: float, end: NDArray[np.float64], ground: Mask
) -> bool:
    """Whether a thing stands on the ground.

    Args:
        thing: what differs from the ground.
        planes: for the horizon.
        focal_px: of the camera.
        end: row [W] where the ground ends.
        ground: bool [H, W], what is seen of it.
    """
    height, width = ground.shape
    if _share_on_ground(thing.base, ground) < ON_GROUND:
        return False
    shape, horizon = _shape_of(thing.base), planes.vanishing_xy_px[1]
    is_cut = bool(thing.base[height - 2 :].any())
    if thing.reaches_end:
        return _rises_beyond(thing, shape, horizon, focal_px, end, is_cut)
    if is_cut or shape.area < SLIMMEST * width * shape.tall or shape.lean > MOST_LEAN:
        return False
    depth = _depth_if_flat(shape, horizon, focal_px, height)
    third = shape.tall / 6
    narrows_if_flat = (shape.top + third - horizon) / (shape.foot - third - horizon)
    keeps_wide = shape.narrows >= 0.5 * (1 + max(narrows_if_flat, 0))
    if depth > SURE_DEPTH:
        return not AS_FLAT[0] < shape.narrows / max(narrows_if_flat, 0.02) < AS_FLAT[1]
    return keeps_wide and (depth > LEAST_DEPTH or (depth > TALL_DEPTH and shape.tall > TALL * shape.wide))


def _rises_beyond(
    thing: Thing, shape: _Shape, horizon: float, focal_px: float, end: NDArray[np.float64], is_cut: bool
) -> bool:
    height = len(thing.base)
    ys, xs = np.nonzero(thing.whole)
    top = float(np.percentile(ys, 1)) + 0.5
    tall = (shape.foot - top) / (np.ptp(np.percentile(xs, [1, 99])) + 1)
    end_px = float(np.median(end[thing.base.any(0)]))
    nearer = (shape.foot - horizon) / max(end_px - horizon, 0.02 * height)
    if tall < TALL_BEYOND or (nearer < BEFORE_END and tall < 1):
        return False
    beyond = thing.whole & (np.arange(height)[:, None] < end - 1)
    if beyond.sum() < ABOVE_END * shape.area:
        # It may end where the ground does; but so do patches of the ground, which are flat.
        return bool(tall > 1 and _depth_if_flat(shape, horizon, focal_px, height) > SURE_DEPTH)
    if not is_cut:
        return True
    at_horizon = thing.whole[int(np.clip(horizon - 0.02 * height, 0, height - 1))]
    return bool(top < horizon - 0.02 * height and at_horizon.sum() > CUT_WIDTH * shape.wide)


def _depth_if_flat(shape: _Shape, horizon: float, focal_px: float, height: int) -> float:
    """How many times as deep as wide a patch of the ground is that looks like this.

    With the camera's height as unit, row y shows the ground at the depth f / (y - horizon).
    """
    near, far = (focal_px / max(row - horizon, 0.02 * height) for row in (shape.foot, shape.top))
    return (far - near) / (shape.wide * near / focal_px)


def _share_on_ground(base: Mask, ground: Mask) -> float:
    """Share of ground below a thing, where the lower border does not cut it off."""
    height = len(base)
    columns = np.flatnonzero(base.any(0))
    lowest = height - 1 - base[::-1, columns].argmax(0)
    seen = lowest < height - 9
    if seen.sum() <= 0.15 * len(columns):
        return float((lowest >= height - 2).any())
    return float(np.mean([ground[lowest[seen] + rows, columns[seen]].mean() for rows in (4, 8)]))


def _shape_of(base: Mask) -> _Shape:
    ys, xs = np.nonzero(base)
    # Poles and tips are no part of what a patch is compared with.
    foot, top = (float(row) + 0.5 for row in np.percentile(ys, [99, 6]))
    first, last = np.full(len(base), base.shape[1]), np.full(len(base), -1)
    np.minimum.at(first, ys, xs)
    np.maximum.at(last, ys, xs)
    rows = np.arange(int(top), int(foot) + 1)
    counts = base[rows].sum(1)
    third = max(1, len(rows) // 3)
    shown = rows[last[rows] >= 0]
    middle, part = (first[shown] + last[shown]) / 2, max(1, len(shown) // 3)
    return _Shape(
        foot=foot,
        top=top,
        wide=_least_width(xs, base.shape[1]),
        area=float(len(ys)),
        narrows=float(counts[:third].mean() / max(counts[-third:].mean(), 1)),
        lean=float(abs(middle[:part].mean() - middle[-part:].mean())) / max(len(shown), 1),
    )


def _least_width(xs: NDArray[np.intp], width: int) -> float:
    """How wide a thing with pixels in the columns xs is; twice that where a side of the picture cuts it."""
    wide = float(np.ptp(np.percentile(xs, [1, 99]))) + 1
    return 2 * wide if xs.min() <= 1 or xs.max() >= width - 2 else wide
