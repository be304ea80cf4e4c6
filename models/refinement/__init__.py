"""Role ``refinement``: from the composite to the result."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.refinement.harmonize import HarmonizeConfig, Refined, harmonize

RefinementConfig = HarmonizeConfig
"""Union of the role's backends; a second one makes it an ``Annotated`` union on ``kind``."""


class RefineClip(Protocol):
    """What a refinement backend does."""

    def __call__(
        self,
        frames: NDArray[np.uint8],
        alpha: NDArray[np.uint8],
        background: NDArray[np.uint8],
        void: NDArray[np.bool_],
    ) -> Refined:
        """Refine a composite [T, H, W, 3] with its figure's alpha, its background and the voids in that."""
        ...


def load(config: RefinementConfig) -> RefineClip:
    """The backend that a config names, ready to be called."""

    def refine(
        frames: NDArray[np.uint8],
        alpha: NDArray[np.uint8],
        background: NDArray[np.uint8],
        void: NDArray[np.bool_],
    ) -> Refined:
        return harmonize(frames, alpha, background, void, config)

    return refine
