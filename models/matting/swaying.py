"""What of a picture is alive: nobody stands so still as a palm does, and so what never stirs is scenery.

A trunk that stays in the background plate still sways by a fraction of a pixel, and its outline with it. Legs
may stand on one spot all along, so that what lies below something alive is left open.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask, disc, morph

OFTEN = 90
"""Percentile over time: who sways is elsewhere than the plate shows in a tenth of the frames at least."""
LEAST_LEVELS, LEAST_TIMES = 3.0, 2.0
"""Of 255, and against the picture's median, by which a smoothed pixel that stirs differs from the plate."""
ROUND = 6.0
"""Pixels of 480 round what stirs that may belong to it: only outlines stir, and not what lies between."""
LEAST_STIR = 0.02
"""Of a mover's area, that stirs beside it: with less nothing of it sways, and stillness tells nothing."""


def swaying(differences: NDArray[np.float32], ever: Mask, *, alone: bool) -> Mask:
    """Where the living may stand that a mover belongs to: what stirs beside it, and all below that.

    Args:
        differences: float32 ``[H, W]``, of `stirring`.
        ever: bool ``[H, W]``, where the mover ever is.
        alone: whether it is the only one: then it may stand anywhere if nothing beside it stirs. Of several
            some sway, and who does not is no larger than what moves.
    """
    unit = max(ever.shape) / 480
    floor = LEAST_TIMES * float(np.median(differences)) + LEAST_LEVELS
    stirs = morph(np.asarray(differences > floor, np.bool_), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    near = morph(stirs | ever, cv2.MORPH_DILATE, disc(ROUND * unit))
    count, pieces = cv2.connectedComponents(near.astype(np.uint8))
    own = np.zeros(count, np.bool_)
    own[np.unique(pieces[ever])] = True
    own[0] = False
    beside = stirs & own[pieces] & ~morph(ever, cv2.MORPH_DILATE, disc(ROUND * unit))
    if alone and beside.sum() < LEAST_STIR * ever.sum():
        return np.ones_like(ever)
    return np.asarray(np.logical_or.accumulate(own[pieces], axis=0), np.bool_)


def stirring(frames: NDArray[np.uint8], plate: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far each pixel goes from the plate in a tenth of the frames, float32 ``[H, W]`` of 255."""
    still = cv2.GaussianBlur(plate, (5, 5), 0)
    gaps = [cv2.absdiff(cv2.GaussianBlur(frame, (5, 5), 0), still).max(axis=2) for frame in frames]
    return np.asarray(np.percentile(np.stack(gaps), OFTEN, axis=0), np.float32)
