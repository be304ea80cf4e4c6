"""Two figures who walk towards each other, and one who stands alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.pose.one_figure import most_prominent


def stage(left: list[int], right: list[int]) -> NDArray[np.float32]:
    """Two upright boxes, the left one larger, at these columns."""
    alpha = np.zeros((len(left), 100, 160), np.float32)
    for frame, a, b in zip(alpha, left, right, strict=True):
        frame[20:90, a : a + 24] = 1
        frame[40:90, b : b + 16] = 1
    return alpha


def test_one_figure_is_left_as_it_is() -> None:
    alpha = stage([20, 24, 28], [20, 24, 28])
    assert most_prominent(alpha) is alpha


def test_a_hat_in_the_air_is_no_second_figure() -> None:
    alpha = stage([20, 24, 28], [20, 24, 28])
    alpha[:, 5:12, 26:36] = 1
    assert most_prominent(alpha) is alpha


def test_the_larger_of_two_is_kept() -> None:
    kept = most_prominent(stage([20, 24, 28, 32], [120, 116, 112, 108]))
    for t, column in enumerate([20, 24, 28, 32]):
        assert (kept[t, 20:90, column : column + 24] == 1).all()
    assert kept[:, :, 90:].max() == 0


def test_who_touches_another_is_not_taken_for_both() -> None:
    alpha = stage([40] * 8, [130, 120, 110, 100, 90, 80, 70, 62])
    kept = most_prominent(alpha)
    assert (kept[-1, 20:90, 40:64] == 1).mean() > 0.95
    assert kept[-1, :, 74:].max() == 0, "no more of the other than what a step could have covered"


def test_whoever_is_alone_with_an_empty_frame_is_still_found() -> None:
    alpha = stage([20, 24, 28, 32], [120, 116, 112, 108])
    alpha[2] = 0
    kept = most_prominent(alpha)
    assert kept[2].max() == 0 and kept[3, 50, 40] == 1
