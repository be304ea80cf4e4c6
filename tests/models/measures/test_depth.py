from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.depth import aligned_by_median, aligned_in_disparity, depth_error, order_accuracy


def slope(low: float = 1.0, high: float = 4.0) -> NDArray[np.float64]:
    return np.tile(np.linspace(low, high, 60), (40, 1))


SEEN = np.ones((40, 60), bool)


def test_scale_and_shift_of_disparity_are_taken_away() -> None:
    true = slope()
    estimated = 1 / (3 / true + 0.2)
    aligned = aligned_in_disparity(estimated, true, SEEN)
    np.testing.assert_allclose(aligned, true, rtol=1e-9)
    assert depth_error(aligned, true, SEEN) == pytest.approx((0, 1))


def test_the_median_takes_the_scale_away_and_nothing_else() -> None:
    true = slope()
    np.testing.assert_allclose(aligned_by_median(7 * true, true, SEEN), true, rtol=1e-12)
    assert depth_error(aligned_by_median(1 / true, true, SEEN), true, SEEN).abs_rel > 0.3


def test_errors_are_shares_of_the_true_depth() -> None:
    true = slope()
    assert depth_error(1.2 * true, true, SEEN) == pytest.approx((0.2, 1))
    assert depth_error(true / 1.3, true, SEEN) == pytest.approx((1 - 1 / 1.3, 0))
    half = true.copy()
    half[:20] *= 2
    assert depth_error(half, true, SEEN) == pytest.approx((0.5, 0.5))


def test_a_flat_answer_becomes_the_mean_disparity_and_has_no_order() -> None:
    true, flat = slope(), np.full((40, 60), 3.0)
    aligned = aligned_in_disparity(flat, true, SEEN)
    np.testing.assert_allclose(aligned, 1 / np.mean(1 / true))
    assert order_accuracy(flat, true, SEEN) == 0
    assert order_accuracy(true, flat, SEEN) is None


def test_order_is_kept_by_everything_that_grows() -> None:
    true = slope()
    assert order_accuracy(true**2, true, SEEN) == 1
    assert order_accuracy(1 / true, true, SEEN) == 0
    noise = np.random.default_rng(1).uniform(1, 4, true.shape)
    assert order_accuracy(noise, true, SEEN) == pytest.approx(0.5, abs=0.03)


def test_disparity_below_the_farthest_is_put_there() -> None:
    true = slope()
    wild = true.copy()
    wild[0, 0] = 1e9
    aligned = aligned_in_disparity(wild, true, SEEN)
    assert aligned.max() == pytest.approx(4)


def test_only_what_is_seen_counts() -> None:
    true, estimated = slope(), slope()
    estimated[:, 30:] = 0
    seen = SEEN.copy()
    seen[:, 30:] = False
    assert depth_error(estimated, true, seen) == (0, 1)
    with pytest.raises(InputError, match="both are known"):
        depth_error(estimated, true, SEEN)
    with pytest.raises(InputError, match="one size"):
        depth_error(estimated[:-1], true, SEEN)
