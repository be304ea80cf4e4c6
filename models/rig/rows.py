"""Rows of a mask: the run of figure that lies at a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def run_at(row: NDArray[np.bool_], x: int, reach: int = 0) -> tuple[int, float]:
    """Length and middle of the run of a row that is nearest to a column, if one is within reach; 0 and the
    column where none is."""
    inside = np.flatnonzero(row)
    at = int(inside[np.abs(inside - x).argmin()]) if len(inside) else -reach - 1
    if abs(at - x) > reach:
        return 0, float(x)
    gaps = np.flatnonzero(~row)
    left, right = int(gaps[gaps < at].max(initial=-1)), int(gaps[gaps > at].min(initial=len(row)))
    return right - left - 1, 0.5 * (left + right)
