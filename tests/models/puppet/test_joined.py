"""Several figures in one picture: who covers whom, shadows, and what a single one leaves as it is."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.animation import Drawn
from models.puppet.joined import back_to_front, joined

SHAPE = (12, 20)
BEHIND = np.full((*SHAPE, 3), (200, 160, 120), np.uint8)


def drawn(colour: tuple[int, int, int], columns: slice, shadow: float = 0.0, alpha: int = 255) -> Drawn:
    """A figure in some columns of the upper half, and its shadow over the whole lower half."""
    cover = np.zeros(SHAPE, np.uint8)
    cover[:6, columns] = alpha
    place = BEHIND.astype(np.float64)
    place[6:] *= 1 - shadow
    share = cover[..., None] / 255
    return np.rint(np.array(colour) * share + place * (1 - share)).astype(np.uint8), cover


def together(*layers: Drawn) -> Drawn:
    return next(joined([BEHIND], [[layer] for layer in layers]))


def test_one_figure_stays_as_it_was_drawn() -> None:
    one = drawn((10, 20, 30), slice(3, 9), shadow=0.4, alpha=77)
    picture, cover = together(one)
    np.testing.assert_array_equal(picture, one[0])
    np.testing.assert_array_equal(cover, one[1])


def test_the_nearer_one_covers_the_farther_one() -> None:
    picture, cover = together(drawn((10, 20, 30), slice(3, 9)), drawn((250, 240, 0), slice(6, 12)))
    assert tuple(picture[2, 4]) == (10, 20, 30)
    assert tuple(picture[2, 7]) == (250, 240, 0)
    assert tuple(picture[2, 15]) == tuple(BEHIND[0, 0])
    np.testing.assert_array_equal(np.flatnonzero(cover[2]), np.arange(3, 12))


def test_a_soft_edge_lets_the_other_figure_through() -> None:
    picture, cover = together(drawn((0, 0, 0), slice(3, 9)), drawn((200, 200, 200), slice(3, 9), alpha=128))
    assert tuple(picture[2, 4]) == pytest.approx((100, 100, 100), abs=1)
    assert cover[2, 4] == 255
    alone, half = together(drawn((0, 0, 0), slice(3, 9), alpha=128), drawn((0, 0, 0), slice(3, 9), alpha=128))
    assert int(half[2, 4]) == pytest.approx(191, abs=1)
    np.testing.assert_allclose(alone[2, 4], BEHIND[0, 0] / 4, atol=1.5)


def test_shadows_darken_each_other_by_their_shares() -> None:
    picture, _ = together(
        drawn((0, 0, 0), slice(0, 4), shadow=0.5), drawn((9, 9, 9), slice(9, 14), shadow=0.2)
    )
    np.testing.assert_allclose(picture[9, 10], BEHIND[0, 0] * 0.5 * 0.8, atol=1.5)


def test_order_is_depth_then_the_lower_foot_then_the_first() -> None:
    assert back_to_front([3.0, 5.0, 4.0], [0, 0, 0]) == [1, 2, 0]
    assert back_to_front([3.0, 3.0], [180.0, 170.0]) == [1, 0]
    assert back_to_front([3.0, 3.0], [170.0, 170.0]) == [1, 0], "the first one is before its guests"


def test_clips_of_different_lengths_are_no_picture() -> None:
    layer = drawn((0, 0, 0), slice(0, 4))
    with pytest.raises(ValueError, match=r"shorter|longer"):
        list(joined([BEHIND], [[layer, layer]]))
