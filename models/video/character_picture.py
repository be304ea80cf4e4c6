"""The reference as the gated model sees it: the figure alone on white, with a little room round it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError

ROOM_SHARE = 0.1
"""Room round the figure on each side, as a share of its longer side."""


def character_picture(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], height_px: int, width_px: int
) -> NDArray[np.uint8]:
    """Cut a figure out on white and fit it into a frame's size.

    Args:
        rgb: uint8 [H, W, 3].
        alpha: float32 [H, W] in 0..1.
        height_px, width_px: of the frame.

    Returns:
        uint8 [height_px, width_px, 3], the figure in the middle, as large as it fits.

    Raises:
        NoFigureError: the alpha shows nothing.
    """
    shown = alpha > 0.5
    if not shown.any():
        raise NoFigureError("the matte of the reference is empty", expected="some pixels over one half")
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    size = np.array([columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1], np.float64)
    middle = np.array([columns[0], rows[0]]) + size / 2
    roomy = size + 2 * ROOM_SHARE * size.max()
    scale = float(np.min(np.array([width_px, height_px]) / roomy))
    shift = np.array([width_px, height_px]) / 2 - scale * middle
    # OpenCV has pixel centres at integers.
    matrix = np.array([[scale, 0, shift[0] + scale / 2 - 0.5], [0, scale, shift[1] + scale / 2 - 0.5]])
    premultiplied = np.concatenate([rgb * alpha[..., None], alpha[..., None]], axis=-1).astype(np.float32)
    laid = cv2.warpAffine(
        _before_shrinking(premultiplied, scale), matrix, (width_px, height_px), flags=cv2.INTER_LINEAR
    )
    on_white = np.rint(laid[..., :3] + 255 * (1 - laid[..., 3:]))
    return np.asarray(np.clip(on_white, 0, 255), np.uint8)


def _before_shrinking(picture: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Without what a smaller picture cannot hold."""
    if scale >= 1:
        return picture
    sigma = 0.5 * np.sqrt(scale**-2 - 1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(sigma)), np.float32)
