"""A folder laid out as Wan-AI/Wan2.2-Animate-14B-Diffusers, with tiny random networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from models.torchvision_ops import register_missing_ops

TEXT_WIDTH, IMAGE_WIDTH, FACE_PX = 16, 12, 16
WORDS = ("▁person", "▁moves", "▁blurry", "▁", "视", "频", "中", "的", "人", "在", "做", "动", "作")


def save_wan(folder: Path) -> Path:
    """All seven parts and the index, as `save_pretrained` of the published pipeline writes them."""
    register_missing_ops()
    from diffusers import UniPCMultistepScheduler, WanAnimatePipeline
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(0)
    vision = CLIPVisionConfig(
        hidden_size=IMAGE_WIDTH, intermediate_size=16, num_hidden_layers=3, num_attention_heads=2,
        image_size=32, patch_size=16,
    )  # fmt: skip
    WanAnimatePipeline(
        tokenizer=_tokenizer(),
        text_encoder=_text_encoder(),
        vae=_vae(),
        scheduler=UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0
        ),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        image_encoder=CLIPVisionModel(vision),
        transformer=_transformer(),
    ).save_pretrained(folder)
    return folder


def _transformer() -> Any:
    """Blocks with and without a face adapter; random weights in every layer."""
    from diffusers import WanAnimateTransformer3DModel

    model = WanAnimateTransformer3DModel(
        num_attention_heads=2, attention_head_dim=12, text_dim=TEXT_WIDTH, freq_dim=16, ffn_dim=32,
        num_layers=2, image_dim=IMAGE_WIDTH, added_kv_proj_dim=24, rope_max_seq_len=64,
        motion_encoder_channel_sizes={"4": 8, "8": 8, "16": 8}, motion_encoder_size=FACE_PX,
        motion_style_dim=8, motion_dim=4, motion_encoder_dim=8, face_encoder_hidden_dim=16,
        face_encoder_num_heads=2, inject_face_latents_blocks=2,
    )  # fmt: skip
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name and "motion_encoder" not in name:  # that one scales its own weights
                weight.normal_(std=0.3)
    return model


def _vae() -> Any:
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1)


def _text_encoder() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    config = UMT5Config(
        vocab_size=32, d_model=TEXT_WIDTH, d_kv=8, d_ff=16, num_layers=1, num_heads=2, pad_token_id=0
    )
    return UMT5EncoderModel(config)


def _tokenizer() -> Any:
    from transformers import T5TokenizerFast

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((word, -2.0) for word in WORDS)]
    return T5TokenizerFast(vocab=pieces, extra_ids=0)
