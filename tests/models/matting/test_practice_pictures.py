from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.matting.network import Network
from tests.models.matting.practice_pictures import SIDE_PX, practice_picture
from tests.models.matting.practice_stills import PracticeStill
from tests.models.matting.refit import _source


def still() -> PracticeStill:
    """A red ellipse before a blue wall."""
    alpha = np.zeros((280, 210), np.uint8)
    cv2.ellipse(alpha, (105, 140), (40, 110), 0, 0, 360, 255, -1)
    clean = np.full((280, 210, 3), (20, 30, 200), np.uint8)
    figure = np.full((280, 210, 3), (220, 30, 20), np.uint8)
    return PracticeStill(np.where(alpha[..., None] > 0, figure, clean), figure, alpha, clean, "human")


def red(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(rgb[..., 0].astype(int) > rgb[..., 2].astype(int) + 40, np.bool_)


def test_the_first_pictures_are_the_stills() -> None:
    picture = practice_picture(0, [still()])
    assert max(picture.rgb.shape) == SIDE_PX
    assert (red(picture.rgb) == picture.mask).mean() > 0.99


@pytest.mark.slow
def test_masks_are_of_the_figures_that_were_laid_over_places() -> None:
    only = [still()]
    before_the_wall = 0
    for number in range(1, 12):
        picture = practice_picture(number, only)
        same = practice_picture(number, only)
        np.testing.assert_array_equal(picture.rgb, same.rgb)
        assert red(picture.rgb)[picture.mask].mean() > 0.95
        assert 0.02 < picture.mask.mean() < 0.8
        before_the_wall += bool(red(picture.rgb)[~picture.mask].mean() < 0.02)
    assert before_the_wall >= 6, "three in four grounds are places, here one blue wall"


def test_a_written_network_reads_as_it_was() -> None:
    rng = np.random.default_rng(0)
    network = Network(rng.normal(0, 3, (16, 29)), rng.normal(0, 3, 17))
    names = {"Network": Network, "np": np}
    exec(_source("FIRST", network), names)
    read = names["FIRST"]
    assert isinstance(read, Network)
    np.testing.assert_allclose(read.hidden, network.hidden, rtol=5e-3)
    np.testing.assert_allclose(read.answer, network.answer, rtol=5e-3)
    assert max(len(line) for line in _source("FIRST", network).splitlines()) <= 110
