"""Role ``animate``, backend ``wan_animate``: Wan Animate (Cheng et al. 2025) draws the figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.hub import local_weights, missing_network
from models.video.memory import MemoryConfig

__all__ = ["WanAnimateConfig"]

INDEX = "model_index.json"
PIPELINE = "WanAnimatePipeline"
PARTS = (
    "transformer",
    "vae",
    "scheduler",
    "text_encoder",
    "tokenizer",
    "image_encoder",
    "image_processor",
)
"""Subfolders of the published folder; each is read."""
PATCH_PX = 16
"""Side of the picture's squares that are one token: eight pixels a latent, two latents a token."""


class WanAnimateConfig(BaseModel):
    """Which weights, where they run, what they are told and how they sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["wan_animate"] = "wan_animate"
    model: str = Field(
        "Wan-AI/Wan2.2-Animate-14B-Diffusers",
        min_length=1,
        description="A diffusers folder on this machine, or a repository of the model hub.",
    )
    revision: str | None = Field(None, description="Commit of the repository; not used for a folder.")
    device: str = Field("cuda", min_length=1)
    half_precision: bool = Field(True, description="bfloat16 weights; the VAE's stay in float32.")
    mode: Literal["replace", "animate"] = Field(
        "replace", description="Draw into the coarse background, or the figure alone on white."
    )
    prompt: str = Field(
        "视频中的人在做动作",
        description="Wan's own default ('the person in the video moves'); its authors advise against others.",
    )
    negative_prompt: str = Field("", description="Read where guidance_scale is over 1.")
    expression: Literal["driver", "none"] = Field(
        "driver", description="Faces are copied from the driving clip, where its face points are known."
    )
    steps: int = Field(20, ge=1, le=1000)
    guidance_scale: float = Field(1.0, ge=1, description="Over 1: stronger expressions, twice the time.")
    segment_frames: int = Field(77, ge=5, description="Frames made at a time, at most: 4k + 1.")
    overlap_frames: Literal[1, 5] = Field(1, description="Of a segment, shown to the next one.")
    work_side_px: int | None = Field(
        None, ge=PATCH_PX, description="Longer side the network works at; None: that of the result."
    )
    mask_block_px: int = Field(
        32, ge=PATCH_PX, multiple_of=PATCH_PX, description="The region to draw is made of such squares."
    )
    blend_px: int = Field(8, ge=0, description="Width, inside of the region, over which it blends in.")
    drawn_confidence: float = Field(0.25, ge=0, le=1, description="Keypoints below it are not drawn.")
    memory: MemoryConfig = MemoryConfig()

    @model_validator(mode="after")
    def _segments_follow_each_other(self) -> WanAnimateConfig:
        if self.segment_frames % 4 != 1 or self.segment_frames <= 2 * self.overlap_frames:
            raise ValueError(
                f"segment_frames must be 4k + 1 and over {2 * self.overlap_frames}, twice overlap_frames"
            )
        return self

    @property
    def on_white(self) -> bool:
        """Whether the figure is made alone, before no background."""
        return self.mode == "animate"

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        reason = missing_network("diffusers", self.model, self.revision, INDEX, self.device)
        folder = Path(self.model)
        return reason or (_another_folder(folder) if folder.is_dir() else None)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


def _another_folder(folder: Path) -> str | None:
    """What is wrong with a folder of this machine: Wan's other pipelines look much alike from outside."""
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8")).get("_class_name")
    except (ValueError, AttributeError, OSError) as error:
        return f"{folder / INDEX} cannot be read ({error}): download the folder again"
    if found != PIPELINE:
        return f"{folder} holds a {found}, not a {PIPELINE}: give a folder like {_published()}"
    lacking = [part for part in PARTS if not (folder / part).is_dir()]
    if lacking:
        return f"{folder} lacks {', '.join(lacking)}: download the whole folder"
    return None


def _published() -> str:
    return str(WanAnimateConfig.model_fields["model"].default)
