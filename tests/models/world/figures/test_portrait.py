"""Portraits: paint goes where face coordinates say."""

from __future__ import annotations

import numpy as np

from models.world.figures.portrait import CANVAS_PX, REACH, Canvas, disc, smooth
from models.world.figures.skeleton import Floats

SKIN, INK = np.full(3, 200.0), np.zeros(3)


def colour_at(canvas: Canvas, x: float, y: float) -> Floats:
    column, row = ((value + REACH) * CANVAS_PX / (2 * REACH) for value in (x, -y))
    return np.asarray(canvas.rgb[int(row), int(column)])


def test_what_is_filled_is_where_it_was_asked_for() -> None:
    canvas = Canvas(SKIN)
    canvas.fill(disc(np.array([0.4, 0.3]), np.array([0.1, 0.1])), INK)
    np.testing.assert_allclose(colour_at(canvas, 0.4, 0.3), INK)
    np.testing.assert_allclose(colour_at(canvas, 0.48, 0.3), INK)
    np.testing.assert_allclose(colour_at(canvas, 0.52, 0.3), SKIN)
    np.testing.assert_allclose(colour_at(canvas, -0.4, 0.3), SKIN)
    np.testing.assert_allclose(colour_at(canvas, 0.4, -0.3), SKIN)


def test_an_iris_stays_within_the_lids() -> None:
    canvas = Canvas(SKIN)
    white = canvas.fill(disc(np.zeros(2), np.array([0.3, 0.1])), np.full(3, 250.0))
    canvas.within(white, disc(np.zeros(2), np.array([0.2, 0.2])), INK)
    np.testing.assert_allclose(colour_at(canvas, 0, 0.05), INK)
    np.testing.assert_allclose(colour_at(canvas, 0, 0.15), SKIN)


def test_a_smooth_line_passes_through_its_points() -> None:
    points = np.array([[0.0, 0.0], [0.3, 0.1], [0.5, -0.2], [0.1, -0.4]])
    for closed in (True, False):
        line = smooth(points, closed)
        gaps = np.linalg.norm(points[:, None] - line[None], axis=-1).min(axis=1)
        assert gaps.max() < 1e-12
