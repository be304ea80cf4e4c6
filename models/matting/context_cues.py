"""What a first guess of the figure says of each superpixel: auto-context (Tu 2008).

What was found out about the whole picture informs each part of it again: the figure's colours here and
everywhere, its place, what it encloses, and its other side, for figures are alike left and right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from models.matting.region_relations import Relations

Floats = NDArray[np.float64]

SAME_COLOUR, MIRRORED_COLOUR = 9.0, 12.0
"""Spread of what counts as one colour, weighted CIELAB units; light falls from one side, so wider there."""
NEARBY, MIRRORED = 0.12, 0.04
"""Spread in space, shares of the picture, of what is near, and of what mirrors a region."""
DOUBTED_PATH, DOUBTED_OUTLINE = 60.0, 4.0
"""Length that a path costs if it starts at what is surely not the figure, or surely not background."""


def context_cues(relations: Relations, odds: Floats) -> Floats:
    """Cues ``[N, D]`` from a guess of the figure's share ``odds`` ``[N]``; what each is stands beside it."""
    regions = relations.regions
    figure, ground = odds * regions.area, (1 - odds) * regions.area
    same = np.exp(-(relations.colour**2) / (2 * SAME_COLOUR**2))
    near = same * np.exp(-(relations.space**2) / (2 * NEARBY**2))
    ratio = np.log((same @ figure / figure.sum() + 1e-3) / (same @ ground / ground.sum() + 1e-3))
    ratio = np.clip(ratio, -5, 5) / 3
    nearby = np.clip(np.log((near @ figure + 2e-4) / (near @ ground + 2e-4)), -4, 4) / 3
    centre = figure @ regions.xy / figure.sum()
    width = np.sqrt(figure @ (regions.xy - centre) ** 2 / figure.sum()) + 0.03
    away = (((regions.xy - centre) / width) ** 2).clip(0, 9)
    mirror, likeness = _mirrored(relations, odds, float(centre[0]))
    sides, above, below = _enclosed(relations, odds)
    return np.stack(
        [
            odds,
            ratio,
            relations.ties @ odds,
            away[:, 0] / 4,
            away[:, 1] / 4,
            nearby,
            _nearer_the_figure(relations.paths, odds, DOUBTED_PATH).clip(-60, 60) / 40,
            _nearer_the_figure(relations.outlines, odds, DOUBTED_OUTLINE).clip(-3, 3) / 2,
            mirror,
            mirror * likeness,
            sides,
            above,
            below,
            np.minimum(sides, np.minimum(above, below)),
            sides * (ratio + 5 / 3),
        ],
        1,
    )


def _nearer_the_figure(paths: Floats, odds: Floats, doubt: float) -> Floats:
    """How much shorter the way from likely figure is than from likely background."""
    figure, ground = (paths + doubt * (1 - odds)).min(axis=1), (paths + doubt * odds).min(axis=1)
    return np.asarray(ground - figure, np.float64)


def _mirrored(relations: Relations, odds: Floats, axis: float) -> tuple[Floats, Floats]:
    """Odds, less a half, of what has a region's colour on the other side, and how much of it is there."""
    regions = relations.regions
    other = np.stack([2 * axis - regions.xy[:, 0], regions.xy[:, 1]], 1)
    alike = np.exp(-(relations.colour**2) / (2 * MIRRORED_COLOUR**2))
    there = np.exp(-(cdist(other, regions.xy) ** 2) / (2 * MIRRORED**2)) * alike * regions.area
    found = there.sum(axis=1)
    mirror = (there @ odds + 0.5e-5) / (found + 1e-5) - 0.5
    return mirror, np.minimum(found / (2 * regions.area), 1)


def _enclosed(relations: Relations, odds: Floats) -> tuple[Floats, Floats, Floats]:
    """Highest odds on both sides of each region in its row (the lower of the two), above it and below it."""
    regions = relations.regions
    height, width = regions.labels.shape
    x, y = np.clip((regions.xy * [width, height]).astype(np.int64), 0, [width - 1, height - 1]).T
    picture = odds[regions.labels]
    highest = np.maximum.accumulate
    left, right = highest(picture, 1)[y, x], highest(picture[:, ::-1], 1)[:, ::-1][y, x]
    above, below = highest(picture, 0)[y, x], highest(picture[::-1], 0)[::-1][y, x]
    return np.minimum(left, right), above, below
