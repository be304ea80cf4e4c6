"""What steers Wan Animate, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

Video = NDArray[np.uint8]


@dataclass(frozen=True)
class WanConditions:
    """One clip of T frames of H × W pixels."""

    coarse: Video
    """uint8 [T, H, W, 3]: the coarse background video."""
    mask: Video
    """uint8 [T, H, W]: 255 where the figure may appear."""
    keypoints_xy_px: NDArray[np.float32]
    """[T, 133, 2] in pixels of the clip: the figure's pose, with its own bone lengths."""
    confidence: NDArray[np.float32]
    """[T, 133]."""
    character: Video
    """uint8 [H, W, 3]: the figure of the reference, alone on white."""
    face: Video | None = None
    """uint8 [T, S, S, 3]: the driver's face; None where it is not known."""
    prompt: str | None = None
    """What the video shows, in words; None: what the configuration says."""

    def __post_init__(self) -> None:
        clip = self.coarse.shape[:3]
        wanted: dict[str, tuple[int, ...]] = {
            "coarse": (*clip, 3),
            "mask": clip,
            "keypoints_xy_px": (clip[0], 133, 2),
            "confidence": (clip[0], 133),
            "character": (*clip[1:], 3),
        }
        if self.face is not None:
            wanted["face"] = (clip[0], self.face.shape[1], self.face.shape[1], 3)
        for name, shape in wanted.items():
            found = getattr(self, name).shape
            if found != shape or 0 in shape:
                raise ContractError("a condition of another shape", where=name, expected=shape, got=found)
