"""Temporal consistency: flicker, that is what changes from frame to frame although nothing moved it.

VBench measures it as the difference of neighbouring frames on clips that stand still. Here the motion is
taken out first, by optical flow, so that moving clips can be judged.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.dense_flow import Flow
from models.scoring.observation import ClipObservation
from models.scoring.optical_flow import follow
from models.scoring.response import falling, rising, to_score

FLICKER_HALF, FLICKER_SLOPE = 4.5, 2.5
FOLLOWED_HALF, FOLLOWED_SLOPE = 0.55, 5.0
"""Calibrated on generated and real clips: docs/scores.md."""

FINEST_PX = 1.0
"""Standard deviation of the blur before frames are compared: fine texture under a moving camera falls between
pixels, and differs from frame to frame by 2 to 4 levels in clips that are exactly right."""


def proxy_temporal_consistency(clip: ClipObservation) -> float:
    """Score 1–5 of how steady the look is over time. Falls with flicker, boiling texture, cuts."""
    flicker, followed = flicker_levels(clip), float(clip.flow.agrees.mean())
    quality = falling(flicker, FLICKER_HALF, FLICKER_SLOPE) * rising(followed, FOLLOWED_HALF, FOLLOWED_SLOPE)
    return to_score(quality)


def flicker_levels(clip: ClipObservation) -> float:
    """Mean absolute change along the flow, in levels 0..255, where flow can be trusted.

    Half the mean over time and half the 95th percentile: one bad frame in twenty is seen by everybody.
    """
    calm = [cv2.GaussianBlur(frame.astype(np.float32), (0, 0), FINEST_PX) for frame in clip.small]
    change = np.array(
        [
            _change(calm[index], calm[index + 1], flow, agrees)
            for index, (flow, agrees) in enumerate(zip(clip.flow.forward, clip.flow.agrees, strict=True))
            if agrees.any()
        ],
        np.float64,
    )
    if change.size == 0:
        return 255.0  # no pixel of any frame was found again in the next one
    return float(0.5 * change.mean() + 0.5 * np.percentile(change, 95))


def _change(
    now: NDArray[np.float32], following: NDArray[np.float32], flow: Flow, agrees: NDArray[np.bool_]
) -> float:
    """Mean absolute difference, in levels, of a frame float32 [h, w, 3] and the next one along the flow."""
    return float(np.abs(follow(following, flow) - now).mean(axis=-1)[agrees].mean())
