"""One clip as it is shown to the model at one training step (A13–A15)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError
from models.video.black_boxes import black_box_probability, blacken_boxes
from models.video.degradation import DegradationConfig, degrade_background
from models.video.video_conditions import VideoConditions

Video = NDArray[np.uint8]


@dataclass(frozen=True)
class TrainingClip:
    """What is known of one clip."""

    video: Video
    """uint8 [T, H, W, 3]: what the model is to make."""
    background: Video
    """uint8 [T, H, W, 3]: the same with the character inpainted away."""
    mask: Video
    """uint8 [T, H, W]: the inpainting mask of the driving pose."""
    face: Video
    """uint8 [T, H, W, 3], as `hands` and `body`."""
    hands: Video
    body: Video
    references: Video
    """uint8 [R, H, W, 3]: pictures of the character from outside the clip (A14)."""
    pose_known: bool = True
    """Whether anything is drawn in `face`, `hands` and `body`; else the clip is shown without a pose."""

    def __post_init__(self) -> None:
        if self.video.shape != self.background.shape or not len(self.references):
            raise ContractError(
                "a training clip without its background or without a reference",
                where="clip",
                expected=f"a background of shape {self.video.shape} and at least one reference",
                got=f"{self.background.shape} and {len(self.references)}",
                hint="Take references from frames of the same character outside the clip.",
            )


class ExampleConfig(BaseModel):
    """What is drawn anew each time that a clip is shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    degradation: DegradationConfig = DegradationConfig()
    dropout: float = Field(0.1, ge=0, lt=1, description="Of pose, and of character (A15).")
    black_boxes_until: int = Field(5_000, ge=0, description="Step up to which every box is black.")
    no_black_boxes_from: int = Field(15_000, ge=0, description="Step from which none is.")
    mask_emphasis: float = Field(2.0, ge=0, description="λ of the loss's weights 1 + λ·mask.")


@dataclass(frozen=True)
class Example:
    """A clip with all that was drawn for it."""

    video: Video
    conditions: VideoConditions
    coarse_is_clean: bool
    """Nothing was done to the background, so that its latents are the same each time."""
    without_pose: bool
    without_character: bool
    timestep: int
    rng: np.random.Generator = field(repr=False)
    """Draws the noise, once the latents' shape is known."""


def draw_example(
    clip: TrainingClip, config: ExampleConfig, step: int, timesteps: int, rng: np.random.Generator
) -> Example:
    """Roughen the background, choose a reference, drop conditions, choose a timestep.

    Args:
        clip: the clip.
        config: how much is drawn.
        step: of the training, for the schedule of black boxes.
        timesteps: of the noise schedule.
        rng: decides everything.
    """
    coarse = degrade_background(clip.background, config.degradation, rng)
    boxes = black_box_probability(step, config.black_boxes_until, config.no_black_boxes_from)
    if rng.random() < boxes:
        coarse = blacken_boxes(coarse, clip.mask)
    reference = clip.references[rng.integers(len(clip.references))]
    without_pose, without_character = rng.random(2) < config.dropout
    return Example(
        clip.video,
        VideoConditions(coarse, clip.mask, clip.face, clip.hands, clip.body, reference),
        coarse is clip.background,
        bool(without_pose) or not clip.pose_known,
        bool(without_character),
        int(rng.integers(timesteps)),
        rng,
    )
