"""First guess: what a hole is taken to hold before any patch has been matched to it."""

import numpy as np
from numpy.typing import NDArray

from models.inpainting.pull_push import pull_push

SEEN = 0.5
"""A column is part of the picture if so much of it is known, as a share of the best-known column."""


def first_guess(rgb: NDArray[np.float32], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Smooth colours within the picture, and its mirror image to the left and right of it.

    Beside a picture smooth colours end in a blur: far from what is known they are like the smoothest patches,
    which are matched to them and keep them smooth. A mirror image goes on without a step at the border and
    holds as much detail as the picture; patches are copied as they stand, so that no car is left with two
    bonnets. Above and below the picture a mirror would turn floors into ceilings.

    Args:
        rgb: float32 [H, W, 3].
        known: bool [H, W].

    Returns:
        float32 [H, W, 3], equal to `rgb` where known.
    """
    smooth = pull_push(rgb, known)
    share = known.mean(0)
    columns = np.flatnonzero(share >= SEEN * max(share.max(), 1 / len(known)))
    if len(columns) < 2:
        return smooth
    first, last = columns[0], columns[-1]
    period = 2 * (last - first)
    there_and_back = (np.arange(known.shape[1]) - first) % period
    mirror = first + np.minimum(there_and_back, period - there_and_back)
    return np.where(known[..., None], rgb, smooth[:, mirror]).astype(np.float32)
