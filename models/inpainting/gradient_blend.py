"""Removes the seams between copied patches: a screened Poisson equation on the gradients of their sources."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import cg

SCREEN = 1 / 20**2
"""Weight of the filled colours against the gradients: seams are smoothed over some 20 px, and colours that
belong to different things do not run into each other across the whole hole."""
LARGEST_CHANGE = 0.08
"""No colour moves further than this (of 1): steps between patches are smaller, and where a hole has no rim on
its far side, copied gradients would otherwise add up to another colour altogether."""
STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))


def blend_gradients(
    filled: NDArray[np.float32],
    original: NDArray[np.float32],
    hole: NDArray[np.bool_],
    field: NDArray[np.int32],
    is_target: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Colours f of the hole that minimise Σ|∇f − ∇source|² + SCREEN·Σ|f − filled|², fixed at its rim.

    Where two patches of different brightness meet, each side's gradient is still that of real surface, so
    the step between them spreads out and is not seen (Pérez et al., Poisson Image Editing, 2003).

    Args:
        filled: float32 [H, W, 3], the patches as voted.
        original: float32 [H, W, 3], read at the sources only.
        hole: bool [H, W].
        field: int32 [H, W, 2] (y, x), source of each target pixel, at least a pixel inside the known area.
        is_target: bool [H, W], where `field` holds a source; covers the hole and its rim.

    Returns:
        float32 [H, W, 3], equal to `filled` outside the hole.
    """
    height, width = hole.shape
    rows, columns = np.nonzero(hole)
    number = np.full(hole.shape, -1)
    number[rows, columns] = np.arange(len(rows))
    diagonal = np.full(len(rows), SCREEN)
    right_side = SCREEN * filled[rows, columns].astype(np.float64)
    entries: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for dy, dx in STEPS:
        y, x = rows + dy, columns + dx
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        here = np.nonzero(inside)[0]
        y, x = y[here], x[here]
        diagonal[here] += 1
        right_side[here] += _source_step(original, field, is_target, rows[here], columns[here], dy, dx)
        neighbour = number[y, x]
        known = neighbour < 0
        right_side[here[known]] += filled[y[known], x[known]]
        entries.append((here[~known], neighbour[~known]))
    own = np.arange(len(rows))
    i = np.concatenate([own, *(pair[0] for pair in entries)])
    j = np.concatenate([own, *(pair[1] for pair in entries)])
    values = np.concatenate([diagonal, np.full(len(i) - len(own), -1.0)])
    matrix = coo_matrix((values, (i, j)), shape=(len(rows), len(rows))).tocsr()
    blended = filled.copy()
    for channel in range(3):
        start = filled[rows, columns, channel].astype(np.float64)
        solved, _ = cg(matrix, right_side[:, channel], x0=start, rtol=1e-4, maxiter=200)
        change = LARGEST_CHANGE * np.tanh((solved - start) / LARGEST_CHANGE)
        blended[rows, columns, channel] = np.clip(start + change, 0, 1)
    return blended


def _source_step(
    original: NDArray[np.float32],
    field: NDArray[np.int32],
    is_target: NDArray[np.bool_],
    y: NDArray[np.intp],
    x: NDArray[np.intp],
    dy: int,
    dx: int,
) -> NDArray[np.float64]:
    """Wanted f(p) − f(p + d): the mean of the steps at the sources of p and of p + d."""
    source = field[y, x]
    step = original[source[:, 0], source[:, 1]] - original[source[:, 0] + dy, source[:, 1] + dx]
    other = field[y + dy, x + dx]
    back = original[other[:, 0] - dy, other[:, 1] - dx] - original[other[:, 0], other[:, 1]]
    both = is_target[y + dy, x + dx][:, None]
    return np.asarray(np.where(both, (step + back) / 2, step), np.float64)
