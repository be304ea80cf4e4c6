from __future__ import annotations

import numpy as np

from tests.benchmarks.matte_trust import Judged, fit, left_out, overlap, ranks


def made(count: int) -> list[Judged]:
    """Clips of four frames, good as often as their first cue says; the second says nothing."""
    rng = np.random.default_rng(0)
    judged = []
    for k in range(count):
        cues = rng.uniform(0, 1, (4, 2))
        good = rng.random(4) < 1 / (1 + np.exp(-(12 * cues[:, 0] - 6)))
        judged.append(Judged(f"clip {k}", cues, good))
    return judged


def test_a_cue_that_tells_gets_a_factor_and_another_one_none() -> None:
    found = fit(made(200))
    assert found.factors[0] > 4 and abs(found.factors[1]) < found.factors[0] / 5
    low, high = found.share(np.array([[0.1, 0.5], [0.9, 0.5]]))
    assert low < 0.2 and high > 0.8


def test_a_fit_is_the_same_each_time() -> None:
    np.testing.assert_array_equal(fit(made(30)).factors, fit(made(30)).factors)


def test_no_clip_helps_to_judge_itself() -> None:
    judged = made(12)
    odd = Judged("odd", np.array([[0.0, 0.5]]), np.array([True]))
    share = left_out([*judged, odd])
    assert len(share) == 4 * 12 + 1
    assert share[-1] == fit(judged).share(odd.cues)[0]


def test_ranks_are_those_of_pairs() -> None:
    share, good = np.array([0.9, 0.2, 0.5]), np.array([True, True, False])
    assert ranks(share, good) == 0.5


def test_overlap_is_intersection_over_union() -> None:
    masks, truth = np.zeros((2, 4, 4), np.bool_), np.zeros((2, 4, 4), np.bool_)
    masks[0, :2], truth[0, 1:3] = True, True
    np.testing.assert_allclose(overlap(masks, truth), [1 / 3, 0])
