"""Motion smoothness: whether motion goes on as it goes, and whether there is motion where there should be.

VBench drops every other frame and lets a network fill it in, which gives a still clip full marks. Here
acceleration is compared with speed along the flow, and a clip that moves far less than its driver is
scored down.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.scoring.observation import ClipObservation
from models.scoring.optical_flow import follow
from models.scoring.response import falling, rising, to_score

JERK_HALF, JERK_SLOPE = 0.36, 2.0
"""Calibrated on generated and real clips: docs/scores.md."""

CARRIED_HALF, CARRIED_SLOPE = 0.15, 2.0
"""A clip with 15 % of its driver's motion loses half of the quality, one with half of it 8 %: a smaller
figure or a steadier camera than the driver's is no fault."""

STILL_HALF, STILL_SLOPE = 0.004, 2.0
"""Without a driver: diagonals a second. A talking head moves at 0.01 to 0.05, a dancer at 0.2 and more."""

DEAD_ZONE_PX = 0.15
"""Flow below this is noise of the estimate (at the working size)."""

UNSEEN_JERK_PX = 0.4
"""A change of velocity below this, 0.15 % of the picture a frame, is neither seen nor well measured."""


def proxy_motion_smoothness(clip: ClipObservation, driver_motion: float | None = None) -> float:
    """Score 1–5 of how smoothly the clip moves. Falls with jerks, stutter, and freezing.

    Args:
        clip: the observed clip.
        driver_motion: the motion amount of the driving clip (`observation.observe_motion`). A clip whose
            driver stands still is not asked to move. None: the driver is not known, and a clip is
            expected to move at all.
    """
    quality = falling(jerkiness(clip), JERK_HALF, JERK_SLOPE) * _motion_quality(
        clip.motion_amount, driver_motion
    )
    return to_score(quality)


def jerkiness(clip: ClipObservation) -> float:
    """Change of velocity along the path, as a share of the velocities.

    Over all pixels with texture that flow can be trusted on; where nothing with texture moves (a very dark
    clip), over all pixels. 0 for uniform motion, 1 for motion that goes back on itself in every frame or
    stops every other frame; 0 for a still clip, which is why the motion amount has to be looked at as well.
    """
    jerk = _jerk_share(clip, clip.structure)
    if jerk is None:
        jerk = _jerk_share(clip, np.ones_like(clip.structure))
    return jerk or 0.0


def _jerk_share(clip: ClipObservation, usable: NDArray[np.bool_]) -> float | None:
    """Jerkiness over usable pixels bool [T, h, w]; None where none of them moves."""
    changed = travelled = 0.0
    for index, (now, following) in enumerate(pairwise(clip.forward)):
        before, after = _without_noise(now), _without_noise(follow(following, now))
        next_usable = (usable[index + 1] & clip.agrees[index + 1]).astype(np.float32)
        seen = usable[index] & clip.agrees[index] & (follow(next_usable, now) > 0.99)
        jerk = _length(after - before)[seen]
        changed += float(np.maximum(jerk - UNSEEN_JERK_PX, 0.0).sum())
        travelled += float(_length(before)[seen].sum())
        travelled += float(_length(after)[seen].sum())
    return changed / travelled if travelled > 0 else None


def _motion_quality(amount: float, driver_motion: float | None) -> float:
    if driver_motion is None:
        return rising(amount, STILL_HALF, STILL_SLOPE)
    if driver_motion < STILL_HALF:
        return 1.0
    return rising(amount / driver_motion, CARRIED_HALF, CARRIED_SLOPE)


def _without_noise(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Flow with the dead zone taken off its length, so that there is no jump at its edge."""
    length = _length(flow)[..., None]
    shrunk: NDArray[np.float32] = flow * np.maximum(0.0, 1.0 - DEAD_ZONE_PX / np.maximum(length, 1e-6))
    return shrunk


def _length(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Length [...] of vectors [..., 2]; numpy's norm is several times slower on so short an axis."""
    length: NDArray[np.float32] = np.hypot(flow[..., 0], flow[..., 1])
    return length
