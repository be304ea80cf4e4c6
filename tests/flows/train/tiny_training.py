"""A tiny gated model and a few toy clips to train it on."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from flows.train.settings import TrainSettings
from models.torchvision_ops import register_missing_ops
from models.video.encoding import ImageEncoder
from models.video.folder import GatedParts
from models.video.gate_base import gate_base
from models.video.patch_codec import PatchCodec
from models.video.sampling import SamplingConfig
from models.video.training_example import ExampleConfig, TrainingClip
from tests.models.video.toy_clips import toy_clip


def tiny_parts(heads: int = 2, layers: int = 1, seed: int = 0) -> GatedParts:
    register_missing_ops()
    from diffusers import CogVideoXDDIMScheduler, CogVideoXTransformer3DModel
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(seed)
    base = CogVideoXTransformer3DModel(
        num_attention_heads=heads, attention_head_dim=32, in_channels=32, out_channels=16,
        num_layers=layers, time_embed_dim=32 * heads, sample_width=8, sample_height=8, sample_frames=4,
        temporal_compression_ratio=1, max_text_seq_length=5, text_embed_dim=16,
        use_rotary_positional_embeddings=True,
    )  # fmt: skip
    vision = CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=32,
        patch_size=16,
    )  # fmt: skip
    processor = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    scheduler = CogVideoXDDIMScheduler(
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
        clip_sample=False, snr_shift_scale=1.0,
    )  # fmt: skip
    encoder = ImageEncoder(CLIPVisionModel(vision).eval(), processor)
    return GatedParts(gate_base(base, 16), PatchCodec(), scheduler, encoder)


def tiny_clips(count: int = 3) -> list[TrainingClip]:
    found = []
    for i in range(count):
        video, conditions = toy_clip(i % 4, i, i)
        found.append(
            TrainingClip(
                video, conditions.coarse, conditions.mask, conditions.face, conditions.hands,
                conditions.body, np.stack([conditions.character, conditions.character[:, ::-1]]),
            )
        )  # fmt: skip
    return found


def tiny_settings(**changes: Any) -> TrainSettings:
    told: dict[str, Any] = {
        "steps": 6, "batch": 2, "learning_rate": 1e-3, "warmup_steps": 2, "ema_decay": 0.9,
        "save_every": 100, "sample_every": 100, "samples": 0,
        "example": ExampleConfig(dropout=0.3, black_boxes_until=2, no_black_boxes_from=5),
        "sampling": SamplingConfig(steps=2, pose_guidance=1, character_guidance=1),
    }  # fmt: skip
    return TrainSettings(**(told | changes))
