"""A mild, constant shift of the figure's colours towards the light of the scene."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SAMPLES = 8
_LIMIT = np.array([6.0, 3.0, 3.0], np.float32)
"""Largest shift in L*, a*, b* (CIELAB): below what makes a character look like another one."""
_FEWEST_PIXELS = 50


def tone_shift(
    frames: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    background: NDArray[np.uint8],
    strength: float,
) -> NDArray[np.float32]:
    """One shift in L*a*b* [3] for the whole clip, so that nothing flickers.

    Args:
        frames: uint8 [T, H, W, 3], the composite.
        alpha: uint8 [T, H, W] of the figure.
        background: uint8 [T, H, W, 3].
        strength: share of the difference of means that is taken over, within limits.
    """
    figure, scene = [], []
    for t in np.unique(np.linspace(0, len(frames) - 1, _SAMPLES).astype(int)):
        solid = alpha[t] > 240
        if solid.sum() < _FEWEST_PIXELS:
            continue
        figure.append(_lab(frames[t])[solid].mean(0))
        scene.append(_lab(background[t]).reshape(-1, 3).mean(0))
    if not figure:
        return np.zeros(3, np.float32)
    difference = np.mean(scene, axis=0) - np.mean(figure, axis=0)
    return np.asarray(np.clip(strength * difference, -_LIMIT, _LIMIT), np.float32)


def shifted(
    frame: NDArray[np.float32], alpha: NDArray[np.float32], shift: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A frame float32 [H, W, 3] in 0..255 with the figure's colours shifted by its alpha [H, W]."""
    if not shift.any() or not alpha.any():
        return frame
    ys, xs = np.nonzero(alpha > 0)
    window = (slice(int(ys.min()), int(ys.max()) + 1), slice(int(xs.min()), int(xs.max()) + 1))
    lab = cv2.cvtColor(np.ascontiguousarray(frame[window]) / 255, cv2.COLOR_RGB2LAB)
    out = frame.copy()
    out[window] = 255 * cv2.cvtColor(lab + alpha[window][..., None] * shift, cv2.COLOR_LAB2RGB)
    return out


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
