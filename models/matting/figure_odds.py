"""How likely each superpixel is the figure: two small networks over cues, the second one in context."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from models.matting.components import Mask
from models.matting.context_cues import context_cues
from models.matting.figure_cues import cues
from models.matting.figure_odds_factors import FIRST, SECOND
from models.matting.region_relations import Relations
from models.matting.superpixels import Superpixels

Floats = NDArray[np.float64]

ROUNDS = 2
"""Of the second network; more change little."""

SMOOTHNESS = 1.2
"""Weight of an outline against odds: found on the same pictures; 0.6 to 2 differ little."""
INK_STEP = 12.0
"""Colour step in CIELAB units across which a cut costs a third."""


def figure_odds(relations: Relations) -> Floats:
    """Share ``[N]`` in 0..1 to which each region is likely the figure."""
    odds = FIRST.odds(cues(relations))
    for _ in range(ROUNDS):
        odds = odds_in_context(relations, odds)
    return odds


def odds_in_context(relations: Relations, guess: Floats) -> Floats:
    """The odds ``[N]`` again, knowing the colours and the place of a guess ``[N]``."""
    return SECOND.odds(np.concatenate([cues(relations), context_cues(relations, guess)], axis=1))


def cut_regions(regions: Superpixels, odds: Floats) -> Mask:
    """Mask ``[H, W]`` of the least cut between likely figure and likely background (Boykov & Jolly 2001)."""
    n = len(odds)
    safe = np.clip(odds, 0.01, 0.99)
    gain = np.log(safe / (1 - safe)) * regions.area * n
    i, j = regions.pairs.T
    typical = np.sqrt(regions.labels.size / n)
    tie = SMOOTHNESS * regions.seam / typical * np.exp(-regions.step / INK_STEP)
    source, sink, nodes = n, n + 1, np.arange(n)
    rows = np.r_[np.full(n, source), nodes, i, j]
    columns = np.r_[nodes, np.full(n, sink), j, i]
    weights = np.r_[np.maximum(gain, 0), np.maximum(-gain, 0), tie, tie]
    capacity = csr_matrix((np.rint(weights * 1000).astype(np.int32), (rows, columns)), shape=(n + 2, n + 2))
    rest = capacity - maximum_flow(capacity, source, sink).flow
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    reached = breadth_first_order(rest, source, return_predecessors=False)
    figure = np.zeros(n + 2, np.bool_)
    figure[reached] = True
    return np.asarray(figure[regions.labels], np.bool_)


def smooth_odds(regions: Superpixels, odds: Floats) -> NDArray[np.float32]:
    """The odds as a picture float32 ``[H, W]``, without the steps between regions."""
    return np.asarray(cv2.GaussianBlur(odds[regions.labels].astype(np.float32), (0, 0), 1.5), np.float32)
