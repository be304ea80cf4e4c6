"""Inpainting by OpenCV's diffusion methods: fast and smooth, a baseline."""

from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.inpainting.hole import check_fill_input

METHODS = {"telea": cv2.INPAINT_TELEA, "navier_stokes": cv2.INPAINT_NS}


class OpenCvInpaintingConfig(BaseModel):
    """Settings of the OpenCV backend."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["opencv"] = "opencv"
    method: Literal["telea", "navier_stokes"] = Field("telea", description="Telea 2004 or Bertalmio 2001.")
    radius_px: float = Field(5, gt=0, le=64, description="Neighbourhood a filled pixel is taken from.")

    def missing(self) -> str | None:
        """Nothing is missing: OpenCV is a dependency of the project."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


class OpenCvInpainting:
    """Fills holes by carrying isophotes into them."""

    def __init__(self, config: OpenCvInpaintingConfig) -> None:
        self.config = config

    def fill(
        self,
        rgb: NDArray[np.uint8],
        hole_mask: NDArray[np.bool_],
        seed: int = 0,
        prompt: str = "",
        source_mask: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.uint8]:
        """See `models.inpainting.Inpainter`: nothing is random, and a prompt changes nothing."""
        check_fill_input(rgb, hole_mask)
        unknown = hole_mask if source_mask is None else hole_mask | ~source_mask
        if unknown.all():
            unknown = hole_mask
        filled = cv2.inpaint(
            rgb, unknown.astype(np.uint8), self.config.radius_px, METHODS[self.config.method]
        )
        return np.where(hole_mask[..., None], filled, rgb).astype(np.uint8)
