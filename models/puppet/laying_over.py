"""A figure laid over what is behind it, pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled


@compiled(nogil=True)
def lay_over(
    figure: NDArray[np.float32],
    dark: NDArray[np.float32],
    picture: NDArray[np.uint8],
    cover: NDArray[np.uint8],
) -> None:
    """Lay a figure over a picture that it darkens, in place; pixels that it does not touch stay as they are.

    Args:
        figure: premultiplied float32 RGBA [H, W, 4].
        dark: darkening [H, W] in 0..1 of what is behind it.
        picture: uint8 [H, W, 3], is drawn upon.
        cover: uint8 [H, W], becomes the figure's alpha.
    """
    one, full = np.float32(1), np.float32(255)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            if figure[y, x, 3] > 0 or dark[y, x] > 0:
                alpha = min(max(figure[y, x, 3], np.float32(0)), one)
                behind, seen = one - dark[y, x], one - alpha
                for c in range(3):
                    colour = np.float32(picture[y, x, c]) * behind
                    mixed = np.rint(full * figure[y, x, c] + colour * seen)
                    picture[y, x, c] = np.uint8(min(max(mixed, np.float32(0)), full))
                cover[y, x] = np.uint8(np.rint(full * alpha))
