"""Mask: which pixels of a picture are the figure's, as a person painted it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.image import read_image

_ASPECT_TOLERANCE = 0.03
"""Of the sides' ratio: what rounding makes of a small picture at another size."""
_GREY_TOLERANCE = 12
"""Between the channels of a grey picture that was saved as JPEG."""
_MOST = 0.98
"""Share of a picture from which on a mask leaves no background."""

_OVER_THE_REFERENCE = "Paint it over the reference itself: bunraku rig edit REFERENCE"


def read_mask(path: Path, width: int, height: int) -> NDArray[np.float32]:
    """Read a mask for a picture of a size: float32 [height, width] in 0..1.

    White is the figure and black is not; where the file has transparency, opaque is the figure. Another size
    of the same shape is resampled.

    Raises:
        InputError: it is not readable, in colours, of another shape than the picture, or all white.
        NoFigureError: it is empty.
    """
    pixels = read_image(path, min_side_px=1)
    mask = mask_of_pixels(pixels, width, height, path, _OVER_THE_REFERENCE)
    if not (mask > 0.5).any():
        raise NoFigureError("the mask is empty", where=path, expected="the figure in white")
    return mask


def mask_of_pixels(
    pixels: NDArray[np.uint8], width: int, height: int, where: object, reshape_hint: str
) -> NDArray[np.float32]:
    """A painted picture, uint8 [H, W, 3 or 4], as a mask of a size; one without a figure is let through.

    Args:
        pixels: white on black, or opaque on transparent.
        width: of the mask wanted, in pixels.
        height: of the mask wanted.
        where: the file, or the frame of a file, for errors.
        reshape_hint: what to do where the shape is another.

    Raises:
        InputError: it is in colours, of another shape, or all white.
    """
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255:
        plane = pixels[..., 3]
    elif int(np.ptp(pixels[..., :3], axis=2).max()) > _GREY_TOLERANCE:
        raise InputError(
            "the mask is a picture in colours",
            where=where,
            expected="white for the figure and black for the rest, or a picture with transparency",
        )
    else:
        plane = pixels[..., 1]
    check_proportions(plane.shape, width, height, "the mask", where, reshape_hint)
    how = cv2.INTER_AREA if plane.shape[1] > width else cv2.INTER_LINEAR
    mask = np.asarray(cv2.resize(plane, (width, height), interpolation=how) / np.float32(255), np.float32)
    share = float((mask > 0.5).mean())
    if share > _MOST:
        raise InputError(
            "the mask covers the whole picture",
            where=where,
            expected=f"at most {_MOST:.0%} of it",
            got=f"{share:.1%}",
            hint="White is the figure, black the rest",
        )
    return mask


def check_proportions(
    shape: tuple[int, ...], width: int, height: int, what: str, where: object, hint: str
) -> None:
    """Refuse what was painted, [H, W, ...], for a picture of another shape.

    Raises:
        InputError: its proportions are not those of width and height.
    """
    tall, wide = shape[:2]
    if abs((wide / tall) / (width / height) - 1) > _ASPECT_TOLERANCE:
        raise InputError(
            f"{what} is for a picture of another shape",
            where=where,
            expected=f"the proportions of {width}x{height}",
            got=f"{wide}x{tall}",
            hint=hint,
        )
