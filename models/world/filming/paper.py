"""Paper: grain and tone curve, the last things that a style does to a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.filming.frame import Style

GRAIN = {"shaded": 1.1, "cel": 0.0, "ink": 1.6, "pastel": 2.6}
"""Standard deviation of the grain in grey levels."""


def grain(style: Style, height: int, width: int, seed: int) -> NDArray[np.float32]:
    """Grey noise [H, W, 1] to add; the same for the same seed. Paper's is coarser than film's."""
    if GRAIN[style] == 0.0:
        return np.zeros((height, width, 1), np.float32)
    noise = np.random.default_rng(seed).standard_normal((height, width)).astype(np.float32)
    if style != "shaded":
        noise = 0.5 * noise + np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.2), np.float32) * 2.6
    return np.asarray(GRAIN[style] * noise[..., None], np.float32)


def develop(colour: NDArray[np.float32], style: Style) -> NDArray[np.float32]:
    """A photograph's gentle curve (darker shadows, softer highlights); drawings stay as they are."""
    if style != "shaded":
        return colour
    x = np.clip(colour / np.float32(255.0), 0.0, 1.25)
    curve = x + np.float32(0.22) * x * (x - np.float32(0.35)) * (np.float32(1.15) - x)
    return np.asarray(curve * 255, np.float32)
