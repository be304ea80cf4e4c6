"""Drawn styles: pictures in other colours, tones and lines, so that more art is seen than clips show (A14).

The paper transfers styles with a diffusion model that holds depth and edges. Here palettes, flat tones and
ink lines are drawn at random; edges stay where they are, and what poses and masks say stays true.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class ArtStyle(NamedTuple):
    """What is done to a picture, in this order."""

    flatness: float
    """Spread in colour that smoothing takes for one surface, of 0..255; 0 for none."""
    turn_rad: float
    """Rotation of all hues."""
    chroma: float
    """Factor of all colours' strength; 0 is grey."""
    gamma: float
    """Of the lightness: under 1 brightens."""
    tones: int
    """Levels of lightness that are left; 0 for all."""
    ink: float
    """Darkness of lines along edges, 0..1."""


def draw_style(rng: np.random.Generator) -> ArtStyle:
    """A style at random; ours, as are all bounds."""
    grey = rng.random() < 0.1
    return ArtStyle(
        flatness=float(rng.uniform(15, 60)) if rng.random() < 0.5 else 0.0,
        turn_rad=float(rng.uniform(-np.pi, np.pi)),
        chroma=0.0 if grey else float(rng.uniform(0.4, 1.6)),
        gamma=float(np.exp(rng.uniform(-0.35, 0.35))),
        # A few tones of grey could not tell a figure from what is behind it.
        tones=int(rng.integers(4, 8)) if not grey and rng.random() < 0.5 else 0,
        ink=float(rng.uniform(0.4, 1)) if rng.random() < 0.5 else 0.0,
    )


def restyle(rgb: Picture, style: ArtStyle) -> Picture:
    """A picture uint8 [H, W, 3] in a style; white stays white.

    Pictures in one style look alike in all that they share, whatever else they show.
    """
    picture = cv2.bilateralFilter(rgb, 7, style.flatness, 5) if style.flatness else rgb
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    light = (lab[..., 0] / 100).clip(0, 1) ** style.gamma
    if style.tones:
        light = np.rint(light * (style.tones - 1)) / (style.tones - 1)
    cosine, sine = style.chroma * np.cos(style.turn_rad), style.chroma * np.sin(style.turn_rad)
    a, b = cosine * lab[..., 1] - sine * lab[..., 2], sine * lab[..., 1] + cosine * lab[..., 2]
    if style.ink:
        light = light * (1 - style.ink * _lines(rgb))
    found = cv2.cvtColor(np.stack([100 * light, a, b], axis=-1).astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.rint(found.clip(0, 1) * 255), np.uint8)


def _lines(rgb: Picture) -> NDArray[np.float32]:
    """Where a pen would go, 0..1: the dark side of edges (difference of Gaussians, Winnemöller 2011)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    sigma = max(0.5, min(rgb.shape[:2]) / 400)
    darker = cv2.GaussianBlur(grey, (0, 0), 1.6 * sigma) - cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.asarray((darker / 0.04 - 0.25).clip(0, 1), np.float32)
