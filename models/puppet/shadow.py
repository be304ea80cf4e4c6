"""A soft contact shadow under the feet and the body."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

_BITS = 4
_FLATTENING = 0.3
"""Height over width of a disc on the floor, as a camera at eye height sees it."""
_ANKLE = 0.025
"""How far below its ankle the middle of a foot stands, in figure heights (ankles are 0.039 over the floor;
Drillis and Contini 1966): rigs have ankles, shadows lie under soles."""
_UNDER = 0.64
"""The same, as a share of the way from the ankle to the sole."""
_BLUR_REACH = 4.0
"""OpenCV's Gaussian ends at so many standard deviations; what lies further from a disc is not darkened."""
# (joint, radius in figure heights, darkness)
_SPOTS = (("right_foot", 0.075, 0.5), ("left_foot", 0.075, 0.5), ("root", 0.17, 0.28))


def contact_shadow(
    shape: tuple[int, int],
    joints: NDArray[np.float64],
    ground_y: float,
    height: float,
    strength: float,
    ankle_px: float | None = None,
) -> NDArray[np.float32]:
    """Darkening [H, W] in 0..1 by discs on the floor that fade and widen as the joint above them rises.

    Args:
        shape: of the canvas.
        joints: [16, 2] on the canvas.
        ground_y: the line of the ankles of a standing figure on the canvas.
        height: the figure's standing height on the canvas.
        strength: 1 is natural, 0 none.
        ankle_px: how far the soles lie below the ankles on the canvas; None: as far as an adult's.
    """
    dark = np.zeros(shape, np.float32)
    floor_y = ground_y + (_ANKLE * height if ankle_px is None else _UNDER * ankle_px)
    feet_y = max(joints[INDEX["right_foot"], 1], joints[INDEX["left_foot"], 1])
    for name, radius, darkness in _SPOTS:
        x, y = joints[INDEX[name]]
        lift = max(0.0, (ground_y - (feet_y if name == "root" else y)) / max(height, 1e-6))
        rx = height * (radius + 0.3 * lift)
        ry, sigma = _FLATTENING * rx, max(0.8, 0.16 * rx)
        sigma_y = max(0.6, 0.6 * sigma)
        reach = (rx + _BLUR_REACH * sigma + 3, ry + _BLUR_REACH * sigma_y + 3)
        rows, columns = _span(floor_y, reach[1], shape[0]), _span(x, reach[0], shape[1])
        around = dark[rows, columns]
        if around.size == 0:
            continue
        spot = np.zeros(around.shape, np.float32)
        at = (x - 0.5 - columns.start, floor_y - 0.5 - rows.start)
        centre = (round(at[0] * 2**_BITS), round(at[1] * 2**_BITS))
        axes = (max(1, round(rx * 2**_BITS)), max(1, round(ry * 2**_BITS)))
        value = strength * darkness / (1 + 14 * lift)
        cv2.ellipse(spot, centre, axes, 0, 0, 360, float(value), -1, cv2.LINE_AA, _BITS)
        np.maximum(around, cv2.GaussianBlur(spot, (0, 0), sigma, sigmaY=sigma_y), out=around)
    return np.clip(dark, 0, 0.9)


def _span(middle: float, reach: float, size: int) -> slice:
    """The rows or columns of a canvas that lie within reach."""
    return slice(int(np.clip(middle - reach, 0, size)), int(np.clip(np.ceil(middle + reach), 0, size)))
