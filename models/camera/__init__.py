"""Camera tracks: estimated from a clip, drawn from presets, aligned to each other."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.camera.estimate import CameraEstimate
from models.camera.features import FeaturesCamera, FeaturesConfig

CameraConfig = FeaturesConfig
"""The role's settings. A second backend makes this a union that `kind` tells apart."""


class CameraEstimator(Protocol):
    """What a backend of this role is: frames uint8 [T, H, W, 3], movers bool [T, H, W] -> CameraEstimate."""

    def __call__(
        self, frames: NDArray[np.uint8], movers: NDArray[np.bool_] | None = None
    ) -> CameraEstimate: ...


def load(config: CameraConfig) -> CameraEstimator:
    """The backend that `config` names."""
    return FeaturesCamera(config)


__all__ = ["CameraConfig", "CameraEstimate", "CameraEstimator", "FeaturesConfig", "load"]
