"""Painted planes land where a pinhole camera sees them."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.art.perspective import View, floor, wall_back


def test_projection_is_a_pinhole() -> None:
    view = View(200, 100, 150.0, 40.0, (0, 0, 0))
    assert view.project([(0, 0, 3), (1, 0.5, 2)]).tolist() == [[100, 40], [175, 77.5]]


def test_a_wall_covers_exactly_its_pixels() -> None:
    view = View(200, 100, 100.0, 50.0, (10, 20, 30))
    view.place(np.full((64, 64, 3), 200, np.uint8), wall_back(1.0, -0.5, 0.5, 4.0))
    image = view.image()
    assert (image[40:60, 78:122] == 200).all()  # x = 100 +- 25, y = 50 +- 12.5
    assert image[50, 72].tolist() == [10, 20, 30] and image[36, 100].tolist() == [10, 20, 30]


def test_a_floor_is_textured_in_perspective() -> None:
    # Two halves along z, 2..4 and 4..6 m: the border between them is seen at f * h / 4 below the horizon.
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[50:] = 255
    view = View(200, 200, 200.0, 50.0, (128, 128, 128))
    view.place(picture, floor(1.0, 1.0, 2.0, 6.0))
    column = view.image()[:, 100, 0].astype(int)
    bright = np.flatnonzero(column > 200)
    assert bright[0] == pytest.approx(50 + 200 / 4, abs=1.5)
    assert bright[-1] == pytest.approx(50 + 200 / 2, abs=1.5)


def test_what_is_out_of_view_is_left_out() -> None:
    view = View(50, 50, 50.0, 25.0, (9, 9, 9))
    view.place(np.full((8, 8, 3), 200, np.uint8), [(90, 0, 2), (91, 0, 2), (91, 1, 2), (90, 1, 2)])
    assert (view.image() == 9).all()
