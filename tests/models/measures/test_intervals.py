from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.measures.intervals import mean_interval


def test_one_case_gives_no_interval() -> None:
    assert mean_interval([0.5]) == (0.5, None, None, 1)


def test_equal_cases_give_a_closed_interval() -> None:
    assert mean_interval([0.25] * 4) == (0.25, 0.25, 0.25, 4)


def test_the_interval_is_that_of_the_normal_distribution_for_many_cases() -> None:
    values = np.random.default_rng(3).normal(10, 2, 400)
    mean, low, high, n = mean_interval(list(values))
    half = 1.96 * values.std() / np.sqrt(n)
    assert low is not None and high is not None
    assert (low, high) == pytest.approx((mean - half, mean + half), abs=0.1 * half)


def test_equal_seeds_give_equal_bounds() -> None:
    values = [0.1, 0.5, 0.9, 0.7]
    assert mean_interval(values, seed=1) == mean_interval(values, seed=1)


def test_a_mean_of_nothing_or_of_nan_is_refused() -> None:
    for values in ([], [0.5, float("nan")], [float("inf")]):
        with pytest.raises(InputError, match="finite"):
            mean_interval(values)
