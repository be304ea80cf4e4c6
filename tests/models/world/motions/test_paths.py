"""Paths: as long as asked for, smooth, and inside of the disc."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.motions.paths import arc_within


@pytest.mark.parametrize("length", [0.3, 1.9, 2.3, 3.0, 3.7, 9.0])
@pytest.mark.parametrize("bend", [0.1, -0.6])
def test_path_is_as_long_as_asked_and_stays_in_the_disc(length: float, bend: float) -> None:
    arc = arc_within(length, 1.2, 0.7, bend)
    along = np.linspace(-length / 2, length / 2, 4001)
    places = arc.places(along)
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).sum() == pytest.approx(length, rel=1e-5)
    assert np.linalg.norm(places, axis=1).max() < 1.2 + 1e-6
    assert np.sign(arc.bend) == np.sign(bend)


def test_heading_is_the_paths_direction_and_left_is_positive() -> None:
    arc = arc_within(2.0, 1.2, 0.4, 0.5)
    step = 1e-5
    places = arc.places(np.array([0.3, 0.3 + step]))
    heading = arc.headings(np.array([0.3]))[0]
    ahead = np.array([np.sin(heading), 0.0, np.cos(heading)])
    assert (places[1] - places[0]) / step == pytest.approx(ahead, abs=1e-4)
    # Facing +z, the left is +x: there a positive bend leads.
    along = np.array([0.0, 0.5])
    start, end = arc_within(2.0, 1.2, 0.0, 0.5).places(along)
    assert end[0] > start[0]


def test_a_short_path_is_no_more_bent_than_it_was_asked_to_be() -> None:
    assert arc_within(1.5, 1.2, 0.0, 0.3).bend == pytest.approx(0.3)
    assert abs(arc_within(50.0, 1.2, 0.0, 0.3).bend) == pytest.approx(1 / 1.2)
