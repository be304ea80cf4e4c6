"""Colours of places: schemes whose members go together, varied a little by the seed."""

from __future__ import annotations

import colorsys
from typing import NamedTuple

import numpy as np

from models.world.art.brush import Colour


class Scheme(NamedTuple):
    """Colours of one interior."""

    wall: Colour
    panel: Colour
    wood: Colour
    first: Colour
    """The accent of cloth: sofa, curtains."""
    second: Colour
    """The lesser accent: rug, cushions."""


SCHEMES = (
    Scheme((240, 226, 200), (160, 186, 158), (206, 156, 106), (214, 112, 84), (238, 186, 92)),
    Scheme((206, 222, 236), (244, 240, 230), (152, 104, 74), (70, 98, 150), (236, 128, 112)),
    Scheme((248, 214, 204), (246, 238, 228), (220, 178, 134), (110, 156, 148), (232, 142, 130)),
    Scheme((214, 226, 200), (250, 244, 228), (186, 132, 88), (92, 128, 96), (240, 196, 110)),
    Scheme((226, 212, 232), (244, 236, 240), (196, 152, 120), (122, 104, 168), (246, 190, 150)),
    Scheme((250, 234, 186), (228, 158, 112), (168, 112, 72), (60, 130, 140), (230, 96, 84)),
    Scheme((120, 150, 156), (86, 108, 122), (214, 168, 118), (230, 170, 86), (226, 108, 92)),
    Scheme((170, 96, 88), (116, 70, 72), (222, 180, 130), (70, 118, 124), (244, 206, 140)),
    Scheme((236, 236, 232), (214, 216, 218), (226, 200, 160), (96, 110, 126), (240, 178, 60)),
    Scheme((86, 98, 136), (64, 72, 104), (198, 146, 100), (236, 160, 130), (250, 214, 130)),
)


def scheme(rng: np.random.Generator) -> Scheme:
    """One of the schemes, a little warmer or cooler, lighter or darker."""
    shift, light = rng.uniform(-0.025, 0.025), rng.uniform(0.92, 1.04)
    chosen = SCHEMES[int(rng.integers(len(SCHEMES)))]
    return Scheme(*(turned(colour, shift, light) for colour in chosen))


def turned(colour: Colour, hue_shift: float, light: float = 1.0) -> Colour:
    """The colour at another hue (a share of the circle) and lightness (a factor)."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    return tone(hue + hue_shift, saturation, value * light)


def tone(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue, saturation and value, each 0..1; the hue wraps."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(saturation, 1.0), min(value, 1.0))
    return round(255 * red), round(255 * green), round(255 * blue)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """The first colour with a share (0..1) of the second."""
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


def pick(rng: np.random.Generator, *colours: Colour) -> Colour:
    """One of the colours."""
    return colours[int(rng.integers(len(colours)))]
