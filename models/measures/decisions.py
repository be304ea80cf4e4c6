"""Decisions against what should have been decided."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError


class Decisions(NamedTuple):
    """How good a choice is (van Rijsbergen 1979, chapter 7)."""

    precision: float
    """Share of the accepted ones that should be; 1 where none was accepted and none should be."""
    recall: float
    """Share of those that should be accepted that were; 1 where none should be."""
    f1: float
    """Their harmonic mean."""


def decisions(accepted: NDArray[np.bool_], right: NDArray[np.bool_]) -> Decisions:
    """Precision, recall and F1.

    Args:
        accepted: bool [N]: what was chosen.
        right: bool [N]: what should have been.

    Raises:
        InputError: not two lists of decisions on the same things.
    """
    if accepted.shape != right.shape or accepted.ndim != 1 or not len(right):
        raise InputError("decisions are compared one by one", expected=right.shape, got=accepted.shape)
    hits, chosen, wanted = int((accepted & right).sum()), int(accepted.sum()), int(right.sum())
    precision = hits / chosen if chosen else float(wanted == 0)
    recall = hits / wanted if wanted else 1.0
    both = precision + recall
    return Decisions(precision, recall, 2 * precision * recall / both if both else 0.0)
