from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.masks import boundary, boundary_f, iou


def square(left: int, top: int, side: int, size: tuple[int, int] = (200, 300)) -> NDArray[np.bool_]:
    mask = np.zeros(size, bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_iou_of_shifted_squares_is_that_of_their_areas() -> None:
    # Shifted by a quarter of the side: 3/4 common, 5/4 together.
    assert iou(square(40, 40, 80), square(60, 40, 80)) == pytest.approx(3 / 5)
    assert iou(square(0, 0, 20), square(100, 100, 20)) == 0
    empty = np.zeros((200, 300), bool)
    assert iou(empty, empty) == 1


def test_outlines_within_the_tolerance_agree_and_beyond_it_do_not() -> None:
    # The diagonal of 200x300 is 361 px, so the tolerance is ceil(2.9) = 3 px.
    truth = square(50, 50, 100)
    assert boundary_f(truth, truth) == 1
    assert boundary_f(square(53, 50, 100), truth) == 1
    apart = square(57, 57, 86)
    assert boundary_f(apart, truth) == 0
    assert iou(apart, truth) > 0.7, "the region hardly notices"


def test_half_of_an_outline_gives_its_precision_and_recall() -> None:
    truth = np.zeros((200, 300), bool)
    truth[:, :100] = True  # one straight line of 200 px
    mask = truth.copy()
    mask[100:, :200] = True  # follows it on the upper half only
    # Boundary of the mask: 99 or 100 px on the line, 100 px across, 100 px down: a third is right (the
    # tolerance adds 3 px of the step), and half of the truth is found.
    precision, recall = 1 / 3, 1 / 2
    assert boundary_f(mask, truth) == pytest.approx(2 * precision * recall / (precision + recall), abs=0.02)


def test_the_border_is_no_outline() -> None:
    truth = np.ones((40, 60), bool)
    assert not boundary(truth).any()
    assert boundary_f(truth, truth) == 1
    assert boundary_f(truth, square(10, 10, 10, (40, 60))) == 0


def test_only_masks_of_one_size_are_compared() -> None:
    with pytest.raises(InputError, match="one size"):
        iou(np.zeros((4, 4), bool), np.zeros((4, 5), bool))
    with pytest.raises(InputError, match="uint8"):
        iou(np.zeros((4, 4), np.uint8), np.zeros((4, 4), bool))  # type: ignore[arg-type]
