from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.scoring.reference_metrics import l1, l1_disco, psnr, psnr_disco_legacy, ssim

FLAT = np.full((32, 32, 3), 100, np.uint8)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (64, 64, 3)).astype(np.uint8)


def test_psnr_of_a_constant_error() -> None:
    assert psnr(FLAT + 10, FLAT) == pytest.approx(20 * np.log10(255 / 10))
    assert psnr(FLAT, FLAT + 10) == psnr(FLAT + 10, FLAT)
    assert psnr(FLAT, FLAT) == float("inf")


def test_the_legacy_psnr_wraps_as_it_did() -> None:
    black, white = np.zeros_like(FLAT), np.full_like(FLAT, 255)
    assert psnr_disco_legacy(white, black) == pytest.approx(20 * np.log10(255))  # 255² mod 256 is 1
    assert psnr(white, black) == pytest.approx(0.0)
    assert psnr_disco_legacy(FLAT + 16, FLAT) == 100.0  # 16² mod 256 is 0
    # Unrelated pictures: about 28 dB where the truth is about 8.
    assert 27 < psnr_disco_legacy(noise(1), noise(2)) < 29
    assert 7 < psnr(noise(1), noise(2)) < 9


def test_small_errors_are_the_same_in_both() -> None:
    near = FLAT.copy()
    near[::2] += 3
    assert psnr_disco_legacy(near, FLAT) == pytest.approx(psnr(near, FLAT))


def test_ssim() -> None:
    picture = noise(3)
    assert ssim(picture, picture) == pytest.approx(1.0)
    assert abs(ssim(noise(4), picture)) < 0.1
    # Two flat pictures differ by the luminance term only (Wang et al., eq. 6).
    a, b, c1 = 100.0, 150.0, (0.01 * 255) ** 2
    expected = (2 * a * b + c1) / (a * a + b * b + c1)
    assert ssim(FLAT, FLAT + 50) == pytest.approx(expected, rel=1e-6)


def test_l1_conventions() -> None:
    assert l1(FLAT + 51, FLAT) == pytest.approx(0.2)
    assert l1_disco(FLAT + 51, FLAT) == pytest.approx(51 / 1024)
    # DreamDance (character art), table 1: 4.109e-5 at 768 px is 24.2 levels.
    assert round(4.109e-5 * 768**2, 1) == 24.2


@pytest.mark.parametrize("metric", [psnr, psnr_disco_legacy, ssim, l1, l1_disco])
def test_wrong_input_is_refused(metric: object) -> None:
    with pytest.raises(InputError, match="one size"):
        metric(FLAT, FLAT[:16])  # type: ignore[operator]
    with pytest.raises(InputError, match="8-bit"):
        metric(FLAT.astype(np.float32), FLAT)  # type: ignore[operator]


def test_ssim_refuses_pictures_smaller_than_its_window() -> None:
    with pytest.raises(InputError, match="too small"):
        ssim(FLAT[:6, :6], FLAT[:6, :6])
