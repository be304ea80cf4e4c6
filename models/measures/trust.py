"""What a confidence is worth: whether it falls with the error, and what passes a limit on it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.ranking import rank_correlation


class Trust(NamedTuple):
    """None where a number is not defined."""

    rank: float | None
    """Spearman's correlation of confidence with nearness; None where all errors are equal."""
    wrong: float | None
    """Share of the wrong ones that are trusted."""
    right: float | None
    """Share of the right ones that are trusted."""


def trust(
    confidence: NDArray[np.floating], error: NDArray[np.floating], *, limit: float, trusted: float
) -> Trust:
    """Hold confidences against errors.

    Args:
        confidence: [N].
        error: [N], 0 or more; NaN for what was not found, which is as wrong as can be.
        limit: error from which on one is wrong.
        trusted: confidence from which on one is trusted.

    Raises:
        InputError: the lists differ in length, or a confidence is not finite.
    """
    if confidence.shape != error.shape or not np.isfinite(confidence).all():
        raise InputError(
            "a finite confidence for each error", expected=list(error.shape), got=list(confidence.shape)
        )
    worst = max(float(np.nanmax(error, initial=0.0)), limit) * 2
    known = np.where(np.isnan(error), worst, error).astype(np.float64)
    wrong: NDArray[np.bool_] = np.asarray(known > limit)
    sure: NDArray[np.bool_] = np.asarray(confidence >= trusted)
    ordered = len(known) >= 3 and np.ptp(known) > 0
    return Trust(
        rank_correlation(confidence.tolist(), (-known).tolist()) if ordered else None,
        float(sure[wrong].mean()) if wrong.any() else None,
        float(sure[~wrong].mean()) if not wrong.all() else None,
    )
