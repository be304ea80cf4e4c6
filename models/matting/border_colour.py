"""What the background looks like, learned from the picture's border.

The lower border often holds the figure, so only the top and the upper sides are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

LAB_WEIGHTS = np.array([0.6, 1.3, 1.3], np.float32)
"""Lightness counts less than colour, so that soft shadows on a backdrop stay background."""

BUSY_THRESHOLD = 14.0
"""Distance to every background colour from which on a pixel of a busy picture may be figure."""

PLAIN_RESIDUAL = 6.0
"""Median CIELAB residual of the smooth field below which the backdrop counts as plain."""

FAR_OFF, MOST_OUTLIERS = 18.0, 0.25
"""Residual from which on a border pixel is something else than the backdrop, and the share of such that a
plain one may have: an arm that is cut by the border, and not a row of cupboards below a plain wall."""


@dataclass(frozen=True)
class BorderColour:
    """Distances of each pixel to the border's colours, weighted CIELAB units, float32 ``[H, W]``.

    Attributes:
        distance: to the nearest border colour (cluster centre, or smooth field where plain).
        field_distance: to the smooth colour field fitted to the border.
        shadow: mask of what has the smooth field's colour and is darker.
        border: mask of the pixels that were read.
        plain: whether the backdrop is one smooth colour field.
    """

    distance: NDArray[np.float32]
    field_distance: NDArray[np.float32]
    shadow: NDArray[np.bool_]
    border: NDArray[np.bool_]
    plain: bool


def _border(height: int, width: int, thickness: int) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), np.bool_)
    mask[:thickness] = True
    low = int(height * 0.85)
    mask[:low, :thickness] = True
    mask[:low, -thickness:] = True
    return mask


def _smooth_field(
    lab: NDArray[np.float32], border: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], float, float]:
    """Robust quadratic colour field through the border, its median residual, the share that is far off."""
    height, width = border.shape
    y, x = np.mgrid[:height, :width].astype(np.float64)
    x, y = x / width, y / height
    basis = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], -1)
    rows, pixels = basis[border], lab[border].astype(np.float64)
    weight: NDArray[np.float64] = np.ones(len(rows))
    coefficients: NDArray[np.float64] = np.zeros((6, 3))
    residual: NDArray[np.float64] = np.zeros(len(rows), np.float64)
    for _ in range(5):
        solution = np.linalg.lstsq(rows * weight[:, None], pixels * weight[:, None], rcond=None)[0]
        coefficients = np.asarray(solution, np.float64)
        residual = np.sqrt(((pixels - rows @ coefficients) ** 2).sum(axis=1))
        weight = 1 / (1 + (residual / 8) ** 2)
    far = float((residual > FAR_OFF).mean())
    return (basis @ coefficients).astype(np.float32), float(np.median(residual)), far


def read_border(rgb: NDArray[np.uint8], *, thickness: int = 8, clusters: int = 6) -> BorderColour:
    """Learn the border's colours of ``rgb`` (uint8 ``[H, W, 3]``, about 400 px on the long side)."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    height, width = lab.shape[:2]
    border = _border(height, width, min(thickness, height // 4, width // 4))
    pixels = lab[border]
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(pixels, min(clusters, len(pixels)), None, stop, 2, cv2.KMEANS_PP_CENTERS)
    distance = np.min([np.linalg.norm((lab - c) * LAB_WEIGHTS, axis=2) for c in centres], axis=0)
    field, residual, outliers = _smooth_field(lab, border)
    field_distance = np.linalg.norm((lab - field) * LAB_WEIGHTS, axis=2).astype(np.float32)
    plain = residual < PLAIN_RESIDUAL and outliers < MOST_OUTLIERS
    if plain:
        distance = np.minimum(distance, field_distance)
    darker = field[..., 0] - lab[..., 0]
    tint = np.linalg.norm((lab - field)[..., 1:], axis=2)
    shadow = np.asarray((darker > 2) & (tint < 4 + 0.15 * darker), np.bool_)
    return BorderColour(distance.astype(np.float32), field_distance, shadow, border, plain)
