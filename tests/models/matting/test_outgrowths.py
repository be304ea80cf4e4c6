from __future__ import annotations

import cv2
import numpy as np

from models.matting.outgrowths import with_outgrowths


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A red figure before a teal wall, with its mask: of the body alone."""
    rng = np.random.default_rng(0)
    rgb = np.clip(np.array([120, 170, 170]) + rng.normal(0, 3, (240, 200, 3)), 0, 255).astype(np.uint8)
    body = np.zeros((240, 200), np.uint8)
    cv2.ellipse(body, (100, 150), (30, 70), 0, 0, 360, 1, -1)
    rgb[body > 0] = (190, 40, 50)
    return rgb, body > 0


def test_an_antenna_belongs_to_its_figure() -> None:
    rgb, body = scene()
    antenna = np.zeros(body.shape, np.uint8)
    cv2.line(antenna, (100, 82), (100, 74), 1, 2)
    cv2.circle(antenna, (100, 70), 5, 1, -1)
    rgb[(antenna > 0) & ~body] = (190, 40, 50)
    found = with_outgrowths(rgb, body)
    assert found[antenna > 0].mean() > 0.9
    assert not (found & ~body & (cv2.dilate(antenna, np.ones((5, 5), np.uint8)) == 0)).any()


def test_what_goes_on_or_has_the_scenes_colours_is_scenery() -> None:
    rgb, body = scene()
    board, stone = np.zeros(body.shape, np.uint8), np.zeros(body.shape, np.uint8)
    cv2.line(board, (128, 150), (199, 150), 1, 5)
    cv2.circle(stone, (64, 150), 7, 1, -1)
    cv2.circle(stone, (20, 30), 18, 1, -1)
    rgb[(board > 0) & ~body] = (190, 40, 50)
    rgb[(stone > 0) & ~body] = (30, 60, 140)
    np.testing.assert_array_equal(with_outgrowths(rgb, body), body)


def test_nothing_and_all_stay_what_they_are() -> None:
    rgb, body = scene()
    for mask in (np.zeros_like(body), np.ones_like(body)):
        np.testing.assert_array_equal(with_outgrowths(rgb, mask), mask)
