"""People over time: who was missed, who was invented, and who was taken for somebody else."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from data_contracts.errors import InputError

FARTHEST = 0.5
"""Mean distance of keypoints, in shares of the true person's height, up to which a person can be meant."""

NOBODY = -1

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Indices [N] of frames and of people in them."""


class PeopleErrors(NamedTuple):
    """Errors of a sequence, counted in true people times frames."""

    missed: float
    """Share of true people that nobody was found for."""
    invented: float
    """People found that nobody was there for, in shares of the true ones."""
    swapped: float
    """Share of found people that have another number than when they were last found: identity switches of
    CLEAR MOT (Bernardin and Stiefelhagen 2008, section 2.1.2)."""


def match_people(
    estimated: NDArray[np.floating],
    found: NDArray[np.bool_],
    true: NDArray[np.floating],
    counted: NDArray[np.bool_],
    height_px: NDArray[np.floating],
) -> NDArray[np.int64]:
    """Which estimated person is which true one, frame by frame (Kuhn 1955, "Hungarian" method).

    The sum of mean keypoint distances is least, among pairs that are nearer than `FARTHEST` heights.

    Args:
        estimated: [T, E, K, 2] px.
        found: bool [T, E, K]: keypoints that were found.
        true: [T, P, K, 2] px.
        counted: bool [T, P, K]: true keypoints that are asked for; a person without any is not there.
        height_px: [T, P]: of the true people.

    Returns:
        [T, P]: number of the estimated person, -1 for nobody.
    """
    if estimated.ndim != 4 or true.ndim != 4 or estimated.shape[0::2] != true.shape[0::2]:
        raise InputError(
            "people are matched frame by frame",
            expected=f"[T, E, K, 2] for a truth of {list(true.shape)}",
            got=list(estimated.shape),
        )
    matched = np.full(true.shape[:2], NOBODY)
    for t in range(len(true)):
        cost = _distances(estimated[t], found[t], true[t], counted[t]) / np.asarray(height_px)[t, :, None]
        far = ~(cost <= FARTHEST)
        # A forbidden pair costs more than any number of allowed ones, so it is only taken as a last resort.
        people, numbers = linear_sum_assignment(np.where(far, 2 * FARTHEST * (1 + cost.size), cost))
        kept = ~far[people, numbers]
        matched[t, people[kept]] = numbers[kept]
    return matched


def nearest_people(
    estimated: NDArray[np.floating], true: NDArray[np.floating], counted: NDArray[np.bool_]
) -> tuple[Pairs, Pairs]:
    """Which true person each estimated one is held against, however far: as many pairs as there can be.

    Args:
        estimated: [T, E, K, 2] px.
        true: [T, P, K, 2] px.
        counted: bool [T, P, K]; a person without any is not there.

    Returns:
        (frame, true person) and (frame, estimated person) of N pairs, as indices.
    """
    frames, meant, numbers = [], [], []
    for t in range(len(true)):
        there = np.flatnonzero(counted[t].any(axis=-1))
        everywhere = np.ones(estimated.shape[1:3], np.bool_)
        cost = _distances(estimated[t], everywhere, true[t, there], counted[t, there])
        for person, number in zip(*linear_sum_assignment(cost), strict=True):
            frames.append(t)
            meant.append(int(there[person]))
            numbers.append(int(number))
    at = np.array(frames, np.int64)
    return (at, np.array(meant, np.int64)), (at, np.array(numbers, np.int64))


def people_errors(
    matched: NDArray[np.int64], present: NDArray[np.bool_], found: NDArray[np.bool_]
) -> PeopleErrors:
    """Errors from the matching.

    Args:
        matched: [T, P] as `match_people` gives it.
        present: bool [T, P]: which true people are there.
        found: bool [T, E]: which estimated people are there.

    Raises:
        InputError: there is no true person at all.
    """
    total = int(present.sum())
    if total == 0:
        raise InputError("nobody is there to be found", expected="a true person in some frame")
    hit = present & (matched != NOBODY)
    switches = 0
    for person in range(matched.shape[1]):
        numbers = matched[hit[:, person], person]
        switches += int((np.diff(numbers) != 0).sum())
    hits = int(hit.sum())
    return PeopleErrors(1 - hits / total, (int(found.sum()) - hits) / total, switches / max(hits, 1))


def _distances(
    estimated: NDArray[np.floating],
    found: NDArray[np.bool_],
    true: NDArray[np.floating],
    counted: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Mean distance over keypoints that are counted and found, [P, E]; NaN where there is none."""
    both = counted[:, None] & found[None]
    distance = np.linalg.norm(np.asarray(true, np.float64)[:, None] - estimated[None], axis=-1)
    total = np.where(both, distance, 0.0).sum(axis=-1)
    number = both.sum(axis=-1)
    return np.asarray(np.where(number > 0, total / np.maximum(number, 1), np.nan), np.float64)
