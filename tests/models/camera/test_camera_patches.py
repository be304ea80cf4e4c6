"""Patches found again: shifted, stretched, brightened, hidden."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy import ndimage

from models.camera.patches import align_patches

POINTS = np.array([[40.0, 40], [60.3, 50.7], [90.5, 33.2]])


def texture(seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(0, 255, (90, 130)).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 2.0) * 3 - 250


def found(
    images: np.ndarray, start: np.ndarray, shape: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    n = len(POINTS)
    shapes = np.tile(np.eye(2) if shape is None else shape, (n, 1, 1))
    return align_patches(
        images.astype(np.float32),
        np.zeros(n, int),
        POINTS,
        np.arange(n),
        np.ones(n, int),
        start,
        shapes,
        2.5,
    )


def test_a_shift_is_found_to_a_fraction_of_a_pixel_in_other_light() -> None:
    picture = texture()
    shift = np.array([0.37, -1.21])
    moved = ndimage.shift(picture, shift[::-1], order=5, mode="nearest")
    xy, likeness = found(np.stack([picture, 0.6 * moved + 30]), POINTS.copy())
    np.testing.assert_allclose(xy, POINTS + shift, atol=0.03)
    assert likeness.min() > 0.99


def test_a_patch_is_sought_in_the_shape_that_it_should_have() -> None:
    picture = texture()
    shape = np.array([[1.25, 0.1], [-0.1, 1.15]])
    centre = np.array([65.0, 45])
    there = (POINTS - centre) @ shape.T + centre
    moved = cv2.warpAffine(picture, np.c_[shape, centre - shape @ centre], (130, 90), flags=cv2.INTER_CUBIC)
    both = np.stack([picture, moved])
    xy, likeness = found(both, there + [0.8, -0.6], shape)
    np.testing.assert_allclose(xy, there, atol=0.05)
    plain = found(both, there + [0.8, -0.6])
    assert np.abs(plain[0] - there).max() > np.abs(xy - there).max()
    assert (plain[1] < likeness).all()


@pytest.mark.parametrize("level", [0.0, 128.0])
def test_what_is_plain_or_far_or_outside_is_not_found(level: float) -> None:
    picture = texture()
    plain = np.full_like(picture, level)
    assert (found(np.stack([plain, picture]), POINTS.copy())[1] == -1).all()
    assert (found(np.stack([picture, plain]), POINTS.copy())[1] == -1).all()
    assert (found(np.stack([picture, picture]), POINTS - [100, 0])[1] == -1).all()
    assert found(np.stack([picture, texture(1)]), POINTS.copy())[1].max() < 0.8
