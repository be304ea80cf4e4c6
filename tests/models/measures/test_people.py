from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.people import NOBODY, PeopleErrors, match_people, nearest_people, people_errors


def people(count: int, frames: int = 10) -> NDArray[np.float64]:
    """People 100 px tall, 80 px apart, who walk to the right: [T, P, K, 2]."""
    body = np.array([[0.0, 0], [0, 50], [0, 100]])
    place = np.stack([80.0 * np.arange(count), np.zeros(count)], axis=1)
    step = 4.0 * np.arange(frames)[:, None, None, None] * [1.0, 0]
    return np.asarray(step + place[:, None] + body, np.float64)


def errors_of(estimated: NDArray[np.float64], true: NDArray[np.float64]) -> PeopleErrors:
    seen = np.ones(true.shape[:-1], bool)
    found = np.isfinite(estimated).all(axis=-1)
    matched = match_people(np.nan_to_num(estimated), found, true, seen, np.full(true.shape[:2], 100.0))
    return people_errors(matched, seen.any(axis=-1), found.any(axis=-1))


def test_the_order_in_which_people_are_listed_does_not_matter() -> None:
    assert errors_of(people(3)[:, [2, 0, 1]] + 5, people(3)) == (0, 0, 0)


def test_who_is_not_found_in_some_frames_is_missed_there() -> None:
    estimated = people(2)
    estimated[:4, 1] = np.nan
    assert errors_of(estimated, people(2)) == pytest.approx((4 / 20, 0, 0))


def test_somebody_far_away_is_missed_and_invented() -> None:
    estimated = people(1) + [60.0, 0]  # more than half a height off
    assert errors_of(estimated, people(1)) == (1, 1, 0)


def test_a_swap_counts_for_both_and_once() -> None:
    estimated = people(2)
    estimated[5:] = estimated[5:, ::-1]
    assert errors_of(estimated, people(2)) == pytest.approx((0, 0, 2 / 20))


def test_a_swap_while_unseen_is_a_swap() -> None:
    estimated = np.full((10, 2, 3, 2), np.nan)
    estimated[:3, 0] = people(1)[:3, 0]
    estimated[6:, 1] = people(1)[6:, 0]
    assert errors_of(estimated, people(1)) == pytest.approx((3 / 10, 0, 1 / 7))


def test_the_nearest_pairs_over_all_are_taken() -> None:
    # The left estimate is nearest to the right person too; taking it greedily would lose one of the two.
    true = people(2, 1)
    estimated = true.copy()
    estimated[0, 0] += [45, 0]
    estimated[0, 1] += [40, 0]
    seen = np.ones((1, 2, 3), bool)
    matched = match_people(estimated, seen, true, seen, np.full((1, 2), 100.0))
    assert matched.tolist() == [[0, 1]]


def test_an_absent_person_is_nobody() -> None:
    true = people(2, 1)
    counted = np.array([[[True] * 3, [False] * 3]])
    matched = match_people(true, np.ones((1, 2, 3), bool), true, counted, np.full((1, 2), 100.0))
    assert matched.tolist() == [[0, NOBODY]]
    with pytest.raises(InputError, match="nobody"):
        people_errors(matched, np.zeros((1, 2), bool), np.ones((1, 2), bool))


def test_found_people_are_held_against_the_nearest_however_far() -> None:
    true, seen = people(3), np.ones((10, 3, 3), bool)
    seen[4, 1] = False
    (frames, meant), (same, _) = nearest_people(true[:, [2, 1]] + 500.0, true, seen)
    np.testing.assert_array_equal(frames, same)
    assert len(frames) == 20, "two estimates a frame, and two people at least"
    assert not ((frames == 4) & (meant == 1)).any(), "who is not there is nobody's match"
    near = nearest_people(true[:, [2, 1]] + 5.0, true, seen)
    at_first = near[0][0] == 0
    assert set(zip(near[0][1][at_first].tolist(), near[1][1][at_first].tolist(), strict=True)) == {
        (2, 0),
        (1, 1),
    }
