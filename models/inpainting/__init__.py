"""Inpainting: what stands behind the character, and beyond what a camera has seen (A4, A7; MVAnimate)."""

from typing import Annotated, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from models.hub import kept
from models.inpainting.diffusers import DiffusersInpainting, DiffusersInpaintingConfig
from models.inpainting.opencv import OpenCvInpainting, OpenCvInpaintingConfig
from models.inpainting.patchmatch import PatchMatch, PatchMatchConfig

InpaintingConfig = Annotated[
    PatchMatchConfig | OpenCvInpaintingConfig | DiffusersInpaintingConfig, Field(discriminator="kind")
]


class Inpainter(Protocol):
    """What every backend offers."""

    def fill(
        self,
        rgb: NDArray[np.uint8],
        hole_mask: NDArray[np.bool_],
        seed: int = 0,
        prompt: str = "",
        source_mask: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.uint8]:
        """Fill a hole.

        Args:
            rgb: uint8 [H, W, 3]; what stands in the hole is not read.
            hole_mask: bool [H, W], True where to fill.
            seed: decides all that is random.
            prompt: what should stand in the hole, for networks that are told in words; empty for their own.
            source_mask: bool [H, W], pixels to go by; by default all outside the hole.

        Returns:
            uint8 [H, W, 3], equal to `rgb` outside the hole.

        Raises:
            ContractError: shapes or types that do not fit.
            InputError: a hole over the whole picture.
        """
        ...


def load(config: PatchMatchConfig | OpenCvInpaintingConfig | DiffusersInpaintingConfig) -> Inpainter:
    """The backend that a config asks for; weights are loaded at its first use."""
    match config:
        case PatchMatchConfig():
            return PatchMatch(config)
        case OpenCvInpaintingConfig():
            return OpenCvInpainting(config)
        case DiffusersInpaintingConfig():
            return kept(DiffusersInpainting, config)
