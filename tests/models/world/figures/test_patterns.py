"""Patterns: fabrics close round a garment, and have the sizes they say."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.figures.patterns import PATTERNS, Fabric, PatternKind, bake, on_ellipsoid

DARK, LIGHT = np.zeros(3), np.full(3, 200.0)


@pytest.mark.parametrize("kind", PATTERNS)
def test_a_pattern_closes_round_the_garment(kind: PatternKind) -> None:
    fabric = Fabric(kind, DARK, LIGHT, 0.07, 0.5)
    heights = np.linspace(0, 1, 200)
    start, end = (fabric.colour(np.full(200, turn), 0.93, heights) for turn in (0.0, 1.0 - 1e-9))
    np.testing.assert_allclose(start, end, atol=1e-3)


@pytest.mark.parametrize("kind", PATTERNS)
def test_colours_stay_between_the_two_yarns(kind: PatternKind) -> None:
    picture = bake(lambda u, v: Fabric(kind, DARK, LIGHT, 0.2, 0.5).colour(u, 1.0, v), 64, 64)
    assert picture.min() == 0
    assert picture.max() <= 200
    assert (picture.max() > 100) == (kind != "plain")


def test_stripes_have_their_width() -> None:
    picture = bake(lambda u, v: Fabric("stripes", DARK, LIGHT, 0.1).colour(u, 1.0, v), 4, 200)
    edges = np.count_nonzero(np.diff((picture[:, 0, 0] > 100).astype(int)) == 1)
    assert edges == 10
    assert 0.38 < (picture > 100).mean() < 0.52


def test_the_sphere_has_its_front_in_the_middle_and_left_to_the_right() -> None:
    u, v = np.array([0.5, 0.75, 0.25, 0.5]), np.array([0.5, 0.5, 0.5, 0.0])
    np.testing.assert_allclose(on_ellipsoid(u, v), [[0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, 1, 0]], atol=1e-12)
