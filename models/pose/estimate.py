"""What a pose backend gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

BODY_FROM_FIGURE: Final = {
    "nose": 0, "left_shoulder": 5, "right_shoulder": 6, "left_elbow": 7, "right_elbow": 8,
    "left_wrist": 9, "right_wrist": 10, "left_hip": 11, "right_hip": 12, "left_knee": 13,
    "right_knee": 14, "left_ankle": 15, "right_ankle": 16,
}  # fmt: skip
"""Index in COCO-WholeBody of each joint of the capsule figure that has one (the neck has none)."""


@dataclass(frozen=True)
class PoseEstimate:
    """Poses of a clip.

    Attributes:
        keypoints_xy_px: float32 [T, P, 133, 2], always finite.
        confidence: float32 [T, P, 133] in 0..1, 0 where missing.
        quality: float32 [T] in 0..1, how well the frame is explained.
        method: how it was found, for the manifest.
    """

    keypoints_xy_px: NDArray[np.float32]
    confidence: NDArray[np.float32]
    quality: NDArray[np.float32]
    method: str


class PoseEstimation(Protocol):
    """A backend that finds poses in a clip."""

    def __call__(
        self, frames: NDArray[np.uint8], alpha: NDArray[np.float32] | None, seed: int = 0
    ) -> PoseEstimate:
        """Poses in `frames` (uint8 [T, H, W, 3]), whose figure's matte is `alpha` [T, H, W].

        Raises NoFigureError where nobody is found in any frame.
        """
        ...
