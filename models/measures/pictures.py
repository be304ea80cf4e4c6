"""Pictures against true pictures, over the part that matters."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from data_contracts.errors import InputError
from models.scoring.reference_metrics import SSIM_WINDOW_PX, psnr

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Singles = NDArray[np.float64]

HIGHEST_PSNR_DB = 60.0
"""What rounding to 8 bits leaves is 58.9 dB (a mean square error of 1/12 level), so more says nothing; and
means need a finite number for equal pictures."""

GMSD_C = 170.0
"""Xue et al. 2014, section III: stabilises the quotient for levels of 0 to 255."""


def masked_psnr(picture: Picture, truth: Picture, mask: Mask | None = None) -> float:
    """PSNR in dB over all channels of the pixels in the mask; at most `HIGHEST_PSNR_DB`.

    Args:
        picture: uint8 [H, W, 3].
        truth: uint8 [H, W, 3].
        mask: bool [H, W]; None for the whole picture.

    Raises:
        InputError: other sizes or types, or an empty mask.
    """
    mask = _checked(picture, truth, mask)
    return min(psnr(picture[mask], truth[mask]), HIGHEST_PSNR_DB)


def masked_ssim(picture: Picture, truth: Picture, mask: Mask | None = None) -> float:
    """Mean over the mask of the local SSIM of the grey pictures (Wang et al. 2004), uniform 7x7 windows.

    Over the whole picture it is `models.scoring.reference_metrics.ssim`, whose windows lie inside. A window
    belongs to the pixel in its middle, so three pixels round the mask have a say; a mask that lies within
    three pixels of the border has none of its windows inside and is refused.
    """
    mask = _checked(picture, truth, mask)
    local: Singles
    _, local = structural_similarity(
        _grey(picture), _grey(truth), win_size=SSIM_WINDOW_PX, data_range=255, full=True
    )
    inside = mask.copy()
    rim = SSIM_WINDOW_PX // 2
    inside[:rim] = inside[-rim:] = inside[:, :rim] = inside[:, -rim:] = False
    if not inside.any():
        raise InputError("no window lies inside of the picture", expected=f"pixels {rim} px from the border")
    return float(local[inside].mean(dtype=np.float64))


def gradient_distance(picture: Picture, truth: Picture, mask: Mask | None = None) -> float:
    """Gradient magnitude similarity deviation (GMSD, Xue et al. 2014): a perceptual distance without weights.

    It stands where LPIPS would, which needs a network's weights, and it is not LPIPS: it sees structure
    (blur, ghosts, missing texture), not meaning, and no colour. Prewitt gradients of the grey pictures,
    averaged 2x2 and halved; GMS = (2 m1 m2 + c) / (m1² + m2² + c); the distance is its standard deviation.

    Returns:
        0 for equal structure; about 0.05 is a good, 0.2 a bad reconstruction.
    """
    mask = _checked(picture, truth, mask)
    ours, theirs = _gradient(picture), _gradient(truth)
    similarity = (2 * ours * theirs + GMSD_C) / (ours**2 + theirs**2 + GMSD_C)
    halved = _halved(mask.astype(np.float64)) >= 0.5
    if not halved.any():
        raise InputError("the mask is too thin", expected="some 2x2 px of it", got=f"{int(mask.sum())} px")
    return float(similarity[halved].std())


def _gradient(picture: Picture) -> Singles:
    small = _halved(_grey(picture).astype(np.float64))
    kernel = np.array([[1, 0, -1]] * 3) / 3
    across = cv2.filter2D(small, cv2.CV_64F, kernel, borderType=cv2.BORDER_REFLECT)
    down = cv2.filter2D(small, cv2.CV_64F, kernel.T, borderType=cv2.BORDER_REFLECT)
    return np.asarray(np.hypot(across, down), np.float64)


def _halved(values: Singles) -> Singles:
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    blocks = values[:height, :width].reshape(height // 2, 2, width // 2, 2)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float64)


def _grey(picture: Picture) -> Picture:
    return cast("Picture", cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def _checked(picture: Picture, truth: Picture, mask: Mask | None) -> Mask:
    least = 2 * SSIM_WINDOW_PX
    if (
        picture.dtype != np.uint8
        or truth.dtype != np.uint8
        or picture.shape != truth.shape
        or truth.ndim != 3
        or truth.shape[2] != 3
        or min(truth.shape[:2]) < least
    ):
        raise InputError(
            "pictures are compared at one size",
            expected=f"uint8 {list(truth.shape)}, at least {least} px a side",
            got=f"{picture.dtype} {list(picture.shape)}",
        )
    whole = np.ones(truth.shape[:2], bool) if mask is None else mask
    if whole.shape != truth.shape[:2] or whole.dtype != np.bool_ or not whole.any():
        raise InputError(
            "the mask does not fit",
            expected=f"bool {list(truth.shape[:2])}, not empty",
            got=list(whole.shape),
        )
    return whole
