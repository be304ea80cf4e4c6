"""Clips whose figure and place are known apart: how they come apart, and together again."""

from __future__ import annotations

from typing import NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
Floats = NDArray[np.float32]
Random = np.random.Generator


class Clip(NamedTuple):
    """A clip whose figure and place are known apart."""

    frames: Pictures
    """uint8 [T, H, W, 3]."""
    alpha: Floats
    """float32 [T, H, W] in 0..1: the share of a pixel that the figure covers."""
    place: Pictures
    """uint8 [T, H, W, 3]: the same place without the figure and its shadow."""


def figures_of(clip: Clip) -> list[Floats]:
    """What stands before the place, float32 [H, W, 3] each: frame − place · (1 − alpha), shadows included."""
    return [
        frame - place * (1.0 - alpha[..., None])
        for frame, alpha, place in zip(clip.frames, clip.alpha, clip.place, strict=True)
    ]


def composed(
    clip: Clip, figures: list[Floats], alphas: list[Floats], places: list[Floats] | None = None
) -> Clip:
    """A clip of figures [H, W, 3] and their alphas [H, W] before places, or the clip's own."""
    behind = list(clip.place) if places is None else places
    frames = [
        figure + place * (1.0 - alpha[..., None])
        for figure, alpha, place in zip(figures, alphas, behind, strict=True)
    ]
    return painted(clip, frames)._replace(alpha=np.stack(alphas).astype(np.float32))


def painted(clip: Clip, frames: list[Floats]) -> Clip:
    """The clip with other frames, rounded and kept in 0..255."""
    return clip._replace(frames=np.stack([np.clip(np.rint(f), 0, 255).astype(np.uint8) for f in frames]))


def moved(picture: Floats, shift: NDArray[np.float64], border: int = cv2.BORDER_CONSTANT) -> Floats:
    """A picture moved by (right, down) px."""
    way = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    size = (picture.shape[1], picture.shape[0])
    return cast(Floats, cv2.warpAffine(picture, way, size, flags=cv2.INTER_LINEAR, borderMode=border))


def blotches(height: int, width: int, cells: int, rng: Random) -> Floats:
    """Smooth random colours [H, W, 3] of standard deviation 1 over the drawn grid."""
    grid = rng.standard_normal((cells, cells, 3)).astype(np.float32)
    return cast(Floats, cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC))
