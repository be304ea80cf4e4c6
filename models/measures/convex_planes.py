"""The best few planes for a depth map that is known: what a layout of planes could reach at most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

Map = NDArray[np.float64]

_SAMPLES = 4000
"""Pixels that planes are fitted to: far more than they have numbers."""
_ALMOST_RIGHT = 0.02
"""Relative error from which on weights fall: thin things before a far wall do not pull it near."""
_STARTS, _ROUNDS = 12, 30
"""The partition converges within some ten rounds, to a local optimum: the best of several starts is near
the global one (Magnani and Boyd 2009, section 4)."""


def fit_convex_planes(
    disparity: NDArray[np.floating], seen: NDArray[np.bool_], planes: int, seed: int = 0
) -> Map:
    """The largest of several affine functions of (x, y) that is nearest to a disparity map, relative to it.

    In pixel coordinates the disparity of a plane is affine, and the nearest of a room's planes is the one
    that is seen; so the maximum of affine functions is what an empty room, or ground with walls, shows.
    Fitted by the least-squares partition algorithm (Magnani and Boyd, Convex piecewise-linear fitting, 2009):
    fit each function to its part, give each pixel to the function that is largest there, repeat; reweighted
    from round to round towards the mean absolute relative error.

    Args:
        disparity: [H, W], over 0 where seen.
        seen: bool [H, W].
        planes: number of functions.
        seed: of samples and starts.

    Returns:
        [H, W]; may be under 0 outside of what is seen.

    Raises:
        InputError: fewer than 3 pixels a plane are seen.
    """
    y, x = np.nonzero(seen)
    if len(y) < 3 * planes:
        raise InputError("too little is seen to fit planes", expected=f"{3 * planes} pixels", got=len(y))
    rng = np.random.default_rng(seed)
    picked = rng.choice(len(y), min(_SAMPLES, len(y)), replace=False)
    height, width = seen.shape
    terms = _terms(x[picked] / width, y[picked] / height)
    true = disparity[y[picked], x[picked]].astype(np.float64)
    best, least = np.zeros((planes, 3)), np.inf
    for _ in range(_STARTS):
        fitted, error = _fit_from(terms, true, terms[rng.choice(len(terms), planes, replace=False)])
        if error < least:
            best, least = fitted, error
    rows, columns = np.mgrid[:height, :width]
    return np.asarray((_terms(columns / width, rows / height) @ best.T).max(axis=-1), np.float64)


def _terms(x: Map, y: Map) -> Map:
    return np.stack([x, y, np.ones_like(x)], axis=-1)


def _fit_from(terms: Map, true: Map, centres: Map) -> tuple[Map, float]:
    """Planes [P, 3] from a first partition by the nearest centre, and AbsRel of their depth."""
    part = np.argmin(((terms[:, None] - centres[None]) ** 2).sum(-1), axis=1)
    planes, best, least = np.zeros((len(centres), 3)), np.zeros((len(centres), 3)), np.inf
    planes[:, 2] = true.min()
    off = np.zeros(len(true))
    for _ in range(_ROUNDS):
        for number in range(len(planes)):
            inside = part == number
            if inside.sum() >= 3:
                trust = 1 / (true * np.sqrt(off + _ALMOST_RIGHT))
                weighted, wanted = terms[inside] * trust[inside, None], (true * trust)[inside]
                planes[number] = np.linalg.lstsq(weighted, wanted, rcond=None)[0]
        values = terms @ planes.T
        shown = np.maximum(values.max(axis=1), true.min())
        off = np.abs(shown / true - 1)
        error = float(np.abs(true / shown - 1).mean())
        if error < least:
            best, least = planes.copy(), error
        next_part = values.argmax(axis=1)
        if (next_part == part).all():
            break
        part = next_part
    return best, least
