"""Full-reference metrics of single frames, each with the convention that its published numbers follow.

All take pictures uint8 [H, W, 3] or [H, W] of one size. The field's evaluation code goes back to DisCo's,
whose conventions (and one bug) these functions name.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from data_contracts.errors import InputError

SSIM_WINDOW_PX = 7
"""scikit-image's default, which DisCo's evaluation uses on grey pictures."""


def psnr(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB over all channels, peak 255; infinite for equal pictures."""
    _check(picture, truth)
    error = float(np.mean(np.square(picture.astype(np.float64) - truth.astype(np.float64))))
    return float("inf") if error == 0 else float(10.0 * np.log10(255.0**2 / error))


def psnr_disco_legacy(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """PSNR as DisCo computed it until April 2024, to compare with numbers published by then.

    The difference and its square are taken in uint8 and wrap at 256, twice: unrelated pictures come out at
    about 28 dB, and where every squared error is a multiple of 256 the result is 100, as for equal ones.
    Never use it to judge anything.
    """
    _check(picture, truth)
    difference = picture - truth
    wrapped = difference * difference
    error = float(np.mean(wrapped))
    return 100.0 if error == 0 else float(20.0 * np.log10(255.0 / np.sqrt(error)))


def ssim(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Structural similarity (Wang et al., 2004) of the grey pictures, uniform 7×7 windows, range 255.

    Raises:
        InputError: a side is shorter than the window.
    """
    _check(picture, truth)
    if min(truth.shape[:2]) < SSIM_WINDOW_PX:
        raise InputError(
            "the picture is too small for SSIM",
            expected=f"at least {SSIM_WINDOW_PX} px a side",
            got=list(truth.shape[:2]),
        )
    return float(structural_similarity(_grey(picture), _grey(truth), win_size=SSIM_WINDOW_PX, data_range=255))


def l1(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Mean absolute difference over all channels, in shares of the full range: 0 to 1."""
    _check(picture, truth)
    return float(np.mean(np.abs(picture.astype(np.float64) - truth.astype(np.float64))) / 255.0)


def l1_disco(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """L1 as the field prints it: mean absolute difference in levels, over the number of pixels.

    It depends on the resolution: the 4.109e-5 of DreamDance (character art), table 1, is 24.2 levels at
    768×768. Compare it at one size only.
    """
    _check(picture, truth)
    height, width = truth.shape[:2]
    return float(l1(picture, truth) * 255.0 / (height * width))


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if picture.ndim == 2:
        return picture
    return cast("NDArray[np.uint8]", cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def _check(picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> None:
    if picture.dtype != np.uint8 or truth.dtype != np.uint8:
        raise InputError(
            "metrics compare 8-bit pictures", expected="uint8", got=f"{picture.dtype} and {truth.dtype}"
        )
    if picture.shape != truth.shape or picture.ndim not in (2, 3) or picture.size == 0:
        raise InputError(
            "metrics compare pictures of one size",
            expected=list(truth.shape),
            got=list(picture.shape),
            hint="Resize the generated picture to the ground truth's size",
        )
