"""Role ``animate``, backend ``wan_animate``: diffusers' Wan Animate (Cheng et al. 2025) draws the figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.errors import BackendUnavailable, EstimationError
from models.hub import local_folder, local_weights, missing_network
from models.video.memory_config import MemoryConfig
from models.wan_animate.conditions import WanConditions
from models.wan_animate.folder import INDEX, PUBLISHED, wrong_folder
from models.wan_animate.pose_video import draw_pose_video
from models.wan_animate.prompt import prompt_states
from models.wan_animate.region import blended, in_blocks
from models.wan_animate.segments import segment_length
from models.wan_animate.work_frame import PATCH_PX, WorkFrame

if TYPE_CHECKING:
    import torch

Video = NDArray[np.uint8]
WHITE = 255


class WanAnimateConfig(BaseModel):
    """Which weights, where they run, what they are told and how they sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2

    kind: Literal["wan_animate"] = "wan_animate"
    model: str = Field(
        PUBLISHED,
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
    job_prompts: bool = Field(
        True, description="A job's own `prompt`, where it has one, is read in its place."
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
        return reason or (wrong_folder(folder) if folder.is_dir() else None)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


class WanAnimation:
    """Draws clips with Wan Animate; weights are loaded at the first one."""

    def __init__(self, config: WanAnimateConfig) -> None:
        self.config = config
        self._pipeline: Any = None
        self._prompt: str | None = None
        self._states: torch.Tensor | None = None

    def draw(self, conditions: WanConditions, seed: int) -> Iterator[tuple[Video, Video]]:
        """Animate the character.

        Args:
            conditions: one clip of any size and length.
            seed: decides the noise.

        Yields:
            T frames uint8 [H, W, 3] and the region uint8 [H, W], 255 or 0, in which they were drawn. Outside
            of it they are exactly the coarse video, or white (mode `animate`).

        Raises:
            BackendUnavailable: there are no such weights.
            EstimationError: the network gave no picture.
        """
        frames, height, width = conditions.mask.shape
        work = WorkFrame.of(width, height, self.config.work_side_px)
        region = in_blocks(work.enter(conditions.mask) > 0, self.config.mask_block_px)
        made = work.leave(self._made(conditions, work, region, seed))
        shown = work.leave(region.astype(np.uint8) * 255) > 127
        for t in range(frames):
            behind = np.full_like(made[t], WHITE) if self.config.on_white else conditions.coarse[t]
            yield (
                blended(made[t], behind, shown[t], self.config.blend_px),
                shown[t].astype(np.uint8) * 255,
            )

    def _made(
        self, conditions: WanConditions, work: WorkFrame, region: NDArray[np.bool_], seed: int
    ) -> Video:
        """All frames as the network made them, uint8 [T, padded height, padded width, 3]."""
        import torch

        config = self.config
        if lack := config.missing():
            raise BackendUnavailable("Wan Animate cannot run here", where=config.model, got=lack)
        states = self._read(conditions.prompt or config.prompt).to(config.device)
        pipeline = self._load()
        frames = len(region)
        told = self._told(conditions, work, region, int(pipeline.transformer.config.motion_encoder_size))
        # One that is no longer than the overlap has no segment: its last frame stays for a while.
        order = np.minimum(np.arange(max(frames, config.overlap_frames + 1)), frames - 1)
        result = pipeline(
            image=_pictures(work.enter(conditions.character[None]))[0],
            **{name: [pictures[t] for t in order] for name, pictures in told.items()},
            mode=config.mode,
            prompt_embeds=states[:1],
            negative_prompt_embeds=states[1:] if config.guidance_scale > 1 else None,
            height=work.padded_height,
            width=work.padded_width,
            segment_frame_length=segment_length(len(order), config.segment_frames, config.overlap_frames),
            prev_segment_conditioning_frames=config.overlap_frames,
            num_inference_steps=config.steps,
            guidance_scale=config.guidance_scale,
            generator=torch.Generator("cpu").manual_seed(seed),
            output_type="np",
        ).frames[0][:frames]
        if not np.isfinite(result).all():
            raise EstimationError("the network gave no picture", where=config.model, got="not a number")
        return np.asarray(np.rint(np.clip(result, 0, 1) * 255), np.uint8)

    def _told(
        self, conditions: WanConditions, work: WorkFrame, region: NDArray[np.bool_], face_px: int
    ) -> dict[str, list[Any]]:
        """The pipeline's videos, as lists of pictures."""
        pose = draw_pose_video(
            conditions.keypoints_xy_px * work.scale,
            conditions.confidence,
            work.padded_width,
            work.padded_height,
            self.config.drawn_confidence,
        )
        told = {"pose_video": _pictures(pose), "face_video": _faces(conditions.face, len(region), face_px)}
        if self.config.mode == "replace":
            # What is to be drawn is black in the background, as in training.
            background = np.where(region[..., None], np.uint8(0), work.enter(conditions.coarse))
            told["background_video"] = _pictures(background)
            told["mask_video"] = _pictures(region.astype(np.uint8) * 255)
        return told

    def _read(self, prompt: str) -> torch.Tensor:
        """Hidden states of a prompt and, where it counts, of the negative one. The last prompt's are kept."""
        if self._states is None or self._prompt != prompt:
            import torch

            config = self.config
            kind = torch.bfloat16 if config.half_precision else torch.float32
            prompts = [prompt, config.negative_prompt][: 2 if config.guidance_scale > 1 else 1]
            # The text encoder and the networks need not fit on a card together.
            makes_room = self._pipeline is not None and config.memory.offload == "none"
            if makes_room:
                self._pipeline.to("cpu")
            folder = local_folder(config.model, config.revision)
            self._states = prompt_states(folder, prompts, config.device, kind)
            self._prompt = prompt
            if makes_room:
                self._pipeline.to(config.device)
        return self._states

    def _load(self) -> Any:
        if self._pipeline is None:
            config = self.config
            from models.torchvision_ops import register_missing_ops

            register_missing_ops()
            import torch
            from diffusers import WanAnimatePipeline

            kind = torch.bfloat16 if config.half_precision else torch.float32
            pipeline = WanAnimatePipeline.from_pretrained(
                local_folder(config.model, config.revision),
                dtype={"default": kind, "vae": torch.float32},
                text_encoder=None,
                tokenizer=None,
            )
            pipeline.set_progress_bar_config(disable=True)
            self._place(pipeline)
            self._pipeline = pipeline
        return self._pipeline

    def _place(self, pipeline: Any) -> None:
        memory, device = self.config.memory, self.config.device
        if memory.vae_tiling:
            pipeline.vae.enable_tiling()
        if memory.vae_slicing:
            pipeline.vae.enable_slicing()
        if memory.offload == "model":
            pipeline.enable_model_cpu_offload(device=device)
        elif memory.offload == "sequential":
            from accelerate import cpu_offload

            for network in (pipeline.image_encoder, pipeline.transformer, pipeline.vae):
                cpu_offload(network, device, offload_buffers=bool(network._parameters))
        else:
            pipeline.to(device)


def _faces(face: Video | None, frames: int, side_px: int) -> list[Any]:
    """Black where no face is known: what the network sees for half of its guidance."""
    if face is None:
        return _pictures(np.zeros((1, side_px, side_px, 3), np.uint8)) * frames
    size = side_px, side_px
    return _pictures(np.stack([cv2.resize(crop, size, interpolation=cv2.INTER_AREA) for crop in face]))


def _pictures(video: Video) -> list[Any]:
    from PIL import Image

    return [Image.fromarray(frame) for frame in video]
