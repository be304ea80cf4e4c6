"""Drawn styles: each is seen, edges stay where they are, white stays white, and alike stays alike."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.video.art_style import ArtStyle, draw_style, restyle

PLAIN = ArtStyle(flatness=0, turn_rad=0, chroma=1, gamma=1, tones=0, ink=0)
ROUNDING = 1
"""A level of 255, there and back through Lab."""


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    """A red disc and a blue square on white, with some shading."""
    rgb = np.full((80, 120, 3), 255, np.uint8)
    cv2.circle(rgb, (30, 40), 20, (220, 60, 40), -1)
    cv2.rectangle(rgb, (70, 20), (110, 60), (40, 80, 200), -1)
    rgb[30:50, 70:111] //= 2
    return rgb


def test_a_style_that_changes_nothing_changes_nothing(picture: NDArray[np.uint8]) -> None:
    assert np.abs(restyle(picture, PLAIN).astype(int) - picture).max() <= ROUNDING


@pytest.mark.parametrize(
    "change", [{"turn_rad": 2.0}, {"chroma": 0.0}, {"gamma": 1.5}, {"tones": 4}, {"ink": 1.0}]
)
def test_each_part_of_a_style_shows_and_white_stays_white(
    picture: NDArray[np.uint8], change: dict[str, float]
) -> None:
    found = restyle(picture, PLAIN._replace(**change))  # type: ignore[arg-type]
    figure = (picture != 255).any(-1)
    assert np.abs(found.astype(int) - picture)[figure].mean() > 3
    assert (found[~figure] >= 255 - ROUNDING).mean() > 0.9, "lines may lie beside an edge"
    if change.get("chroma") == 0:
        assert np.ptp(found.astype(int), axis=-1).max() <= 2 * ROUNDING


def test_flat_surfaces_lose_their_grain(picture: NDArray[np.uint8]) -> None:
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    grainy = np.clip(picture + noise, 0, 255).astype(np.uint8)
    disc = (slice(30, 50), slice(20, 40))
    assert restyle(grainy, PLAIN._replace(flatness=60.0))[disc].std(axis=(0, 1)).max() < 3
    assert grainy[disc].std(axis=(0, 1)).max() > 5


def test_random_styles_differ_and_hold_the_outlines(picture: NDArray[np.uint8]) -> None:
    figure = (picture != 255).any(-1)
    found = []
    for seed in range(40):
        style = draw_style(np.random.default_rng(seed))
        assert style == draw_style(np.random.default_rng(seed))
        changed = restyle(picture, style)
        far = cv2.erode((~figure).astype(np.uint8), np.ones((9, 9))) > 0
        assert (changed[far] >= 250).all()
        found.append(changed[40, 30])
    assert np.std(found, axis=0).min() > 25


def test_what_two_pictures_share_looks_alike_in_one_style(picture: NDArray[np.uint8]) -> None:
    """The same figure elsewhere in another picture: a reference and its target."""
    moved = np.roll(picture, 9, axis=1)
    for seed in range(8):
        style = draw_style(np.random.default_rng(seed))
        inner = np.s_[12:68, 15:100]
        np.testing.assert_array_equal(
            restyle(moved, style)[inner], np.roll(restyle(picture, style), 9, axis=1)[inner]
        )
