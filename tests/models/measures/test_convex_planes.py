from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.measures.convex_planes import fit_convex_planes


@pytest.mark.slow
def test_planes_of_a_room_are_found_again() -> None:
    y, x = np.mgrid[:60, :80]
    room = np.maximum.reduce(
        [np.full((60, 80), 0.3), (y - 30) / 40, (20 - x) / 60 + 0.3, (x - 50) / 50 + 0.2]
    )
    fitted = fit_convex_planes(room, np.ones_like(room, bool), 5)
    # A pixel at an edge may fall to either side.
    assert np.abs(fitted / room - 1).mean() < 0.01


def test_what_stands_before_the_planes_is_not_in_them() -> None:
    room = np.full((60, 80), 0.3)
    room[20:40, 30:33] = 0.9  # a post: no maximum of five planes shows it
    fitted = fit_convex_planes(room, np.ones_like(room, bool), 1)
    assert fitted == pytest.approx(0.3, rel=0.05)


def test_unseen_pixels_have_no_say() -> None:
    disparity = np.full((40, 40), 0.5)
    disparity[:, 20:] = 7.0
    seen = np.zeros((40, 40), bool)
    seen[:, :20] = True
    assert fit_convex_planes(disparity, seen, 3) == pytest.approx(0.5)


def test_too_few_pixels_are_refused() -> None:
    with pytest.raises(InputError, match="too little"):
        fit_convex_planes(np.ones((4, 4)), np.eye(4, dtype=bool), 5)
