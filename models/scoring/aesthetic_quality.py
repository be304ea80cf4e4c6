"""Aesthetic quality: the parts of it that can be measured without taste.

Colour, exposure of the figure, how it stands out from what is behind it, and how it sits in the frame. It
stands in for the LAION aesthetic predictor that VBench uses, and knows nothing of beauty: a bland picture
that is well exposed and well framed gets a high score.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.scoring.observation import ClipObservation
from models.scoring.response import falling, rising, to_score

FRAMES = 12
"""Frames that are looked at, evenly spread."""

COLOUR_HALF, COLOUR_SLOPE, COLOUR_FLOOR = 10.0, 2.0, 0.45
"""Hasler and Süsstrunk call 15 'slightly colourful'. The floor is what a pen drawing keeps."""
EXPOSURE_HALF, EXPOSURE_SLOPE = 0.92, 8.0
SEPARATION_HALF, SEPARATION_SLOPE = 6.0, 1.8
CROPPED_HALF, CROPPED_SLOPE = 0.2, 2.0
HEIGHT_HALF, HEIGHT_SLOPE = 0.12, 2.0
"""Calibrated on generated and real clips: docs/scores.md."""

WEIGHTS = {"colour": 0.2, "exposure": 0.25, "separation": 0.2, "cropped": 0.2, "height": 0.15}
"""Exponents of a weighted geometric mean: no part can be bought off by the others."""


def proxy_aesthetic_quality(clip: ClipObservation) -> float:
    """Score 1–5 of colour, exposure and framing. Falls when colour fades, light fails, the figure leaves."""
    scores = []
    for index in clip.sampled(FRAMES):
        parts = _parts(clip.small[index], clip.figure[index])
        quality = float(
            np.exp(sum(WEIGHTS[name] * np.log(max(value, 1e-6)) for name, value in parts.items()))
        )
        scores.append(to_score(min(quality, 1.0)))
    return float(np.mean(scores))


def _parts(rgb: NDArray[np.uint8], figure: NDArray[np.bool_]) -> dict[str, float]:
    if not figure.any():
        return dict.fromkeys(WEIGHTS, 0.0)
    colour = COLOUR_FLOOR + (1 - COLOUR_FLOOR) * rising(colourfulness(rgb), COLOUR_HALF, COLOUR_SLOPE)
    return {
        "colour": colour,
        "exposure": falling(misexposure(rgb, figure), EXPOSURE_HALF, EXPOSURE_SLOPE),
        "separation": rising(separation(rgb, figure), SEPARATION_HALF, SEPARATION_SLOPE),
        "cropped": falling(cropped_share(figure), CROPPED_HALF, CROPPED_SLOPE),
        "height": rising(height_share(figure), HEIGHT_HALF, HEIGHT_SLOPE),
    }


def colourfulness(rgb: NDArray[np.uint8]) -> float:
    """The metric M of Hasler and Süsstrunk (SPIE 2003) of a picture uint8 [H, W, 3]: 0 for grey."""
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def misexposure(rgb: NDArray[np.uint8], figure: NDArray[np.bool_]) -> float:
    """How far the figure's mean lightness is from the middle, 0 (middle) to 1 (black or white)."""
    lightness = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)[..., 0]
    return float(abs(lightness[figure].mean() / 50.0 - 1.0))


def separation(rgb: NDArray[np.uint8], figure: NDArray[np.bool_]) -> float:
    """Colour difference (CIE 1976) across the figure's rim: the median over the rim's pixels of the distance
    between the mean colours just inside and just outside."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    inside, outside = figure.astype(np.float32), (~figure).astype(np.float32)
    rim = (cv2.dilate(figure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~figure
    if not rim.any():
        return 0.0  # the figure fills the frame
    means = []
    for weight in (inside, outside):
        total = cv2.blur(weight, (9, 9))
        means.append(cv2.blur(lab * weight[..., None], (9, 9)) / np.maximum(total, 1e-6)[..., None])
    return float(np.median(np.linalg.norm(means[0] - means[1], axis=-1)[rim]))


def cropped_share(figure: NDArray[np.bool_]) -> float:
    """Share of the figure's outline that is the frame's edge: 0 for a figure that is wholly in it."""
    padded = np.pad(figure, 1)
    outline = figure & ~(cv2.erode(padded.astype(np.uint8), np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0)
    edge = np.zeros_like(figure)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    return float((outline & edge).sum() / max(int(outline.sum()), 1))


def height_share(figure: NDArray[np.bool_]) -> float:
    """The figure's height as a share of the frame's."""
    rows = np.flatnonzero(figure.any(axis=1))
    return float((rows[-1] - rows[0] + 1) / figure.shape[0])
