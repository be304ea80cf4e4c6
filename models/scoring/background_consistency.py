"""Background consistency: whether the place stays the same place."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import EstimationError
from models.scoring.observation import ClipObservation
from models.scoring.region_consistency import RegionFeatures, region_distance
from models.scoring.response import falling, to_score

MARGIN = 0.03
"""The figure grown by this share of the long side is left out: its soft edge and most of its shadow."""


def proxy_background_consistency(
    clip: ClipObservation, features: RegionFeatures, half: float, slope: float
) -> float:
    """Score 1–5 of how alike the background stays. Falls with swaps, drifting colours, holes.

    Args:
        clip: the observed clip.
        features: the feature backend.
        half: the backend's feature distance that halves the quality.
        slope: how sudden the loss is.

    Raises:
        EstimationError: the figure fills every frame.
    """
    distance = region_distance(features, clip.small, background_region(clip))
    if distance is None:
        raise EstimationError(
            "there is no background to judge",
            expected="some frame that the figure does not fill",
            hint="Look at the figure's alpha, or give the character less of the picture",
        )
    return to_score(falling(max(0.0, distance), half, slope))


def background_region(clip: ClipObservation) -> NDArray[np.bool_]:
    """bool [T, h, w]: what is surely background."""
    radius = max(1, round(MARGIN * max(clip.small.shape[1:3])))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.stack([cv2.dilate(figure.astype(np.uint8), disc) == 0 for figure in clip.figure])
