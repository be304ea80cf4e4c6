"""A region's descriptor is of the region: where it lies, and what is far from it, does not count."""

from __future__ import annotations

import numpy as np
import pytest

from models.scoring.colour_texture import ColourTexture, ColourTextureConfig

Picture = tuple[np.ndarray, np.ndarray]


@pytest.fixture
def picture() -> Picture:
    noise = np.random.default_rng(3).integers(0, 256, (120, 160, 3), np.uint8)
    region = np.zeros((120, 160), np.bool_)
    region[40:70, 60:80] = True
    return noise, region


def described(frame: np.ndarray, region: np.ndarray) -> np.ndarray:
    return ColourTexture(ColourTextureConfig()).describe(frame[None], region[None])[0]


def test_what_is_farther_than_the_widest_blur_does_not_count(picture: Picture) -> None:
    frame, region = picture
    other = frame.copy()
    other[:20], other[90:], other[:, :40], other[:, 100:] = 0, 255, 0, 255
    np.testing.assert_array_equal(described(other, region), described(frame, region))
    frame[40:70, 60:64] = 0
    assert np.abs(described(other, region) - described(frame, region)).max() > 1e-3


def test_a_region_may_lie_anywhere(picture: Picture) -> None:
    frame, region = picture
    moved = np.roll(frame, (11, -7), (0, 1)), np.roll(region, (11, -7), (0, 1))
    np.testing.assert_allclose(described(*moved), described(frame, region), atol=1e-6)


def test_a_region_at_the_border_is_described_as_the_whole_frame_would_be(picture: Picture) -> None:
    frame, _ = picture
    everywhere = np.ones(frame.shape[:2], np.bool_)
    almost = everywhere.copy()
    almost[:1] = False
    assert described(frame, everywhere) @ described(frame, almost) > 0.999
