from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.trust import trust

Mask = NDArray[np.bool_]


def scene() -> tuple[NDArray[np.uint8], Mask, NDArray[np.float64]]:
    """A red figure before green, and odds that know it well."""
    figure = cv2.ellipse(np.zeros((400, 300), np.uint8), (150, 200), (60, 150), 0, 0, 360, 1, -1) > 0
    rgb = np.where(figure[..., None], (190, 60, 50), (60, 120, 70)).astype(np.uint8)
    return rgb, np.asarray(figure, np.bool_), np.where(figure, 0.95, 0.02)


def test_a_whole_figure_is_trusted() -> None:
    rgb, figure, odds = scene()
    assert trust(rgb, figure, odds, 0.98) > 0.9
    assert trust(rgb, figure, odds, None) > 0.9


def test_a_figure_without_its_upper_half_is_not() -> None:
    rgb, figure, odds = scene()
    half = figure.copy()
    half[:200] = False
    assert trust(rgb, half, odds, 0.98) < 0.3


def test_a_figure_with_a_piece_of_the_scene_is_trusted_less() -> None:
    rgb, figure, odds = scene()
    more = figure.copy()
    more[300:, :150] = True
    assert trust(rgb, more, odds, 0.98) < trust(rgb, figure, odds, 0.98) - 0.2


def test_cuts_that_disagree_are_trusted_less() -> None:
    rgb, figure, odds = scene()
    assert trust(rgb, figure, odds, 0.3) < trust(rgb, figure, odds, 0.98) - 0.03


def test_nothing_is_not_trusted() -> None:
    rgb, figure, odds = scene()
    assert trust(rgb, np.zeros_like(figure), odds, None) == 0
