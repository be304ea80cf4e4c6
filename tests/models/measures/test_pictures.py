from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.pictures import HIGHEST_PSNR_DB, gradient_distance, masked_psnr, masked_ssim
from models.scoring.reference_metrics import psnr, ssim

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def picture() -> Picture:
    noise = np.random.default_rng(0).normal(0, 1, (120, 160, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.clip(128 + 300 * smooth, 0, 255).astype(np.uint8)


def noisy(picture: Picture, sigma: float) -> Picture:
    noise = np.random.default_rng(1).normal(0, sigma, picture.shape)
    return np.clip(np.round(picture + noise), 0, 255).astype(np.uint8)


def left() -> NDArray[np.bool_]:
    mask = np.zeros((120, 160), bool)
    mask[:, :80] = True
    return mask


def test_without_a_mask_they_are_the_usual_ones(picture: Picture) -> None:
    other = noisy(picture, 8)
    assert masked_psnr(other, picture) == pytest.approx(psnr(other, picture))
    assert masked_ssim(other, picture) == pytest.approx(ssim(other, picture), abs=1e-9)


def test_equal_pictures_are_finite(picture: Picture) -> None:
    assert masked_psnr(picture, picture) == HIGHEST_PSNR_DB
    assert masked_ssim(picture, picture) == pytest.approx(1)
    assert gradient_distance(picture, picture) == 0


def test_what_lies_outside_of_the_mask_has_no_say(picture: Picture) -> None:
    torn = picture.copy()
    torn[:, 84:] = 0
    assert masked_psnr(torn, picture, left()) == HIGHEST_PSNR_DB
    assert masked_ssim(torn, picture, left()) == pytest.approx(1)
    assert gradient_distance(torn, picture, left()) == 0
    assert masked_psnr(torn, picture, ~left()) < 10


def test_a_constant_offset_is_its_square(picture: Picture) -> None:
    mid = np.clip(picture, 20, 200)
    assert masked_psnr(mid + 10, mid) == pytest.approx(10 * np.log10(255**2 / 100))


def test_gradient_distance_is_the_deviation_of_its_map() -> None:
    # Steps of height h and k at one place: off the step both gradients vanish and the similarity is 1; on
    # it it is (2 h k + c) / (h² + k² + c) with the step's Prewitt gradient, half the height at two columns.
    low, high = np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64, 3), np.uint8)
    low[:, 32:], high[:, 32:] = 40, 80
    h, k = 40.0, 80.0  # the 3x3 sum of a step over 3, on the columns that touch it
    on = (2 * h * k + 170) / (h * h + k * k + 170)
    values = np.r_[np.full(2, on), np.ones(30)]
    assert gradient_distance(low, high) == pytest.approx(values.std(), rel=1e-6)


def test_more_blur_and_more_noise_are_farther(picture: Picture) -> None:
    blurred = [cv2.GaussianBlur(picture, (0, 0), sigma) for sigma in (1, 2, 4)]
    distances = [gradient_distance(other.astype(np.uint8), picture) for other in blurred]
    assert distances == sorted(distances) and distances[0] > 0
    similar = [masked_ssim(noisy(picture, sigma), picture) for sigma in (4, 8, 16)]
    assert similar == sorted(similar, reverse=True)


def test_what_does_not_fit_is_refused(picture: Picture) -> None:
    with pytest.raises(InputError, match="one size"):
        masked_psnr(picture[:-1], picture)
    with pytest.raises(InputError, match="mask"):
        masked_ssim(picture, picture, np.zeros((120, 160), bool))
