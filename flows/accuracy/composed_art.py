"""Composed art: figures with an exact matte of their own, laid over backgrounds of graded difficulty."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.image import read_image
from models.world.art.girl import draw_girl
from models.world.art.places import draw_street, draw_studio, draw_workshop
from models.world.art.robot import draw_robot

Picture = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 600, 800
"""Of the composed picture: three to four, as character sheets and phone pictures are."""
_FLOOR_PX = 40
"""Below the soles of drawn figures, which are whole; the others are cut by the picture's lower edge."""

_DRAWN_FIGURES: dict[str, Callable[[], Picture]] = {"girl": draw_girl, "robot": draw_robot}
_DRAWN_PLACES: dict[str, Callable[[], Picture]] = {
    "workshop": lambda: draw_workshop(HEIGHT_PX, 11).image(),
    "studio": lambda: draw_studio(HEIGHT_PX, 12).image(),
    "street": lambda: draw_street(HEIGHT_PX, 13),
}
_PLAIN: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "blue grey": (168, 186, 204),
    "dark green": (52, 74, 62),
}
_GRADIENTS: dict[str, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "sky": ((120, 176, 236), (246, 248, 250)),
    "dusk": ((64, 52, 96), (244, 168, 120)),
}


class ComposedArt(NamedTuple):
    """Which figure before which background. A name of a drawn one, or the path of a file."""

    figure: str
    background: str


class Composition(NamedTuple):
    """A composed picture with its truth."""

    rgb: Picture
    """[H, W, 3]."""
    alpha: NDArray[np.float32]
    """[H, W]: the figure's share of each pixel, 0..1."""
    clean: Picture
    """[H, W, 3]: the background behind it."""


class Backgrounds(NamedTuple):
    """Names of backgrounds, by how hard they make it."""

    plain: tuple[str, ...] = tuple(_PLAIN)
    gradient: tuple[str, ...] = tuple(_GRADIENTS)
    painted: tuple[str, ...] = tuple(_DRAWN_PLACES)


BACKGROUNDS = Backgrounds()
DRAWN_FIGURES = tuple(_DRAWN_FIGURES)


def compose(art: ComposedArt) -> Composition:
    """Lay the figure over the background, at nine tenths of the picture's height or width.

    Raises:
        InputError: a file cannot be read, or the figure's one has no transparency.
    """
    rgba = _fitted(_figure(art.figure))
    bottom = HEIGHT_PX - (_FLOOR_PX if art.figure in _DRAWN_FIGURES else 0)
    left = (WIDTH_PX - rgba.shape[1]) // 2
    placed = np.zeros((HEIGHT_PX, WIDTH_PX, 4), np.float32)
    placed[bottom - rgba.shape[0] : bottom, left : left + rgba.shape[1]] = rgba
    alpha = placed[..., 3:]
    clean = _background(art.background)
    rgb = placed[..., :3] + (1 - alpha) * (clean.astype(np.float32) / 255)
    return Composition(np.clip(np.round(rgb * 255), 0, 255).astype(np.uint8), alpha[..., 0], clean)


@cache
def _drawn(name: str) -> Picture:
    """A worker meets the same figures and places again and again; drawing one takes a second."""
    return {**_DRAWN_FIGURES, **_DRAWN_PLACES}[name]()


def _figure(name: str) -> Picture:
    if name in _DRAWN_FIGURES:
        return _drawn(name)
    picture = read_image(name)
    if picture.shape[2] != 4:
        raise InputError(
            "the figure has no matte of its own", where=name, expected="an alpha channel", got="RGB"
        )
    return picture


def _fitted(picture: Picture) -> NDArray[np.float32]:
    """The figure without its empty rim at the size that it takes in the picture; colours times alpha."""
    rows, columns = (np.flatnonzero((picture[..., 3] > 0).any(axis=axis)) for axis in (1, 0))
    cut = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32) / 255
    cut[..., :3] *= cut[..., 3:]
    scale = min(0.9 * HEIGHT_PX / cut.shape[0], 0.9 * WIDTH_PX / cut.shape[1])
    size = round(cut.shape[1] * scale), round(cut.shape[0] * scale)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, size, interpolation=interpolation), np.float32)


def _background(name: str) -> Picture:
    if name in _PLAIN:
        return np.full((HEIGHT_PX, WIDTH_PX, 3), _PLAIN[name], np.uint8)
    if name in _GRADIENTS:
        upper, lower = (np.array(colour, np.float64) for colour in _GRADIENTS[name])
        share = np.linspace(0, 1, HEIGHT_PX)[:, None, None]
        picture = upper * (1 - share) + lower * share
        return np.repeat(np.round(picture).astype(np.uint8), WIDTH_PX, axis=1)
    whole = _drawn(name) if name in _DRAWN_PLACES else read_image(Path(name))[..., :3]
    return _covering(whole)


def _covering(picture: Picture) -> Picture:
    """The middle of a picture, as large as fills the frame."""
    scale = max(HEIGHT_PX / picture.shape[0], WIDTH_PX / picture.shape[1])
    size = max(WIDTH_PX, round(picture.shape[1] * scale)), max(HEIGHT_PX, round(picture.shape[0] * scale))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    top, left = (size[1] - HEIGHT_PX) // 2, (size[0] - WIDTH_PX) // 2
    return np.asarray(scaled[top : top + HEIGHT_PX, left : left + WIDTH_PX], np.uint8)
