"""Inpainting by a diffusion pipeline of the model hub (Stable Diffusion inpainting and its kin)."""

from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.hub import local_weights, missing_network
from models.inpainting.hole import check_fill_input


class DiffusersInpaintingConfig(BaseModel):
    """Which pipeline, from where, and how long it denoises."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2

    kind: Literal["diffusers"] = "diffusers"
    model: str = Field(
        "stable-diffusion-v1-5/stable-diffusion-inpainting",
        min_length=1,
        description="A diffusers folder on this machine, or a repository of the model hub.",
    )
    revision: str | None = Field(None, description="Commit of the repository; not used for a folder.")
    device: str = Field("cuda", min_length=1)
    half_precision: bool = True
    steps: int = Field(30, ge=1, le=200)
    guidance_scale: float = Field(7.5, ge=1)
    work_side_px: int = Field(512, ge=32, multiple_of=8, description="Longer side the network works at.")
    negative_prompt: str = "person, people, character, text, watermark"
    default_prompt: str = Field(
        "empty background scenery, nobody, detailed", description="Where a hole has no description."
    )

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        return missing_network("diffusers", self.model, self.revision, "model_index.json", self.device)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


class DiffusersInpainting:
    """Fills holes with `AutoPipelineForInpainting`; the pipeline is loaded at the first fill."""

    def __init__(self, config: DiffusersInpaintingConfig) -> None:
        self.config = config
        self._pipeline: Any = None

    def fill(
        self,
        rgb: NDArray[np.uint8],
        hole_mask: NDArray[np.bool_],
        seed: int = 0,
        prompt: str = "",
        source_mask: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.uint8]:
        """See `models.inpainting.Inpainter`: the network sees all of the picture, whatever the source."""
        import torch
        from PIL import Image

        check_fill_input(rgb, hole_mask)
        if not hole_mask.any():
            return rgb.copy()
        pipeline = self._load()
        height, width = rgb.shape[:2]
        size = work_size(height, width, self.config.work_side_px)
        # What a hole has any share of is filled: a narrow one would else fall between the pixels.
        touched = cv2.resize(hole_mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        result = pipeline(
            prompt=prompt or self.config.default_prompt,
            negative_prompt=self.config.negative_prompt,
            image=Image.fromarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)),
            mask_image=Image.fromarray(touched.astype(np.uint8) * 255),
            width=size[0],
            height=size[1],
            num_inference_steps=self.config.steps,
            guidance_scale=self.config.guidance_scale,
            generator=torch.Generator("cpu").manual_seed(seed),
            output_type="np",
        ).images[0]
        filled = cv2.resize(np.asarray(result, np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        pixels = np.clip(np.rint(filled * 255), 0, 255).astype(np.uint8)
        return np.where(hole_mask[..., None], pixels, rgb)

    def _load(self) -> Any:
        if self._pipeline is None:
            from models.torchvision_ops import register_missing_ops

            register_missing_ops()
            import torch
            from diffusers import AutoPipelineForInpainting

            kind = torch.float16 if self.config.half_precision else torch.float32
            self._pipeline = AutoPipelineForInpainting.from_pretrained(
                self.config.model, revision=self.config.revision, dtype=kind, safety_checker=None
            ).to(self.config.device)
            self._pipeline.set_progress_bar_config(disable=True)
        return self._pipeline


def work_size(height: int, width: int, longer_side_px: int) -> tuple[int, int]:
    """(width, height) of nearly the picture's shape, multiples of 8, with the longer side given."""
    scale = longer_side_px / max(height, width)
    return max(8, round(width * scale / 8) * 8), max(8, round(height * scale / 8) * 8)
