"""Captioning: what a picture shows, in words, for networks that are told in words what to paint (A4)."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.captioning.transformers import TransformersCaptioner, TransformersCaptioningConfig
from models.hub import kept

CaptioningConfig = TransformersCaptioningConfig


class Captioner(Protocol):
    """What every backend offers."""

    def describe(self, rgb: NDArray[np.uint8]) -> str:
        """A sentence on a picture, uint8 [H, W, 3]."""
        ...


def load(config: TransformersCaptioningConfig) -> Captioner:
    """The backend that a config asks for; weights are loaded at its first use."""
    return kept(TransformersCaptioner, config)
