from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.measures.decisions import decisions
from models.measures.ranking import rank_correlation


def test_precision_and_recall_are_shares() -> None:
    accepted = np.array([True, True, True, False, False])
    right = np.array([True, False, True, True, False])
    assert decisions(accepted, right) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert decisions(np.ones(5, bool), right) == pytest.approx((3 / 5, 1, 0.75))


def test_choosing_nothing_is_right_only_where_nothing_should_be() -> None:
    none, some = np.zeros(3, bool), np.array([True, False, False])
    assert decisions(none, none) == (1, 1, 1)
    assert decisions(none, some) == (0, 0, 0)
    assert decisions(some, none) == (0, 1, 0)
    with pytest.raises(InputError, match="one by one"):
        decisions(none, np.zeros(4, bool))


def test_rank_correlation_sees_the_order_alone() -> None:
    assert rank_correlation([1, 4, 9, 16], [1, 2, 3, 4]) == pytest.approx(1)
    assert rank_correlation([5, 3, 1], [0, 1, 2]) == pytest.approx(-1)
    # Of four, one pair of neighbours is the wrong way round: 1 - 6 * 2 / (4 * 15).
    assert rank_correlation([1, 3, 2, 4], [1, 2, 3, 4]) == pytest.approx(0.8)
    assert rank_correlation([2, 2, 2], [1, 2, 3]) == 0


def test_nothing_to_order_is_refused() -> None:
    for scores, strengths in (([1, 2], [1, 2]), ([1, 2, 3], [1, 1, 1]), ([1, float("nan"), 3], [1, 2, 3])):
        with pytest.raises(InputError, match="order"):
            rank_correlation(scores, strengths)
