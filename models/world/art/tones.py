"""Tones: colours of paint by hue, and the same paint darker."""

from __future__ import annotations

import colorsys

from models.world.art.brush import Colour


def tone(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue, saturation and value, each 0..1; the hue wraps."""
    red, green, blue = (int(255 * channel) for channel in colorsys.hsv_to_rgb(hue % 1, saturation, value))
    return red, green, blue


def dimmed(colour: Colour, factor: float) -> Colour:
    """The colour times a factor of 0..1."""
    red, green, blue = (int(channel * factor) for channel in colour)
    return red, green, blue
