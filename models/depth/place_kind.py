"""Whether a picture shows a place under the sky or within walls."""

import numpy as np
from numpy.typing import NDArray

from models.depth.lens import Directions
from models.depth.sky_and_ground import Sky
from models.depth.vanishing_point import segment_lengths, segment_slopes_deg

LEAST_SKY, LARGE_SKY = 0.05, 0.3
"""Shares of the picture: less is no sky, and more is one whatever stands beside it."""
SKY_BETWEEN_WALLS = (0.6, 0.95)
"""Where lines at right angles tell walls, a smaller sky shows in so many columns, as houses stand before
it at the sides: a pale ceiling shows in all of them, windows and bluish walls in fewer."""
LEAST_BLUE = 0.5
"""Share of what looks like sky that is bluish: ceilings are warm or grey."""
MOST_LOW_SKY = 0.08
"""A pale wall goes down to where floors are; skies, and water that mirrors them, leave ground there."""
MOST_SUNKEN_SKY = 0.1
"""Of what looks like sky, below a horizon that lines at right angles tell: a blue wall goes on there."""
LEAST_GRASS = 0.5
"""Share of the picture's lower half."""

UPRIGHT_DEG, LEVEL_DEG = 80, 8
"""Slopes of segments from which on, and up to which, they count as such."""
LEAST_WILD_LINES = 1.5
"""Length of segments, in height and width together: a plain backdrop has fewer."""
MOST_WILD_UPRIGHTS = 0.55
"""Of them upright: walls, doors and furniture show 0.64 and more at 256 px, meadows and beaches 0.3."""
MOST_WILD_COURSES = 0.85
"""Of them level, in the picture's upper quarter: courses of bricks are there without any upright."""


def is_outdoor(
    sky: Sky, grass: NDArray[np.bool_], lines: NDArray[np.float64], told: Directions | None
) -> bool:
    """Whether the place is outdoors.

    Args:
        sky: what looks like it.
        grass: bool [H, W].
        lines: segments [N, 4].
        told: where lines meet, if they run at right angles.
    """
    if float(grass[len(grass) // 2 :].mean()) > LEAST_GRASS or is_wild(lines, *grass.shape):
        return True
    if sky.share <= LEAST_SKY or sky.blue_share <= LEAST_BLUE or sky.low_share >= MOST_LOW_SKY:
        return False
    if told is None:
        return True
    fewest, most = SKY_BETWEEN_WALLS
    if sky.share <= LARGE_SKY and not fewest < float(sky.mask.any(axis=0).mean()) < most:
        return False
    below = sky.mask[max(0, round(told.vanishing_xy_px[1])) :]
    return float(below.sum()) < MOST_SUNKEN_SKY * float(sky.mask.sum())


def is_wild(lines: NDArray[np.float64], height_px: int, width_px: int) -> bool:
    """Whether segments [N, 4] are those of a place that nobody built: many, and next to none upright."""
    lengths, slopes = segment_lengths(lines) / (height_px + width_px), segment_slopes_deg(lines)
    high = lines[:, [1, 3]].mean(axis=1) < 0.25 * height_px
    return bool(
        lengths.sum() > LEAST_WILD_LINES
        and lengths[slopes > UPRIGHT_DEG].sum() < MOST_WILD_UPRIGHTS
        and lengths[high & (slopes < LEVEL_DEG)].sum() < MOST_WILD_COURSES
    )
