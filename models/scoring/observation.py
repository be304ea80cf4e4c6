"""ClipObservation: a clip at the sizes that the proxies work at, with its figure and its optical flow.

Made once and given to all six proxies, because flow is what costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.scoring.optical_flow import agreement, calmed, flows_between, speeds, textured

FLOW_SIDE_PX = 256
"""Long side of the frames that flow and features are taken from. Half a pixel of jitter at 512 px is still
seen, and 121 frames take about a second."""

FIGURE_ALPHA = 0.5
"""Alpha from which a pixel counts as the figure's."""


@dataclass(frozen=True)
class FlowObservation:
    """How a clip moves, at the working size."""

    forward: NDArray[np.float32]
    """float32 [T - 1, h, w, 2]: flow to the next frame, px."""
    agrees: NDArray[np.bool_]
    """bool [T - 1, h, w]: where forward and backward flow confirm each other."""
    structure: NDArray[np.bool_]
    """bool [T, h, w]: where there is texture that motion can be seen on."""
    fps: float

    @cached_property
    def speeds(self) -> NDArray[np.float64]:
        """Speed of each step's fastest pixels [T - 1], in picture diagonals a second."""
        return speeds(self.forward, self.fps)

    @property
    def amount(self) -> float:
        """The mean of the speeds."""
        return float(self.speeds.mean())


@dataclass(frozen=True)
class ClipObservation:
    """What is measured on. `h`, `w` are the working size, `H`, `W` the clip's own."""

    frames: NDArray[np.uint8]
    """uint8 [T, H, W, 3]."""
    figure: NDArray[np.bool_]
    """bool [T, h, w]: the figure's pixels."""
    small: NDArray[np.uint8]
    """uint8 [T, h, w, 3]."""
    flow: FlowObservation
    fps: float

    @property
    def motion_amount(self) -> float:
        """Speed of the fastest pixels, in picture diagonals a second."""
        return self.flow.amount

    def sampled(self, count: int) -> NDArray[np.intp]:
        """Indices of at most `count` frames, evenly spread over the clip."""
        return np.unique(
            np.linspace(0, len(self.frames) - 1, min(count, len(self.frames))).round().astype(np.intp)
        )


def observe(frames: NDArray[np.uint8], alpha: NDArray[np.float32], fps: float) -> ClipObservation:
    """Observe a clip.

    Args:
        frames: uint8 [T, H, W, 3].
        alpha: float32 [T, H, W] in 0..1, the figure's.
        fps: frames a second.

    Raises:
        InputError: fewer than three frames (no acceleration can be seen in them), or sizes that differ.
    """
    _check_clip(frames, alpha, fps)
    small = shrink_clip(frames)
    height, width = small.shape[1:3]
    figure = (
        np.stack([cv2.resize(a, (width, height), interpolation=cv2.INTER_AREA) for a in alpha])
        >= FIGURE_ALPHA
    )
    return ClipObservation(frames, figure, small, observe_flow(small, fps), fps)


def observe_flow(small: NDArray[np.uint8], fps: float) -> FlowObservation:
    """Observe the motion of a clip uint8 [T, h, w, 3] at the working size; T is at least 2."""
    calm = [calmed(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)) for frame in small]
    steps = [flows_between(first, second) for first, second in pairwise(calm)]
    return FlowObservation(
        forward=np.stack([forward for forward, _ in steps]),
        agrees=np.stack([agreement(forward, backward) for forward, backward in steps]),
        structure=np.stack([textured(frame) for frame in calm]),
        fps=fps,
    )


def shrink(picture: NDArray[np.uint8], long_side_px: int = FLOW_SIDE_PX) -> NDArray[np.uint8]:
    """A picture uint8 [H, W, ...] with its long side brought down (never up) to the given length."""
    height, width = picture.shape[:2]
    scale = long_side_px / max(height, width)
    if scale >= 1.0:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cast("NDArray[np.uint8]", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def shrink_clip(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """All frames of a clip at the working size."""
    return np.stack([shrink(frame) for frame in frames])


def _check_clip(frames: NDArray[np.uint8], alpha: NDArray[np.float32], fps: float) -> None:
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
        raise InputError(
            "a clip to score has the wrong form",
            expected="uint8 [T, H, W, 3]",
            got=f"{frames.dtype} {list(frames.shape)}",
        )
    if alpha.shape != frames.shape[:3]:
        raise InputError(
            "the figure's alpha does not fit the clip",
            expected=list(frames.shape[:3]),
            got=list(alpha.shape),
            hint="Score a clip with the alpha that was made for it",
        )
    if len(frames) < 3:
        raise InputError(
            "the clip is too short to be scored",
            expected="at least 3 frames",
            got=len(frames),
            hint="Motion smoothness needs two steps of motion",
        )
    if not fps > 0:
        raise InputError("a clip to score has no frame rate", expected="fps > 0", got=fps)
