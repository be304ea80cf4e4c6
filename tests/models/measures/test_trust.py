from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.measures.trust import trust

ERROR = np.array([0.01, 0.05, 0.2, 0.4])


def test_a_confidence_that_falls_with_the_error_is_perfect() -> None:
    told = trust(np.array([0.9, 0.8, 0.2, 0.1]), ERROR, limit=0.1, trusted=0.5)
    assert told == pytest.approx((1.0, 0.0, 1.0))


def test_a_confidence_that_is_always_the_same_says_nothing() -> None:
    assert trust(np.full(4, 0.7), ERROR, limit=0.1, trusted=0.5) == pytest.approx((0.0, 1.0, 1.0))


def test_what_was_not_found_is_the_worst() -> None:
    error = np.array([0.01, 0.05, np.nan, 0.4])
    assert trust(np.array([0.9, 0.8, 0.0, 0.1]), error, limit=0.1, trusted=0.5).rank == pytest.approx(1.0)


def test_shares_of_nothing_are_not_given() -> None:
    told = trust(np.array([0.9, 0.8]), np.array([0.01, 0.02]), limit=0.1, trusted=0.5)
    assert told.rank is None and told.wrong is None and told.right == 1.0


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError):
        trust(np.zeros(3), ERROR, limit=0.1, trusted=0.5)
