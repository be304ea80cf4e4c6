"""The empty scene behind a mover, as the median over time of a steadied clip."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import disc, heaviest_component, morph
from models.matting.stabilise import Stabilised

Picture = NDArray[np.uint8]

PLATE_FRAMES = 60
"""Frames that enter the median: more cost memory and change nothing."""
OTHERS, LEAST_OTHER = {"locked": 0.08, "steadied": 0.3}, 0.002
"""Evidence of another mover, against the most prominent one's, and as a share of the picture: less is a
curtain, a shadow or a screen; where a camera was steadied, near things beside their place are, too."""
MOST_MOVERS = 6


@dataclass(frozen=True)
class Plate:
    """The median picture and how each frame differs from it.

    Attributes:
        rgb: uint8 ``[H, W, 3]``.
        difference: float32 ``[T, H, W]`` in 0..1; 0 where the frame was not seen.
    """

    rgb: NDArray[np.uint8]
    difference: NDArray[np.float32]


def _spread(count: int, most: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def build_plate(clip: Stabilised) -> Plate:
    """Median over time, where the frames cover a pixel, and each frame's distance to it."""
    chosen = _spread(len(clip.frames), PLATE_FRAMES)
    stack = clip.frames[chosen]
    if clip.camera == "locked":
        median = np.median(stack, axis=0)
    else:
        hidden = np.ma.masked_array(stack, mask=np.repeat(~clip.seen[chosen][..., None], 3, axis=3))
        median = np.ma.median(hidden, axis=0).filled(0)  # type: ignore[no-untyped-call]
    plate = np.clip(median, 0, 255).astype(np.uint8)
    # A pixel of misalignment at an edge must not read as a mover: compare with the nearest of the
    # plate's own local range.
    square = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(plate, square), cv2.dilate(plate, square)
    if clip.camera == "locked":
        # As smooth as the frames below, or fine stripes at rest would read as motion.
        low = high = cv2.GaussianBlur(plate, (3, 3), 0)
    difference = np.zeros(clip.frames.shape[:3], np.float32)
    for t, frame in enumerate(clip.frames):
        gap = beyond(cv2.GaussianBlur(frame, (3, 3), 0), low, high)
        difference[t] = np.clip((gap.astype(np.float32) - 16) / 30, 0, 1) * clip.seen[t]
    return Plate(plate, difference)


def beyond(picture: Picture, low: Picture, high: Picture) -> Picture:
    """How far a picture ``[H, W, 3]`` lies outside of a range, in the channel where it does most."""
    # These saturate at 0, and need no wider numbers.
    red, green, blue = cv2.split(cv2.max(cv2.subtract(picture, high), cv2.subtract(low, picture)))
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def movers(
    evidence: NDArray[np.float32], prior: NDArray[np.float32], unit: float, camera: str
) -> list[NDArray[np.bool_]]:
    """Where each mover ever is: masks ``[H, W]`` around the evidence of the whole clip ``[T, H, W]``.

    The first one is the most prominent; others are there where they are not much smaller. ``camera`` is
    that of the steadied clip: locked or steadied.
    """
    often = np.percentile(evidence[_spread(len(evidence), PLATE_FRAMES)], 95, axis=0).astype(np.float32)
    ever = morph(cv2.GaussianBlur(often, (0, 0), 2) > 0.3, cv2.MORPH_CLOSE, disc(8 * unit))
    found = [heaviest_component(ever, prior)]
    least = max(OTHERS[camera] * float(often[found[0]].sum()), LEAST_OTHER * often.size)
    while len(found) < MOST_MOVERS:
        ever = ever & ~found[-1]
        found.append(heaviest_component(ever, often))
        if often[found[-1]].sum() < least:
            return found[:-1]
    return found
