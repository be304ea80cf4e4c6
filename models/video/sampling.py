"""DDIM sampling of the gated model over clips of any length (DreamDance, character art, A16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from models.video.gated_transformer import GatedTransformer
from models.video.guidance import Branch, guidance_branches
from models.video.latent_conditions import LatentConditions
from models.video.windows import Window, noise_of_frames, window_weights, windows_over

if TYPE_CHECKING:
    import torch


class SamplingConfig(BaseModel):
    """How a video is denoised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(50, ge=1, le=1000, description="DDIM steps (A16).")
    pose_guidance: float = Field(2.0, ge=1, description="1 is none; the paper gives no scale.")
    character_guidance: float = Field(2.0, ge=1)
    window_latent_frames: int = Field(12, ge=1, description="48 frames of CogVideoX's VAE.")
    overlap_latent_frames: int = Field(4, ge=0, description="What neighbouring windows share, at least.")
    windows_at_once: int = Field(1, ge=1, description="More are faster and take more memory.")


def sample_latents(
    gated: GatedTransformer,
    scheduler: Any,
    conditions: LatentConditions,
    config: SamplingConfig,
    seed: int,
    device: torch.device | str | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> torch.Tensor:
    """Denoise one clip. At each step all windows' answers are merged, then the whole clip takes the step.

    Args:
        gated: the network.
        scheduler: CogVideoXDDIMScheduler; it decides the prediction type and the steps' spacing.
        conditions: of one clip, all its T latent frames, on any device.
        config: steps, guidance, windows.
        seed: with a frame's number it decides the frame's noise; nothing else is random.
        device: where the network runs; by default where its gates are.
        on_step: told (steps done, steps in all).

    Returns:
        float32 [1, T, C, h, w], where the conditions are.
    """
    import torch

    frames, _, height, width = conditions.background.shape[1:]
    multiple = gated.config.patch_size_t or 1
    padded = conditions.with_last_frame_repeated(-frames % multiple)
    total = frames + -frames % multiple
    windows = windows_over(total, config.window_latent_frames, config.overlap_latent_frames, multiple)
    weights = window_weights(windows)
    branches = guidance_branches(config.pose_guidance, config.character_guidance)
    latents = noise_of_frames(seed, total, (gated.latent_channels, height, width))
    # Its own copy: training leaves the schedule on its device, and a sampler counts its steps.
    scheduler = type(scheduler).from_config(scheduler.config)
    scheduler.set_timesteps(config.steps)
    with torch.no_grad():
        for done, timestep in enumerate(scheduler.timesteps, start=1):
            merged = torch.zeros_like(latents)
            answers = _answers(gated, latents, padded, timestep, windows, branches, config, device)
            for (first, past), weight, answer in zip(windows, weights, answers, strict=True):
                merged[:, first:past] += weight.reshape(1, -1, 1, 1, 1) * answer
            latents = scheduler.step(merged, timestep, latents, return_dict=False)[0].float()
            if on_step is not None:
                on_step(done, config.steps)
    return latents[:, :frames].to(conditions.background.device)


def _answers(
    gated: GatedTransformer,
    latents: torch.Tensor,
    conditions: LatentConditions,
    timestep: torch.Tensor,
    windows: list[Window],
    branches: list[Branch],
    config: SamplingConfig,
    device: torch.device | str | None,
) -> Iterator[torch.Tensor]:
    """The guided prediction for each window in turn, float32 [1, frames, C, h, w] on the CPU."""
    import torch

    gate = next(gated.gates.parameters())
    where = gate.device if device is None else device
    weights = torch.tensor([branch.weight for branch in branches]).reshape(1, -1, 1, 1, 1, 1)
    for first in range(0, len(windows), config.windows_at_once):
        batch = windows[first : first + config.windows_at_once]
        asked = [
            conditions.of_frames(*window).dropping(
                pose=branch.without_pose, character=branch.without_character
            )
            for window in batch
            for branch in branches
        ]
        noisy = torch.cat([latents[:, a:b] for a, b in batch for _ in branches]).to(where, gate.dtype)
        steps = timestep.expand(len(noisy)).to(noisy.device)
        found = gated(noisy, asked[0].batched_with(*asked[1:]).to(where, gate.dtype), steps).float().cpu()
        each = found.reshape(len(batch), len(branches), *found.shape[1:])
        yield from (each * weights).sum(1, keepdim=True)
