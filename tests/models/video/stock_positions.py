"""Rotary positions as diffusers' own image-to-video pipeline makes them."""

from __future__ import annotations

from typing import Any

import torch


def stock_rotary(transformer: Any, frames: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    from diffusers import CogVideoXImageToVideoPipeline

    pipeline = CogVideoXImageToVideoPipeline.__new__(CogVideoXImageToVideoPipeline)
    object.__setattr__(pipeline, "transformer", transformer)
    object.__setattr__(pipeline, "vae_scale_factor_spatial", 8)
    cosines, sines = pipeline._prepare_rotary_positional_embeddings(
        8 * height, 8 * width, frames, torch.device("cpu")
    )
    return cosines, sines
