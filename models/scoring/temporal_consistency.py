"""Temporal consistency: flicker, that is what changes from frame to frame although nothing moved it.

VBench measures it as the difference of neighbouring frames on clips that stand still. Here the motion is
taken out first, by optical flow, so that moving clips can be judged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.scoring.observation import ClipObservation
from models.scoring.optical_flow import follow
from models.scoring.response import falling, rising, to_score

FLICKER_HALF, FLICKER_SLOPE = 7.0, 1.5
FOLLOWED_HALF, FOLLOWED_SLOPE = 0.55, 5.0
"""Calibrated on generated and real clips: docs/scores.md."""


def proxy_temporal_consistency(clip: ClipObservation) -> float:
    """Score 1–5 of how steady the look is over time. Falls with flicker, boiling texture, cuts."""
    flicker, followed = flicker_levels(clip), float(clip.agrees.mean())
    quality = falling(flicker, FLICKER_HALF, FLICKER_SLOPE) * rising(followed, FOLLOWED_HALF, FOLLOWED_SLOPE)
    return to_score(quality)


def flicker_levels(clip: ClipObservation) -> float:
    """Mean absolute change along the flow, in levels 0..255, where flow can be trusted.

    Half the mean over time and half the 95th percentile: one bad frame in twenty is seen by everybody.
    """
    change = np.array(
        [_change(clip, index) for index in range(len(clip.forward)) if clip.agrees[index].any()], np.float64
    )
    if change.size == 0:
        return 255.0  # no pixel of any frame was found again in the next one
    return float(0.5 * change.mean() + 0.5 * np.percentile(change, 95))


def _change(clip: ClipObservation, index: int) -> float:
    now: NDArray[np.float32] = clip.small[index].astype(np.float32)
    after = follow(clip.small[index + 1].astype(np.float32), clip.forward[index])
    return float(np.abs(after - now).mean(axis=-1)[clip.agrees[index]].mean())
