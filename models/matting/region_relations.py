"""How any two superpixels of a picture lie to each other: in colour, in space, over the ground between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from models.matting.superpixels import Superpixels

Floats = NDArray[np.float64]

WEIGHTS = np.array([0.6, 1.3, 1.3])
"""Lightness counts less than colour: shadows and light change it within one thing."""
NOISE = 3.0
"""Differences of colour between neighbours that are no step."""
INK = 20.0
"""Colour step in CIELAB units of an outline that costs a path one unit; its cost grows with the square."""
TIE_STEP = 20.0
"""Colour step across which neighbours say a third as much of each other."""


@dataclass(frozen=True)
class Relations:
    """What holds between regions, each ``[N, N]``.

    Attributes:
        regions: the partition.
        colour: difference of mean colours, weighted CIELAB units.
        space: distance of centroids, shares of width and height.
        paths: least sum of colour differences on any path, weighted CIELAB units.
        outlines: least sum of squared outlines crossed on any path: high for what ink closes off.
        ties: sparse; how far a region goes over into each neighbour, rows sum to 1.
    """

    regions: Superpixels
    colour: Floats
    space: Floats
    paths: Floats
    outlines: Floats
    ties: csr_matrix


def relate(regions: Superpixels) -> Relations:
    """Work out all relations; it takes most of the time that odds take."""
    n = len(regions.area)
    i, j = regions.pairs.T
    colours = regions.lab * WEIGHTS
    tie = regions.seam * np.exp(-regions.step / TIE_STEP)
    ties = csr_matrix((np.r_[tie, tie], (np.r_[i, j], np.r_[j, i])), shape=(n, n))
    scale = 1 / np.maximum(ties @ np.ones(n), 1e-9)
    outline = (regions.step / INK) ** 2 + 1e-6
    return Relations(
        regions=regions,
        colour=cdist(colours, colours),
        space=cdist(regions.xy, regions.xy),
        paths=geodesics(regions),
        outlines=np.asarray(dijkstra(csr_matrix((outline, (i, j)), shape=(n, n)), directed=False)),
        ties=csr_matrix(ties.multiply(scale[:, None])),
    )


def geodesics(regions: Superpixels) -> Floats:
    """Least sum of colour differences on any path, ``[N, N]``. Steps of under 3 units are noise."""
    n = len(regions.area)
    i, j = regions.pairs.T
    cost = np.linalg.norm((regions.lab[i] - regions.lab[j]) * WEIGHTS, axis=1)
    cost = np.maximum(cost - NOISE, 0) + 1e-6
    graph = csr_matrix((cost, (i, j)), shape=(n, n))
    return np.asarray(dijkstra(graph, directed=False), np.float64)
