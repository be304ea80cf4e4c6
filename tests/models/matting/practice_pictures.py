"""Practice pictures: practice stills, and their figures laid over other places, as art of all sorts is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art.places import draw_street, draw_studio, draw_workshop
from tests.models.matting.practice_stills import PracticeStill

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE_PX = 400
"""Long side: ClassicalMatting's own work size."""
_LARGER = 1.4
"""At what scale pictures are put together before they are made small, as large pictures are."""
_SIZES = ((300, 400), (300, 400), (400, 400), (400, 300))


class PracticePicture(NamedTuple):
    """A picture and what is figure in it."""

    rgb: Picture
    """[H, W, 3]."""
    mask: NDArray[np.bool_]
    """[H, W]."""


def practice_picture(number: int, stills: Sequence[PracticeStill]) -> PracticePicture:
    """The stills first, then figures over places: whole or cut by the lower edge, in colours of their own."""
    rng = np.random.default_rng([number, 9])
    if number < len(stills):
        return _small(stills[number].rgb, np.asarray(stills[number].alpha > 127, np.bool_))
    while True:
        still = stills[int(rng.integers(len(stills)))]
        if still.kind == "human" or rng.random() < 0.5:
            break
    width, height = (round(_LARGER * side) for side in _SIZES[int(rng.integers(4))])
    ground = _ground(stills, width, height, rng)
    figure, cut = _figure(still, width, height, rng)
    if rng.random() < 0.5:
        ground = np.clip(ground * rng.uniform(0.75, 1.2, 3), 0, 255).astype(np.float32)
    if rng.random() < 0.5:
        tinted = figure[..., :3] * rng.uniform(0.75, 1.15, 3)
        figure[..., :3] = np.minimum(tinted, 255 * figure[..., 3:])
    rows, columns = figure.shape[:2]
    left = round((width - columns) * float(np.clip(rng.normal(0.5, 0.12), 0, 1)))
    top = height - rows if cut else round((height - rows) * rng.uniform(0.4, 0.95))
    placed = np.zeros((height, width, 4), np.float32)
    placed[top : top + rows, left : left + columns] = figure
    mixed = placed[..., :3] + (1 - placed[..., 3:]) * ground
    return _small(np.rint(np.clip(mixed, 0, 255)).astype(np.uint8), placed[..., 3] > 0.5)


def _ground(stills: Sequence[PracticeStill], width: int, height: int, rng: np.random.Generator) -> Floats:
    drawn = rng.random() < 0.75
    picture = stills[int(rng.integers(len(stills)))].clean if drawn else _painted(int(rng.integers(12)))
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    scale = max(width / picture.shape[1], height / picture.shape[0]) * rng.uniform(1, 1.3)
    size = max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale))
    picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    x, y = int(rng.integers(size[0] - width + 1)), int(rng.integers(size[1] - height + 1))
    return picture[y : y + height, x : x + width].astype(np.float32)


def _figure(still: PracticeStill, width: int, height: int, rng: np.random.Generator) -> tuple[Floats, bool]:
    """RGBA with colours times alpha, and whether the lower edge cuts it, as in portraits."""
    rows, columns = (np.flatnonzero(still.alpha.any(axis)) for axis in (1, 0))
    share = still.alpha[..., None] / 255
    rgba = np.dstack([still.figure * share, share])
    rgba = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    if rng.random() < 0.3:
        rgba = rgba[:, ::-1]
    part = rng.uniform(0.45, 0.85) if rng.random() < 0.45 else 1.0
    rgba = rgba[: round(part * len(rgba))]
    scale = rng.uniform(0.7, 0.96) * min(height / rgba.shape[0], width / rgba.shape[1])
    size = max(8, round(rgba.shape[1] * scale)), max(8, round(rgba.shape[0] * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgba, size, interpolation=interpolation), np.float32), part < 1


@cache
def _painted(number: int) -> Picture:
    """One of the drawn places, never one that accuracy is measured before."""
    rng = np.random.default_rng([number, 5])
    seed, kind = int(rng.integers(20, 9999)), int(rng.integers(3))
    if kind == 2:
        return draw_street(700, seed)
    return (draw_workshop if kind == 0 else draw_studio)(700, seed).image()


def _small(rgb: Picture, mask: NDArray[np.bool_]) -> PracticePicture:
    scale = SIDE_PX / max(rgb.shape[:2])
    size = round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return PracticePicture(np.asarray(small, np.uint8), np.asarray(share > 0.5, np.bool_))
