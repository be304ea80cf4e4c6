"""Dense optical flow between neighbouring frames, and what follows from it: warps and motion amount.

DIS (Kroeger et al., ECCV 2016) compares mean-normalised patches, so that a change of brightness, which
the temporal proxies must see, does not itself become motion.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from models.dense_flow import Flow, dense_flow

FASTEST_SHARE = 0.05
"""Share of pixels that a frame's motion amount is taken over (VBench's dynamic degree)."""

TEXTURE_LEVELS = 5.0
"""Local standard deviation from which a place has texture: above grain, below any drawn line."""

STILL_GAIN = 0.75
"""A flow must bring the difference of the frames to under this share of what it is without motion."""
STILL_LEVELS = 1.5
"""Differences under this many levels are noise, and no reason to believe in motion."""
_WINDOW_PX = (7, 7)


def calmed(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey frame uint8 [H, W] with its finest grain taken off: what flow is taken from."""
    return cast("NDArray[np.uint8]", cv2.GaussianBlur(grey, (0, 0), 1.0))


def flows_between(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> tuple[Flow, Flow]:
    """Flow from one calmed grey frame uint8 [H, W] to another, and back; zero where motion explains nothing.

    Where there is no texture, patch matching finds motion in the noise. There the frames are as alike
    without motion as with it, and no motion is the better answer.
    """
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    before, after = first.astype(np.float32), second.astype(np.float32)
    # Local means are taken out, so that flicker is neither called motion nor hides it.
    still = _unevenness(before - after)
    return (
        _believed(dense_flow(solver, first, second), before, after, still),
        _believed(dense_flow(solver, second, first), after, before, still),
    )


def _believed(
    flow: Flow, here: NDArray[np.float32], there: NDArray[np.float32], still: NDArray[np.float32]
) -> Flow:
    moved = _unevenness(here - follow(there, flow))
    believed = (still > STILL_LEVELS) & (moved < STILL_GAIN * still)
    return flow * believed[..., None]


def _unevenness(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local standard deviation of a picture [H, W], in levels."""
    mean = cv2.blur(levels, _WINDOW_PX)
    variance = cv2.blur(np.square(levels), _WINDOW_PX) - np.square(mean)
    return cast("NDArray[np.float32]", np.sqrt(np.maximum(variance, 0.0)))


def textured(calm: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool [H, W]: where a calmed frame uint8 [H, W] has structure that motion can be seen on."""
    structure: NDArray[np.bool_] = _unevenness(calm.astype(np.float32)) > TEXTURE_LEVELS
    return structure


def follow(values: NDArray[np.float32], flow: Flow) -> NDArray[np.float32]:
    """What `values` float32 [H, W] or [H, W, C] hold where the flow leads, at the flow's own pixels."""
    warped = cv2.remap(values, _led_to(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("NDArray[np.float32]", warped)


def _led_to(flow: Flow) -> NDArray[np.float32]:
    """Where the flow leads from each pixel, float32 [H, W, 2]; the centre of the first pixel is (0, 0)."""
    led = flow.copy()
    led[..., 0] += np.arange(flow.shape[1], dtype=np.float32)
    led[..., 1] += np.arange(flow.shape[0], dtype=np.float32)[:, None]
    return led


def agreement(forward: Flow, backward: Flow) -> NDArray[np.bool_]:
    """Where a pixel comes back to itself: neither hidden, nor out of the picture, nor mismatched.

    The tolerance, 0.5 px and 5 % of the two flows, follows Sundaram et al. (ECCV 2010).
    """
    height, width = forward.shape[:2]
    returned = follow(backward, forward)
    loop = _squared(forward + returned)
    travel = _squared(forward) + _squared(returned)
    led = _led_to(forward)
    x, y = led[..., 0], led[..., 1]
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    agrees: NDArray[np.bool_] = inside & (loop <= 0.25 + 0.05 * travel)
    return agrees


def _squared(flow: Flow) -> NDArray[np.float32]:
    """Squared length [H, W]; numpy's sum is several times slower on so short an axis."""
    squared: NDArray[np.float32] = np.square(flow[..., 0]) + np.square(flow[..., 1])
    return squared


def speeds(flows: NDArray[np.float32], fps: float) -> NDArray[np.float64]:
    """Mean speed [T - 1] of each frame's fastest 5 % of pixels, in picture diagonals a second.

    Args:
        flows: float32 [T - 1, H, W, 2] in px, at least one.
        fps: frames a second.
    """
    count_frames, height, width, _ = flows.shape
    speed = np.hypot(flows[..., 0], flows[..., 1]).reshape(count_frames, -1)
    count = max(1, round(FASTEST_SHARE * height * width))
    fastest = np.partition(speed, speed.shape[1] - count, axis=1)[:, -count:]
    mean: NDArray[np.float64] = fastest.mean(axis=1, dtype=np.float64)
    return mean * fps / float(np.hypot(height, width))
