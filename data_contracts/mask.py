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


def read_mask(path: Path, width: int, height: int) -> NDArray[np.float32]:
    """Read a mask for a picture of a size: float32 [height, width] in 0..1.

    White is the figure and black is not; where the file has transparency, opaque is the figure. Another size
    of the same shape is resampled.

    Raises:
        InputError: it is not readable, in colours, of another shape than the picture, or all white.
        NoFigureError: it is empty.
    """
    pixels = read_image(path, min_side_px=1)
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255:
        plane = pixels[..., 3]
    elif int(np.ptp(pixels[..., :3], axis=2).max()) > _GREY_TOLERANCE:
        raise InputError(
            "the mask is a picture in colours",
            where=path,
            expected="white for the figure and black for the rest, or a picture with transparency",
        )
    else:
        plane = pixels[..., 1]
    tall, wide = plane.shape
    if abs((wide / tall) / (width / height) - 1) > _ASPECT_TOLERANCE:
        raise InputError(
            "the mask is for a picture of another shape",
            where=path,
            expected=f"the proportions of {width}x{height}",
            got=f"{wide}x{tall}",
            hint="Paint it over the reference itself: bunraku rig edit REFERENCE",
        )
    how = cv2.INTER_AREA if wide > width else cv2.INTER_LINEAR
    mask = np.asarray(cv2.resize(plane, (width, height), interpolation=how) / np.float32(255), np.float32)
    share = float((mask > 0.5).mean())
    if share == 0:
        raise NoFigureError("the mask is empty", where=path, expected="the figure in white")
    if share > _MOST:
        raise InputError(
            "the mask covers the whole picture",
            where=path,
            expected=f"at most {_MOST:.0%} of it",
            got=f"{share:.1%}",
            hint="White is the figure, black the rest",
        )
    return mask
