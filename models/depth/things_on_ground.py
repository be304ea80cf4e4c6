"""Things that a ground of few colours shows in others, and which of them stand on it.

Precision first: a rug that is taken for a thing looks worse than a thing that is taken for a rug.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.depth.beyond_ground import WIDER, reach_beyond
from models.depth.ground_colours import find_ground_colours, lab_of, unlike_ground
from models.depth.layout_planes import LayoutPlanes
from models.depth.rising import Thing, rises

LEAST_EXPLAINED = 0.4
"""Share of the expected ground that is of its colours: less is a ground of too many to tell things from."""
LEAST_ZONE = 0.05
"""Share of the picture where ground is expected: less shows nothing of it."""
SURELY_LOW = 0.5
"""Indoors, what lies below so much of the way from the horizon to the lower border is ground, whatever the
room's box says."""
BELOW_HORIZON = 0.02
"""Share of the height under the horizon that is no ground yet: nothing on it could be told."""
LEAST_AREA, WIDEST = 0.002, 0.42
"""Of a thing, as shares of the picture and of its width."""
SLIMMEST = 0.04
"""What is wide, or cut by the lower border, is taken apart where it is slimmer than this share of the width:
lines and rims of paths connect things."""
MOST_ATTACHED = 0.2
"""Share of a piece's surroundings that may be what it was taken from."""
MOST_OPEN = 0.3
"""Of the rows of what goes on beyond the ground, so many may reach as far to both sides as was looked."""
AROUND = 0.2
"""The ground ends where it does in the columns so far to both sides: things hide it in their own."""
SHOWN_AT_END = 0.15
"""Share of a thing's columns that go up to the ground's end, from which on it goes on beyond."""

Mask = NDArray[np.bool_]


class ThingsOnGround(NamedTuple):
    """What is seen of a ground, and what stands on it: masks bool [H, W]."""

    ground: Mask
    things: list[Mask]


def find_things(rgb: NDArray[np.float32], planes: LayoutPlanes, sky: Mask, focal_px: float) -> ThingsOnGround:
    """Things that stand on a ground whose colours can be told; none where they cannot.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        planes: the layout, for its horizon and where ground is expected.
        sky: bool [H, W].
        focal_px: of the camera.
    """
    nothing = ThingsOnGround(np.zeros(sky.shape, np.bool_), [])
    expected = _expected_ground(planes, sky)
    if expected.mean() < LEAST_ZONE:
        return nothing
    lab = lab_of(rgb, max(sky.shape) / 256)  # grass and sand are one colour from afar
    colours, explained = find_ground_colours(lab, expected)
    if not colours or explained < LEAST_EXPLAINED:
        return nothing
    height = len(sky)
    below = ~sky & (np.arange(height)[:, None] > planes.vanishing_xy_px[1] + BELOW_HORIZON * height)
    unlike = unlike_ground(rgb, lab, colours)
    ground = _connected_ground(~unlike & below, expected)
    end = ground_end(ground)
    zone = np.asarray(below & (np.arange(height)[:, None] >= end))
    things = [
        Thing(mask, mask, _touches(mask, end)) for mask in _pieces(unlike & zone) if _may_be_a_thing(mask)
    ]
    alone = [thing for thing in things if not thing.reaches_end]
    stand = [thing for thing in alone if rises(thing, planes, focal_px, end, ground)]
    crossing = [thing for thing in things if thing.reaches_end]
    for _ in range(2):  # again without those that do not stand: they are background
        whole = reach_beyond(rgb, [thing.base for thing in crossing], zone, sky) & ~zone & ~sky
        crossing = [thing._replace(whole=_with_its_rest(thing.base, whole)) for thing in crossing]
        crossing = [
            thing for thing in crossing if has_sides(thing) and rises(thing, planes, focal_px, end, ground)
        ]
    return ThingsOnGround(ground, [thing.whole for thing in stand + crossing])


def _expected_ground(planes: LayoutPlanes, sky: Mask) -> Mask:
    height = len(sky)
    y, horizon = np.arange(height)[:, None] + 0.5, planes.vanishing_xy_px[1]
    ground = np.asarray((y > horizon + BELOW_HORIZON * height) & ~sky)
    if planes.kind == "outdoor":
        return ground
    floor = planes.floor_disparity(y) >= planes.disparity_map() - 1e-9
    return np.asarray(ground & (floor | (y > horizon + SURELY_LOW * (height - horizon))))


def _connected_ground(like: Mask, expected: Mask) -> Mask:
    """Regions of at least 1 % that reach the expected ground."""
    opened = cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    reached = np.bincount(labels[expected], minlength=count) > 0
    large = stats[:, cv2.CC_STAT_AREA] > 0.01 * like.size
    return np.asarray((reached & large & (np.arange(count) > 0))[labels])


def ground_end(ground: Mask) -> NDArray[np.float64]:
    """Row [W] above which no ground is seen, from a mask bool [H, W]; the height where there is none."""
    height, width = ground.shape
    highest = np.where(ground.any(0), ground.argmax(0), height).astype(np.float64)
    reach = min(max(2, int(AROUND * width)), width - 1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(highest, reach, mode="reflect"), 2 * reach + 1)
    return np.asarray(np.minimum(highest, np.percentile(around, 25, axis=1)))


def _pieces(contrast: Mask) -> list[Mask]:
    """Connected pieces; what is wide or cut by the lower border is taken apart at slim places."""
    height, width = contrast.shape
    side = max(3, round(5 * max(height, width) / 512) | 1)
    pieces = cv2.morphologyEx(contrast.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    pieces = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pieces)
    lowest = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    mixed = (stats[:, cv2.CC_STAT_WIDTH] > WIDEST * width) | (lowest >= height - 1)
    mixed[0] = False
    if mixed.any():
        slim = max(3, int(SLIMMEST * width))
        disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (slim, slim))
        several = mixed[labels].astype(np.uint8)
        cores = cv2.morphologyEx(several, cv2.MORPH_OPEN, disk)
        cores = cv2.dilate(cores, np.ones((3, 3), np.uint8)) & several
        count, labels = cv2.connectedComponents(np.where(several > 0, cores, pieces))
        rest = (several > 0) & (cores == 0)
        return [piece for piece in _masks(labels, count) if _hangs_loosely(piece, rest)]
    return _masks(labels, count)


def _masks(labels: NDArray[np.int32], count: int) -> list[Mask]:
    return [np.asarray(labels == label) for label in range(1, count)]


def _hangs_loosely(piece: Mask, rest: Mask) -> bool:
    """Whether little of what is round a piece is what it was taken from: windows of a car are no things."""
    around = cv2.dilate(piece.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    around &= ~piece
    return bool((around & rest).sum() <= MOST_ATTACHED * around.sum())


def _may_be_a_thing(mask: Mask) -> bool:
    columns = np.flatnonzero(mask.any(0))
    wide = int(columns[-1] - columns[0]) + 1
    return bool(mask.sum() >= LEAST_AREA * mask.size and wide <= WIDEST * mask.shape[1])


def _touches(mask: Mask, end: NDArray[np.float64]) -> bool:
    """Whether enough of a thing's columns go up to where the ground ends."""
    columns = mask.any(0)
    at_end = columns & (mask.argmax(0) <= np.ceil(end) + 0.015 * len(mask) + 2)
    return bool(at_end.sum() > max(3, SHOWN_AT_END * columns.sum()))


def _with_its_rest(base: Mask, beyond: Mask) -> Mask:
    """A thing with what is connected with it beyond the ground, not much wider than itself."""
    own = np.zeros_like(base)
    own[:, _columns_of(base)] = True
    count, labels = cv2.connectedComponents(((beyond & own) | base).astype(np.uint8))
    kept = np.bincount(labels[base], minlength=count) > 0
    kept[0] = False
    return np.asarray(kept[labels])


def _columns_of(base: Mask) -> slice:
    """Columns that a thing may take beyond the ground."""
    columns = np.flatnonzero(base.any(0))
    wide = columns[-1] - columns[0] + 1
    return slice(max(0, int(columns[0] - WIDER * wide)), int(columns[0] + (1 + WIDER) * wide) + 1)


def has_sides(thing: Thing) -> bool:
    """Whether what is found beyond the ground ends by itself at a side: a wall of like colours does not."""
    beyond = (thing.whole & ~thing.base)[:, _columns_of(thing.base)]
    open_ended = beyond[:, :2].any(1) & beyond[:, -2:].any(1)
    return bool(open_ended.sum() <= MOST_OPEN * max(beyond.any(1).sum(), 1))
