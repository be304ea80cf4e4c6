"""Tones: what a style makes of a surface's colour and of the light that falls on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled
from models.world.filming.frame import STYLES

SHADED, CEL, INK, PASTEL = (STYLES.index(style) for style in ("shaded", "cel", "ink", "pastel"))


@compiled(nogil=True, error_model="numpy")
def _ramp(low: float, high: float, value: float) -> float:
    t = min(max((value - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@compiled(nogil=True, error_model="numpy")
def tone(style: int, facing: float, up: float, light: Any, lit: bool, hatch: float, colour: Any) -> None:
    """Change a surface's colour [3], 0..255, in place.

    Args:
        style: index of STYLES.
        facing: cosine between the normal and the light.
        up: cosine between the normal and the world's up.
        light: float64 [5]: direct, ambient, and the light's red, green, blue.
        lit: False leaves out what the light does.
        hatch: 0..1, how much of a hatching stroke the point lies under.
        colour: float64 [3].
    """
    half = 0.5 + 0.5 * facing
    grey = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    for c in range(3):
        own = colour[c]
        if style == SHADED:
            bright = light[1] * (0.98 + 0.13 * up) + light[0] * light[2 + c] * 1.12 * half * np.sqrt(half)
            own = own * bright if lit else own
        elif style == CEL:
            step = 0.66 + 0.26 * _ramp(0.30, 0.345, half) + 0.14 * _ramp(0.70, 0.745, half)
            step += (0.05 if c == 2 else 0.0) * (1.0 - _ramp(0.30, 0.345, half))
            vivid = grey + 1.2 * (own - grey)
            own = vivid * step if lit else vivid
        elif style == INK:
            paper = 246.0 if c == 0 else (242.0 if c == 1 else 232.0)
            pale = paper * (0.30 + 0.70 * np.sqrt(max(grey, 0.0) / 255.0)) + 0.25 * (own - grey)
            shade = 1.0 - _ramp(0.25, 0.62, half)
            own = pale * (1.0 - 0.46 * hatch * shade) if lit else 0.6 * pale + 0.4 * paper
        else:
            soft = grey + 0.88 * (own - grey)
            soft = 0.64 * soft + 0.36 * 252.0
            shade = 1.0 - _ramp(0.18, 0.85, half)
            tint = 0.11 if c == 0 else (0.17 if c == 1 else 0.12)
            own = soft * (1.0 - tint * shade) if lit else soft
        colour[c] = own


@compiled(nogil=True, error_model="numpy")
def line_tone(style: int, colour: Any, c: int) -> float:
    """Colour of a line, one channel, beside a surface of a toned colour [3]."""
    if style == CEL:
        return 0.16 * float(colour[c]) + (10.0 if c < 2 else 18.0)
    if style == INK:
        return 30.0 if c == 0 else (27.0 if c == 1 else 32.0)
    grey = (colour[0] + colour[1] + colour[2]) / 3.0
    return float(0.50 * (grey + 1.35 * (colour[c] - grey)) + (12.0 if c == 0 else 0.0))


@compiled(nogil=True, error_model="numpy")
def hatching(u: float, v: float, ux: float, vx: float, uy: float, vy: float) -> float:
    """Strokes that stay on a surface: stripes along (u + v), about `6` pixels apart.

    Two sets whose spacings differ by a factor of two are mixed by the footprint, so that strokes keep their
    width on the picture however far the surface is (Praun et al., 2001).
    """
    spread = np.sqrt((ux + vx) * (ux + vx) + (uy + vy) * (uy + vy)) + 1e-12
    octave = -np.log2(6.0 * spread)
    coarse = np.floor(octave)
    share = octave - coarse
    total = 0.0
    for k in range(2):
        phase = (u + v) * 2.0 ** (coarse + k)
        wave = abs(2.0 * (phase - np.floor(phase)) - 1.0)
        total += (share if k == 1 else 1.0 - share) * _ramp(0.5, 0.85, wave)
    return total
