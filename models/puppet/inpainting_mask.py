"""The region where the figure may appear, from its pose alone (DreamDance, character art)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.puppet.body_parts import PARTS, girths

_BITS = 4


def inpainting_mask(
    joints: NDArray[np.float64],
    rest: NDArray[np.float64],
    scale: NDArray[np.float64],
    shape: tuple[int, int],
    margin: float,
    legs: bool,
    body: str = "human",
) -> NDArray[np.uint8]:
    """Masks uint8 [T, H, W], 255 inside: capsules round the bones, widened.

    Args:
        joints: [T, 16, 2] on the canvas.
        rest: [16, 2] in pixels of the still; they tell how thick the parts are.
        scale: [T] canvas pixels a still pixel.
        shape: of the canvas.
        margin: widening as a share of the torso's half-width.
        legs: whether the figure has legs; a cut figure's mask reaches down to the canvas's border.
        body: what kind of body it is, as rigs say.
    """
    girth = girths(rest, body)
    masks = np.zeros((len(joints), *shape), np.uint8)
    for t, now in enumerate(joints):
        widen = margin * girth["torso"]
        for name, bones in PARTS.items():
            radius = (1.15 * girth[name] + widen) * scale[t]
            for a, b in bones:
                _capsule(masks[t], now[INDEX[a]], now[INDEX[b]], radius)
        up = now[INDEX["head"]] - now[INDEX["neck"]]
        _capsule(
            masks[t],
            now[INDEX["head"]],
            now[INDEX["head"]] + 0.6 * up,
            (1.3 * girth["head"] + widen) * scale[t],
        )
        if not legs:
            hips = now[[INDEX["right_hip"], INDEX["left_hip"]]]
            below = np.array([hips[:, 0].mean(), shape[0] + 1.0])
            _capsule(masks[t], hips.mean(0), below, (1.3 * girth["torso"] + widen) * scale[t])
    return masks


def _capsule(mask: NDArray[np.uint8], a: NDArray[np.float64], b: NDArray[np.float64], radius: float) -> None:
    far = 4 * max(mask.shape)
    p, q = (np.rint((np.clip(end, -far, far) - 0.5) * 2**_BITS).astype(int).tolist() for end in (a, b))
    # OpenCV draws lines with round ends.
    cv2.line(mask, p, q, 255, max(1, round(2 * min(radius, far))), cv2.LINE_8, _BITS)
