"""Whether a score puts things into the right order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import spearmanr

from data_contracts.errors import InputError


def rank_correlation(scores: Sequence[float], strengths: Sequence[float]) -> float:
    """Spearman's rank correlation (Spearman 1904; scipy.stats.spearmanr, mean ranks for ties).

    Args:
        scores: one finite score a thing.
        strengths: what they should be ordered by.

    Returns:
        -1 to 1; 0 for scores that are all equal, which order nothing.

    Raises:
        InputError: fewer than three things, or strengths that are all equal.
    """
    ours, theirs = np.asarray(scores, np.float64), np.asarray(strengths, np.float64)
    finite = np.isfinite(ours).all() and np.isfinite(theirs).all()
    if ours.shape != theirs.shape or ours.ndim != 1 or len(ours) < 3 or np.ptp(theirs) == 0 or not finite:
        raise InputError(
            "an order needs things to be ordered",
            expected="three or more finite scores, and strengths that differ",
            got=f"{list(ours.shape)} scores and {list(theirs.shape)} strengths",
        )
    return 0.0 if np.ptp(ours) == 0 else float(spearmanr(ours, theirs).statistic)
