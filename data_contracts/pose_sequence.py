"""PoseSequence: 2D keypoints of people over time, and how other keypoint orders map to COCO-WholeBody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

N_KEYPOINTS = 133
BODY = slice(0, 17)
FEET = slice(17, 23)
FACE = slice(23, 91)
LEFT_HAND = slice(91, 112)
RIGHT_HAND = slice(112, 133)

# OpenPose order -> COCO-WholeBody index; -1: no such keypoint (neck, middle of the hips).
_ARMS = (6, 8, 10, 5, 7, 9)
OPENPOSE_18 = (0, -1, *_ARMS, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3)
OPENPOSE_25 = (0, -1, *_ARMS, -1, 12, 14, 16, 11, 13, 15, 2, 1, 4, 3, 17, 18, 19, 20, 21, 22)


@dataclass(frozen=True)
class PoseSequence:
    """People over time.

    Attributes:
        keypoints_xy_px: float32 [T, P, 133, 2], COCO-WholeBody order, always finite.
        confidence: float32 [T, P, 133] in 0..1; 0 = missing.
        fps: frames in a second.
        width_px: width of the picture plane.
        height_px: height of the picture plane.
        xyz_camera: float32 [T, P, 133, 3] in OpenCV camera axes where 3D is known, in `xyz_unit`.
        xyz_unit: unit of `xyz_camera`: "m" or "figure_height".
    """

    keypoints_xy_px: NDArray[np.float32]
    confidence: NDArray[np.float32]
    fps: float
    width_px: int
    height_px: int
    xyz_camera: NDArray[np.float32] | None = None
    xyz_unit: str = "figure_height"

    def __post_init__(self) -> None:
        shape = self.confidence.shape
        if len(shape) != 3 or shape[2] != N_KEYPOINTS or min(shape) < 1:
            raise ContractError("confidence has the wrong shape", expected="[T, P, 133]", got=shape)
        if self.keypoints_xy_px.shape != (*shape, 2):
            raise ContractError("keypoints do not fit", expected=(*shape, 2), got=self.keypoints_xy_px.shape)
        if self.xyz_camera is not None and self.xyz_camera.shape != (*shape, 3):
            raise ContractError("3D keypoints do not fit", expected=(*shape, 3), got=self.xyz_camera.shape)
        arrays = [
            self.keypoints_xy_px,
            self.confidence,
            *([] if self.xyz_camera is None else [self.xyz_camera]),
        ]
        if not all(np.isfinite(array).all() for array in arrays):
            raise ContractError(
                "keypoints must be finite", hint="Give a missing point confidence 0 and (0, 0)."
            )
        if self.confidence.min() < 0 or self.confidence.max() > 1:
            got = f"{self.confidence.min():g}..{self.confidence.max():g}"
            raise ContractError("confidence out of range", expected="0..1", got=got)
        if not self.fps > 0 or self.width_px < 1 or self.height_px < 1:
            got = f"{self.fps} fps, {self.width_px}x{self.height_px}"
            raise ContractError("frame rate and size must be over 0", got=got)

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.confidence.shape[0])

    @property
    def n_people(self) -> int:
        """Number of people, those missing in some frames included."""
        return int(self.confidence.shape[1])


def mean_of_pair(
    xy: NDArray[np.float32], confidence: NDArray[np.float32], pair: tuple[int, int]
) -> NDArray[np.float32]:
    """Middle of two keypoints with the lower confidence: xy [..., 133, 2] -> [..., 3] (x, y, confidence)."""
    a, b = pair
    middle = (xy[..., a, :] + xy[..., b, :]) / 2
    lower = np.minimum(confidence[..., a], confidence[..., b])[..., None]
    return np.concatenate([middle * (lower > 0), lower], axis=-1).astype(np.float32)
