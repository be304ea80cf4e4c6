"""What speaks for a superpixel being the figure and not its surroundings, before anything is cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from models.matting.superpixels import Superpixels

Floats = NDArray[np.float64]

GEODESIC_SPREAD, CONTRAST_SPREAD, SPACE_SPREAD = 10.0, 10.0, 0.4
"""Zhu et al., "Saliency optimization from robust background detection" (2014), section 3: sigma of colour
similarity along paths, and of nearness in space (theirs is 0.25 of a square picture's side)."""
WEIGHTS = np.array([0.6, 1.3, 1.3])
"""Lightness counts less than colour: shadows and light change it within one thing."""


def geodesics(regions: Superpixels) -> Floats:
    """Least sum of colour differences on any path, ``[N, N]``. Steps of under 3 units are noise."""
    n = len(regions.area)
    i, j = regions.pairs.T
    cost = np.linalg.norm((regions.lab[i] - regions.lab[j]) * WEIGHTS, axis=1)
    cost = np.maximum(cost - 3, 0) + 1e-6
    graph = csr_matrix((cost, (i, j)), shape=(n, n))
    return np.asarray(dijkstra(graph, directed=False), np.float64)


def cues(regions: Superpixels) -> Floats:
    """Cues ``[N, C]`` of each region, about 0..1 each; what each is stands beside it."""
    paths = geodesics(regions)
    colours = regions.lab * WEIGHTS
    x, y = regions.xy.T
    alike = np.exp(-(paths**2) / (2 * GEODESIC_SPREAD**2))
    # Zhu et al. (2014) eq. 3-5: how much of what a region belongs to lies on the rim.
    span = np.maximum(alike @ regions.area, 1e-9)
    rim_share = regions.rim / max(regions.rim.sum(), 1)
    connected = 1 - np.exp(-(((alike @ rim_share) / np.sqrt(span)) ** 2) / (2 * 0.35**2))
    # Their eq. 8: contrast with what is likely background and near.
    colour_gap = cdist(colours, colours)
    near = np.exp(-(cdist(regions.xy, regions.xy) ** 2) / (2 * SPACE_SPREAD**2))
    contrast = (colour_gap * near) @ (connected * regions.area)
    on_rim = regions.rim > 0
    to_rim = paths[:, on_rim].min(1)
    rim_gap = colour_gap[:, on_rim].min(1)
    # Floors, walls and skies go on behind the figure: compare with the sides at the same height.
    beside = on_rim & ((x < 0.1) | (x > 0.9))
    level = np.exp(-((y[:, None] - y[beside]) ** 2) / (2 * 0.1**2))
    side_gap = (colour_gap[:, beside] + 40 * (1 - level)).min(1) if beside.any() else rim_gap
    # Liu et al., "Learning to detect a salient object" (2007): a colour that is spread wide is scenery.
    shared = np.exp(-(colour_gap**2) / (2 * 12.0**2)) * regions.area
    shared = shared / shared.sum(1, keepdims=True)
    middle = shared @ x
    spread = np.sqrt(np.maximum(shared @ x**2 - middle**2, 0))
    off = np.abs(x - 0.5) * 2
    calm = float(np.average(regions.texture[on_rim], weights=regions.rim[on_rim]))
    return np.stack(
        [
            connected,
            contrast / max(float(contrast.max()), 1e-6),
            np.minimum(to_rim / 60, 1.5),
            np.minimum(rim_gap / 30, 1.5),
            np.minimum(side_gap / 40, 1.5),
            spread / 0.29,
            np.abs(middle - 0.5) * 2,
            off,
            off**2,
            y,
            (y - 0.5) ** 2 * 4,
            (regions.texture - calm) / (regions.texture + calm + 1),
        ],
        1,
    )


def context_cues(regions: Superpixels, odds: Floats) -> Floats:
    """Cues ``[N, D]`` from a first guess of the figure's share ``odds`` ``[N]``: its colours and its place.

    Auto-context (Tu 2008): what was found out about the whole picture informs each part of it again.
    """
    colours = regions.lab * WEIGHTS
    kernel = np.exp(-(cdist(colours, colours) ** 2) / (2 * 9.0**2))
    figure, ground = odds * regions.area, (1 - odds) * regions.area
    ratio = np.log((kernel @ figure / figure.sum() + 1e-3) / (kernel @ ground / ground.sum() + 1e-3))
    centre = figure @ regions.xy / figure.sum()
    width = np.sqrt(figure @ (regions.xy - centre) ** 2 / figure.sum()) + 0.03
    away = (((regions.xy - centre) / width) ** 2).clip(0, 9)
    n = len(odds)
    i, j = regions.pairs.T
    tie = regions.seam * np.exp(-regions.step / 20)
    ties = csr_matrix((np.r_[tie, tie], (np.r_[i, j], np.r_[j, i])), shape=(n, n))
    around = ties @ odds / np.maximum(ties @ np.ones(n), 1e-9)
    return np.stack([odds, np.clip(ratio, -5, 5) / 3, around, away[:, 0] / 4, away[:, 1] / 4], 1)
