"""Jerkiness: how much of its velocity a clip's motion changes from one step to the next."""

from __future__ import annotations

from collections.abc import Sequence
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


def jerkiness(flow: FlowObservation, *regions: NDArray[np.bool_]) -> list[float]:
    """Change of velocity along the path, as a share of the velocities, in each region.

    Over all pixels with texture that flow can be trusted on; where nothing with texture moves (a very dark
    clip), over all pixels. 0 for uniform motion, 1 for motion that goes back on itself in every frame or
    stops every other frame; 0 for a still clip, which is why the motion amount has to be looked at as well.

    Args:
        flow: the clip's motion.
        regions: each bool [T, h, w].
    """
    shares = _jerk_shares(flow, [flow.structure & region for region in regions])
    if None in shares:
        bare = _jerk_shares(flow, regions)
        shares = [every if share is None else share for share, every in zip(shares, bare, strict=True)]
    return [share or 0.0 for share in shares]


def _jerk_shares(flow: FlowObservation, regions: Sequence[NDArray[np.bool_]]) -> list[float | None]:
    """Jerkiness over the pixels of each region bool [T, h, w]; None where none of them moves."""
    changed, travelled, resting = np.zeros((3, len(regions)))
    for index, (now, following) in enumerate(pairwise(flow.forward)):
        before, after = _without_noise(now), _without_noise(follow(following, now))
        jerk = np.maximum(_length(after - before) - UNSEEN_JERK_PX, 0.0)
        before_px, after_px = _length(before), _length(after)
        for k, usable in enumerate(regions):
            next_usable = (usable[index + 1] & flow.agrees[index + 1]).astype(np.float32)
            seen = usable[index] & flow.agrees[index] & (follow(next_usable, now) > 0.99)
            changed[k] += jerk[seen].sum()
            travelled[k] += float(before_px[seen].sum()) + float(after_px[seen].sum())
            resting[k] += STILL_PX * float(seen.sum())
    return [
        float(changed[k] / (travelled[k] + resting[k])) if travelled[k] > 0 else None
        for k in range(len(regions))
    ]


def _without_noise(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Flow with the dead zone taken off its length, so that there is no jump at its edge."""
    length = _length(flow)[..., None]
    shrunk: NDArray[np.float32] = flow * np.maximum(0.0, 1.0 - DEAD_ZONE_PX / np.maximum(length, 1e-6))
    return shrunk


def _length(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Length [...] of vectors [..., 2]; numpy's norm and hypot are several times slower."""
    length: NDArray[np.float32] = np.sqrt(np.square(flow[..., 0]) + np.square(flow[..., 1]))
    return length
