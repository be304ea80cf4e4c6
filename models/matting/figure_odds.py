"""How likely each superpixel is the figure: two logistic rounds over cues, the second one in context."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from models.matting.components import Mask
from models.matting.figure_cues import context_cues, cues
from models.matting.superpixels import Superpixels

Floats = NDArray[np.float64]

FIRST = np.array([-0.99, -0.14, 2.34, -0.03, 2.12, 1.90, -0.64, -2.16, -2.27, -1.17, 1.30, -2.24, 0.71])
"""Constant, then a factor a cue of `cues`. Logistic regression, ridge 1e-3, classes balanced in a picture, on
102 pictures: stills of a puppet world (seed 101), and its figures laid over its places and over paintings."""
SECOND = np.array(
    [-3.00, 0.21, 0.58, -0.37, 0.49, 0.72, 0.72, -1.64, -0.43, 0.33, 0.65, -0.82, 0.39]
    + [1.14, 1.68, 2.76, -1.37, -0.15]
)
"""The same with `context_cues` behind; fitted to first guesses that did not know their picture."""
ROUNDS = 3
"""Of the second kind; more change nothing."""

SMOOTHNESS = 1.2
"""Weight of an outline against odds: found on the same pictures; 0.6 to 2 differ little."""
INK_STEP = 12.0
"""Colour step in CIELAB units across which a cut costs a third."""


def figure_odds(regions: Superpixels) -> Floats:
    """Share ``[N]`` in 0..1 to which each region is likely the figure."""
    odds = _logistic(FIRST, cues(regions))
    for _ in range(ROUNDS):
        odds = odds_in_context(regions, odds)
    return odds


def odds_in_context(regions: Superpixels, guess: Floats) -> Floats:
    """The odds ``[N]`` again, knowing the colours and the place of a guess ``[N]``."""
    return _logistic(SECOND, np.concatenate([cues(regions), context_cues(regions, guess)], axis=1))


def _logistic(factors: Floats, values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(factors[0] + values @ factors[1:]))), np.float64)


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
