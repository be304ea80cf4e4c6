"""Dense optical flow between neighbouring frames, and what follows from it: warps and motion amount.

DIS (Kroeger et al., ECCV 2016) compares mean-normalised patches, so that a change of brightness, which
the temporal proxies must see, does not itself become motion.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Flow = NDArray[np.float32]
"""float32 [H, W, 2]: where the pixel of one frame went in the other, in px (x, y)."""

FASTEST_SHARE = 0.05
"""Share of pixels that a frame's motion amount is taken over (VBench's dynamic degree)."""


TEXTURE_LEVELS = 5.0
"""Local standard deviation from which a place has texture: above grain, below any drawn line."""

STILL_GAIN = 0.75
"""A flow must bring the difference of the frames to under this share of what it is without motion."""
STILL_LEVELS = 1.5
"""Differences under this many levels are noise, and no reason to believe in motion."""
_WINDOW_PX = (7, 7)


def dense_flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    """Flow from a grey frame uint8 [H, W] to another one; zero where motion explains nothing.

    Where there is no texture, patch matching finds motion in the noise. There the frames are as alike
    without motion as with it, and no motion is the better answer.
    """
    first, second = (cv2.GaussianBlur(frame, (0, 0), 1.0) for frame in (first, second))
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = cast(Flow, solver.calc(first, second, None))
    before, after = first.astype(np.float32), second.astype(np.float32)
    # Local means are taken out, so that flicker is neither called motion nor hides it.
    still = _unlikeness(before, after)
    moved = _unlikeness(before, follow(after, flow))
    believed = (still > STILL_LEVELS) & (moved < STILL_GAIN * still)
    return flow * believed[..., None]


def _unlikeness(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local standard deviation of the difference of two pictures, in levels."""
    difference = first - second
    mean = cv2.blur(difference, _WINDOW_PX)
    return cast(
        "NDArray[np.float32]", np.sqrt(np.maximum(cv2.blur(difference**2, _WINDOW_PX) - mean**2, 0.0))
    )


def textured(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool [H, W]: where a grey frame uint8 [H, W] has structure that motion can be seen on."""
    calm = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    structure: NDArray[np.bool_] = _unlikeness(calm, np.zeros_like(calm)) > TEXTURE_LEVELS
    return structure


def follow(values: NDArray[np.float32], flow: Flow) -> NDArray[np.float32]:
    """What ``values`` float32 [H, W] or [H, W, C] hold where the flow leads, at the flow's own pixels."""
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    warped = cv2.remap(
        values, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cast("NDArray[np.float32]", warped)


def agreement(forward: Flow, backward: Flow) -> NDArray[np.bool_]:
    """Where a pixel comes back to itself: neither hidden, nor out of the picture, nor mismatched.

    The tolerance, 0.5 px and 5 % of the two flows, follows Sundaram et al. (ECCV 2010).
    """
    height, width = forward.shape[:2]
    returned = follow(backward, forward)
    loop = np.square(forward + returned).sum(axis=-1)
    travel = np.square(forward).sum(axis=-1) + np.square(returned).sum(axis=-1)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = x + forward[..., 0], y + forward[..., 1]
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    agrees: NDArray[np.bool_] = inside & (loop <= 0.25 + 0.05 * travel)
    return agrees


def motion_amount(flows: NDArray[np.float32], fps: float) -> float:
    """How much a clip moves: mean speed of each frame's fastest 5 % of pixels, averaged over time.

    Args:
        flows: float32 [T - 1, H, W, 2] in px.
        fps: frames a second.

    Returns:
        Speed in picture diagonals a second, 0 for a still clip or a single frame.
    """
    return float(speeds(flows, fps).mean()) if len(flows) else 0.0


def speeds(flows: NDArray[np.float32], fps: float) -> NDArray[np.float64]:
    """Mean speed [T - 1] of each frame's fastest 5 % of pixels, in picture diagonals a second."""
    count_frames, height, width, _ = flows.shape
    speed = np.hypot(flows[..., 0], flows[..., 1]).reshape(count_frames, -1)
    count = max(1, round(FASTEST_SHARE * height * width))
    fastest = np.partition(speed, speed.shape[1] - count, axis=1)[:, -count:]
    mean: NDArray[np.float64] = fastest.mean(axis=1, dtype=np.float64)
    return mean * fps / float(np.hypot(height, width))
