"""How sure a mean over cases is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import bootstrap

from data_contracts.errors import InputError

RESAMPLES = 2000
"""Enough for the 2.5 and 97.5 % quantiles to move by less than a hundredth of the interval."""

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with the bounds between which it would lie for other cases of the same kind."""

    mean: float
    low: float | None
    """None for a single case: it says nothing of others."""
    high: float | None
    n: int


def mean_interval(values: Sequence[float], seed: int = 0) -> Interval:
    """Mean with the percentile bootstrap's 95 % interval over cases (Efron 1979; scipy.stats.bootstrap).

    What is drawn anew is whole cases: frames of one clip are not independent, so they are averaged before.
    The percentile method is used as BCa's acceleration is not defined for equal values; for two to five
    cases any bootstrap is too narrow.

    Args:
        values: one finite value a case.
        seed: of the resampling.

    Raises:
        InputError: no value, or one that is not finite.
    """
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or not len(array) or not np.isfinite(array).all():
        raise InputError("a mean needs finite values", expected="one number a case", got=list(values)[:8])
    mean = float(array.mean())
    if len(array) == 1:
        return Interval(mean, None, None, 1)
    result = bootstrap(
        (array,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(mean, float(result.low), float(result.high), len(array))
