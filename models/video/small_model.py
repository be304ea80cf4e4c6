"""A gated model with random weights, small enough to train where there is no pretrained one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.torchvision_ops import register_missing_ops
from models.video.encoding import ImageEncoder
from models.video.folder import GatedParts
from models.video.gate_base import gate_base
from models.video.patch_codec import PatchCodec


class SmallModelConfig(BaseModel):
    """Sizes. A token stands for 8 × 8 pixels of a frame and holds 64 numbers; see PatchCodec on width."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: int = Field(4, ge=2, description="Of 32 channels each: the width is 32 · heads.")
    layers: int = Field(4, ge=1)
    side_px: int = Field(64, ge=16, multiple_of=8, description="Of the videos.")
    frames: int = Field(8, ge=1)
    predicts: Literal["v_prediction", "sample"] = "v_prediction"
    """CogVideoX predicts v; a model this narrow learns x₀ (`sample`) in fewer steps."""
    seed: int = Field(0, ge=0)


def small_model(config: SmallModelConfig) -> GatedParts:
    """CogVideoX's transformer with rotary positions, a PatchCodec, and a small image encoder.

    The image encoder is not trained: its random features tell references apart, no more. The noise
    schedule is CogVideoX-5B-I2V's.
    """
    register_missing_ops()
    import torch
    from diffusers import CogVideoXDDIMScheduler, CogVideoXTransformer3DModel
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    codec = PatchCodec()
    side = config.side_px // codec.side
    tokens, token_side_px = 5, 32
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        base = CogVideoXTransformer3DModel(
            num_attention_heads=config.heads, attention_head_dim=32, num_layers=config.layers,
            in_channels=2 * codec.latent_channels, out_channels=codec.latent_channels,
            time_embed_dim=32 * config.heads, text_embed_dim=16, max_text_seq_length=tokens,
            sample_width=side, sample_height=side, sample_frames=config.frames, temporal_compression_ratio=1,
            use_rotary_positional_embeddings=True,
        )  # fmt: skip
        vision = CLIPVisionModel(
            CLIPVisionConfig(
                hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
                image_size=token_side_px, patch_size=token_side_px // 2,
            )
        )  # fmt: skip
        network = gate_base(base, vision.config.hidden_size, config.seed)
    processor = CLIPImageProcessor(
        size={"shortest_edge": token_side_px}, crop_size={"height": token_side_px, "width": token_side_px}
    )
    scheduler = CogVideoXDDIMScheduler(
        prediction_type=config.predicts, rescale_betas_zero_snr=True, timestep_spacing="trailing",
        clip_sample=False, snr_shift_scale=1.0,
    )  # fmt: skip
    return GatedParts(network, codec, scheduler, ImageEncoder(vision.eval(), processor))
