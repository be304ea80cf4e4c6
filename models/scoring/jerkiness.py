"""Jerkiness: how much of its velocity a clip's motion changes from one step to the next."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.scoring.observation import FlowObservation
from models.scoring.optical_flow import follow

DEAD_ZONE_PX = 0.15
"""Flow below this is noise of the estimate (at the working size)."""

STILL_PX = 0.1
"""Counts as travelled by every pixel: the edge of a shadow on a wall that stands is not the wall's motion."""

UNSEEN_JERK_PX = 0.4
"""A change of velocity below this, 0.15 % of the picture a frame, is neither seen nor well measured."""


def jerkiness(flow: FlowObservation, region: NDArray[np.bool_] | None = None) -> float:
    """Change of velocity along the path, as a share of the velocities.

    Over all pixels with texture that flow can be trusted on; where nothing with texture moves (a very dark
    clip), over all pixels. 0 for uniform motion, 1 for motion that goes back on itself in every frame or
    stops every other frame; 0 for a still clip, which is why the motion amount has to be looked at as well.

    Args:
        flow: the clip's motion.
        region: only where this bool [T, h, w] is true.
    """
    where = np.ones_like(flow.structure) if region is None else region
    jerk = _jerk_share(flow, flow.structure & where)
    if jerk is None:
        jerk = _jerk_share(flow, where)
    return jerk or 0.0


def _jerk_share(flow: FlowObservation, usable: NDArray[np.bool_]) -> float | None:
    """Jerkiness over usable pixels bool [T, h, w]; None where none of them moves."""
    changed = travelled = resting = 0.0
    for index, (now, following) in enumerate(pairwise(flow.forward)):
        before, after = _without_noise(now), _without_noise(follow(following, now))
        next_usable = (usable[index + 1] & flow.agrees[index + 1]).astype(np.float32)
        seen = usable[index] & flow.agrees[index] & (follow(next_usable, now) > 0.99)
        jerk = _length(after - before)[seen]
        changed += float(np.maximum(jerk - UNSEEN_JERK_PX, 0.0).sum())
        travelled += float(_length(before)[seen].sum())
        travelled += float(_length(after)[seen].sum())
        resting += STILL_PX * float(seen.sum())
    return changed / (travelled + resting) if travelled > 0 else None


def _without_noise(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Flow with the dead zone taken off its length, so that there is no jump at its edge."""
    length = _length(flow)[..., None]
    shrunk: NDArray[np.float32] = flow * np.maximum(0.0, 1.0 - DEAD_ZONE_PX / np.maximum(length, 1e-6))
    return shrunk


def _length(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Length [...] of vectors [..., 2]; numpy's norm is several times slower on so short an axis."""
    length: NDArray[np.float32] = np.hypot(flow[..., 0], flow[..., 1])
    return length
