"""Clips drawn by diffusers' WanAnimatePipeline, from arrays to arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import BackendUnavailable, ContractError, EstimationError
from models.wan_animate import WanAnimateConfig
from models.wan_animate.pose_video import draw_pose_video
from models.wan_animate.prompt import prompt_states
from models.wan_animate.region import blended, in_blocks
from models.wan_animate.segments import segment_length
from models.wan_animate.work_frame import WorkFrame

if TYPE_CHECKING:
    import torch

Video = NDArray[np.uint8]
WHITE = 255


@dataclass(frozen=True)
class WanConditions:
    """One clip of T frames of H × W pixels."""

    coarse: Video
    """uint8 [T, H, W, 3]: the coarse background video."""
    mask: Video
    """uint8 [T, H, W]: 255 where the figure may appear."""
    keypoints_xy_px: NDArray[np.float32]
    """[T, 133, 2] in pixels of the clip: the figure's pose, with its own bone lengths."""
    confidence: NDArray[np.float32]
    """[T, 133]."""
    character: Video
    """uint8 [H, W, 3]: the figure of the reference, alone on white."""
    face: Video | None = None
    """uint8 [T, S, S, 3]: the driver's face; None where it is not known."""

    def __post_init__(self) -> None:
        clip = self.coarse.shape[:3]
        wanted: dict[str, tuple[int, ...]] = {
            "coarse": (*clip, 3),
            "mask": clip,
            "keypoints_xy_px": (clip[0], 133, 2),
            "confidence": (clip[0], 133),
            "character": (*clip[1:], 3),
        }
        if self.face is not None:
            wanted["face"] = (clip[0], self.face.shape[1], self.face.shape[1], 3)
        for name, shape in wanted.items():
            found = getattr(self, name).shape
            if found != shape or 0 in shape:
                raise ContractError("a condition of another shape", where=name, expected=shape, got=found)


class WanAnimation:
    """Draws clips with Wan Animate; weights are loaded at the first one."""

    def __init__(self, config: WanAnimateConfig) -> None:
        self.config = config
        self._pipeline: Any = None
        self._prompts: torch.Tensor | None = None

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

        config, pipeline = self.config, self._load()
        assert self._prompts is not None
        frames = len(region)
        told = self._told(conditions, work, region, int(pipeline.transformer.config.motion_encoder_size))
        # One that is no longer than the overlap has no segment: its last frame stays for a while.
        order = np.minimum(np.arange(max(frames, config.overlap_frames + 1)), frames - 1)
        states = self._prompts.to(config.device)
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

    def _load(self) -> Any:
        if self._pipeline is None:
            config = self.config
            if lack := config.missing():
                raise BackendUnavailable("Wan Animate cannot run here", where=config.model, got=lack)
            from models.torchvision_ops import register_missing_ops

            register_missing_ops()
            import torch
            from diffusers import WanAnimatePipeline

            kind = torch.bfloat16 if config.half_precision else torch.float32
            prompts = [config.prompt, config.negative_prompt][: 2 if config.guidance_scale > 1 else 1]
            self._prompts = prompt_states(config.model, config.revision, prompts, config.device, kind)
            pipeline = WanAnimatePipeline.from_pretrained(
                config.model,
                revision=config.revision,
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
