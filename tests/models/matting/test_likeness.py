from __future__ import annotations

import numpy as np
import pytest

from models.matting.likeness import Palette, likeness


def test_same_colours_are_alike_and_others_are_not() -> None:
    rgb = np.zeros((20, 30, 3), np.uint8)
    rgb[:, :10], rgb[:, 10:20], rgb[:, 20:] = (200, 30, 30), (200, 30, 30), (30, 60, 200)
    palette = Palette(rgb)
    first, same, other = (palette.of(np.broadcast_to(np.arange(30) // 10 == k, (20, 30))) for k in range(3))
    assert likeness(first, first) == pytest.approx(1, abs=1e-5)
    assert likeness(first, same) == pytest.approx(1, abs=1e-5)
    assert likeness(first, other) == pytest.approx(0, abs=1e-6)


def test_an_empty_part_is_like_nothing() -> None:
    palette = Palette(np.full((8, 8, 3), 90, np.uint8))
    nothing, all_of_it = palette.of(np.zeros((8, 8), np.bool_)), palette.of(np.ones((8, 8), np.bool_))
    assert likeness(nothing, all_of_it) == 0
