from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.superpixels import part


def halves() -> NDArray[np.uint8]:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:, :80], picture[:, 80:] = (200, 60, 60), (60, 60, 200)
    return picture


def test_regions_cover_the_picture_and_keep_to_its_colours() -> None:
    regions = part(halves())
    assert regions.labels.shape == (120, 160)
    np.testing.assert_allclose(regions.area.sum(), 1)
    mixed = regions.mean((np.mgrid[:120, :160][1] >= 80).astype(np.float32))
    # A pixel to either side: SLIC looks at a smoothed picture.
    assert np.minimum(mixed, 1 - mixed).max() < 0.25 and np.minimum(mixed, 1 - mixed).mean() < 0.03


def test_neighbours_know_the_colour_step_between_them() -> None:
    regions = part(halves())
    i, j = regions.pairs.T
    right = regions.xy[:, 0] > 0.5
    across = right[i] != right[j]
    assert across.any() and regions.step[across].min() > 50
    assert np.median(regions.step[~across]) < 1
    assert np.isclose(regions.seam[across].sum(), 120, atol=4), "the seam is as long as the picture is high"


def test_a_mean_over_regions_is_the_mean_of_their_pixels() -> None:
    regions = part(halves())
    values = np.random.default_rng(0).random((120, 160)).astype(np.float32)
    expected = [values[regions.labels == k].mean() for k in range(len(regions.area))]
    np.testing.assert_allclose(regions.mean(values), expected, rtol=1e-4)
