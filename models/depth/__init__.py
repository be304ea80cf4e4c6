"""Depth: how far away each pixel of a background picture is (A5)."""

from typing import Annotated, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepth, LayoutDepthConfig
from models.depth.transformers import TransformersDepth, TransformersDepthConfig
from models.hub import kept

DepthConfig = Annotated[LayoutDepthConfig | TransformersDepthConfig, Field(discriminator="kind")]


class DepthEstimator(Protocol):
    """What every backend offers."""

    @property
    def per_view(self) -> bool:
        """Whether estimating again for a warped view gives depth that can be aligned with the first."""
        ...

    def estimate(self, rgb: NDArray[np.uint8]) -> DepthEstimate:
        """Depth of a picture, uint8 [H, W, 3]."""
        ...


def load(config: LayoutDepthConfig | TransformersDepthConfig) -> DepthEstimator:
    """The backend that a config asks for; weights are loaded at its first use."""
    match config:
        case LayoutDepthConfig():
            return LayoutDepth(config)
        case TransformersDepthConfig():
            return kept(TransformersDepth, config)
