from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.enclosed import close_foreign_holes

Mask = NDArray[np.bool_]


def ring(side: int = 200) -> tuple[Mask, Mask]:
    """A thick ring, and its hole."""
    disc = cv2.circle(np.zeros((side, side), np.uint8), (side // 2, side // 2), 70, 1, -1)
    hole = cv2.circle(np.zeros((side, side), np.uint8), (side // 2, side // 2), 30, 1, -1)
    return (disc > 0) & (hole == 0), hole > 0


def picture(figure: Mask, hole: Mask, inside: tuple[int, int, int]) -> NDArray[np.uint8]:
    rgb = np.full((*figure.shape, 3), (60, 120, 70), np.uint8)
    rgb[figure] = (190, 60, 50)
    rgb[hole] = inside
    return rgb


def test_a_face_that_was_cut_out_of_a_hood_comes_back() -> None:
    figure, hole = ring()
    closed = close_foreign_holes(picture(figure, hole, (240, 205, 180)), figure)
    np.testing.assert_array_equal(closed, figure | hole)


def test_a_gap_that_shows_what_lies_behind_stays_open() -> None:
    figure, hole = ring()
    closed = close_foreign_holes(picture(figure, hole, (60, 120, 70)), figure)
    np.testing.assert_array_equal(closed, figure)


def test_small_holes_are_left_as_they_are() -> None:
    figure, _ = ring()
    eye = cv2.circle(np.zeros(figure.shape, np.uint8), (100, 50), 5, 1, -1) > 0
    closed = close_foreign_holes(picture(figure, eye, (240, 205, 180)), figure & ~eye)
    np.testing.assert_array_equal(closed, figure & ~eye)


def test_what_is_open_to_the_border_is_no_hole() -> None:
    figure, hole = ring()
    figure[100:, 90:110] = False
    closed = close_foreign_holes(picture(figure, hole, (240, 205, 180)), figure)
    np.testing.assert_array_equal(closed, figure)
