"""The frames between two masks by hand: both carried along the flow, and blended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.matte import FrameMatte
from models.matting.residual_motion import ClipFlow, clip_flow, follow

Planes = NDArray[np.float32]

HALF_LIFE = 40.0
"""Frames after which what is carried from one side only is trusted half."""


def fill_gap(
    frames: NDArray[np.uint8], before: FrameMatte | None, after: FrameMatte | None
) -> list[FrameMatte]:
    """Mattes of a stretch of frames.

    Args:
        frames: uint8 ``[T, H, W, 3]``.
        before: the matte of the first frame, if it is known.
        after: that of the last, if it is known; one of both must be.
    """
    flow = clip_flow(frames)
    early = None if before is None else _carry(before.alpha, flow, backwards=False)
    late = None if after is None else _carry(after.alpha, flow, backwards=True)
    last = len(frames) - 1
    mattes = []
    for t in range(len(frames)):
        if early is None or late is None:
            one, far = (early, t) if early is not None else (late, last - t)
            assert one is not None
            mattes.append(FrameMatte(one[t], float(0.5 ** (far / HALF_LIFE))))
            continue
        share = t / max(last, 1)
        alpha = (1 - share) * early[t] + share * late[t]
        agree = _overlap(early[t], late[t])
        mattes.append(FrameMatte(alpha, agree * float(0.5 ** (min(t, last - t) / HALF_LIFE))))
    return mattes


def _carry(mask: Planes, flow: ClipFlow, *, backwards: bool) -> Planes:
    count = len(flow.forward) + 1
    carried = np.empty((count, *mask.shape), np.float32)
    order = range(count - 1, -1, -1) if backwards else range(count)
    for t in order:
        if t == order[0]:
            carried[t] = mask
        elif backwards:
            carried[t] = follow(carried[t + 1], flow.forward[t])
        else:
            carried[t] = follow(carried[t - 1], flow.backward[t - 1])
    return carried


def _overlap(one: Planes, other: Planes) -> float:
    """Soft intersection over union, 1 where both are empty."""
    union = float(np.maximum(one, other).sum())
    return float(np.minimum(one, other).sum()) / union if union > 0.5 else 1.0
