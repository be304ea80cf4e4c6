"""The canvas: coverage, straight alpha, clipping."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.art.brush import Canvas, limb, oval, rounded_box, smooth_curve


def test_alpha_is_coverage() -> None:
    canvas = Canvas(40, 30)
    canvas.shape([(10.5, 5), (20, 5), (20, 15), (10.5, 15)], (200, 100, 50))
    rgba = canvas.rgba()
    assert rgba[10, 15].tolist() == [200, 100, 50, 255]
    assert rgba[10, 25, 3] == 0
    assert int(rgba[10, 10, 3]) == pytest.approx(255 * 2 / 3, abs=25)  # half a pixel and the border's sixth
    assert rgba[10, 10, :3].tolist() == [200, 100, 50]  # straight: no dark fringe


def test_area_of_an_oval() -> None:
    canvas = Canvas(80, 80)
    canvas.shape(oval(40, 40, 30, 15, 25), (0, 0, 0))
    area = canvas.rgba()[..., 3].sum() / 255
    # OpenCV fills a polygon with its border: half a sample, a sixth of a pixel, wider all round.
    assert area == pytest.approx(np.pi * (30 + 1 / 6) * (15 + 1 / 6), rel=0.01)


def test_clipping_and_shading_stay_inside() -> None:
    canvas = Canvas(60, 60)
    inside = rounded_box(30, 30, 30, 30, 5)
    with canvas.clipped(inside):
        canvas.shape(oval(30, 30, 40, 40), (250, 200, 60), shade=6, rim=3)
    rgba = canvas.rgba()
    assert rgba[30, 8, 3] == 0 and rgba[30, 30, 3] == 255


def test_shade_falls_to_the_lower_right() -> None:
    canvas = Canvas(60, 60)
    canvas.shape(oval(30, 30, 25, 25), (200, 200, 200), shade=8)
    rgb = canvas.rgba().astype(int)
    assert rgb[44, 44, 0] < rgb[16, 16, 0] - 30


def test_shapes_outside_the_canvas_are_no_error() -> None:
    canvas = Canvas(20, 20)
    canvas.shape(oval(-50, -50, 10, 10), (1, 2, 3), shade=3, line=2)
    canvas.stroke([(100, 100), (120, 130)], (1, 2, 3), 4)
    assert canvas.rgba()[..., 3].max() == 0


def test_curves_go_through_their_points() -> None:
    points = np.array([(0.0, 0.0), (10, 5), (20, -5), (30, 0)])
    curve = smooth_curve(points, closed=False)
    for point in points:
        assert np.linalg.norm(curve - point, axis=1).min() < 1e-9


def test_a_limb_is_as_wide_as_asked() -> None:
    outline = limb([(20, 10), (20, 50)], [12, 12])
    assert np.ptp(outline[:, 0]) == pytest.approx(12, abs=1e-6)
    assert np.ptp(outline[:, 1]) == pytest.approx(40 + 12, abs=0.2)
