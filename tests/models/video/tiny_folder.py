"""Folders laid out as CogVideoX-5B-I2V's and CLIP's, with tiny random networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from tests.models.video.tiny_base import tiny_transformer

TOKEN_WIDTH = 12


def tiny_vae(**changes: Any) -> Any:
    """Its tiles (half of the trained size, a sixth and a fifth shared) are whole latent pixels."""
    from diffusers import AutoencoderKLCogVideoX

    torch.manual_seed(0)
    settings: dict[str, Any] = {
        "block_out_channels": (4, 4, 4, 4), "layers_per_block": 1, "norm_num_groups": 2,
        "latent_channels": 4, "sample_height": 96, "sample_width": 80, "scaling_factor": 0.7,
    }  # fmt: skip
    return AutoencoderKLCogVideoX(**(settings | changes)).eval()


def save_base(folder: Path, version: str = "1.0") -> Path:
    """As CogVideoX-5b-I2V is published: transformer in shards with an index, and text parts left alone."""
    import json

    import diffusers

    transformer = tiny_transformer(version)
    transformer.save_pretrained(folder / "transformer", max_shard_size="60KB")
    assert (folder / "transformer/diffusion_pytorch_model.safetensors.index.json").is_file()
    tiny_vae(invert_scale_latents=version == "1.5").save_pretrained(folder / "vae")
    scheduler = "CogVideoXDDIMScheduler" if version == "1.0" else "CogVideoXDPMScheduler"
    getattr(diffusers, scheduler)(
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
        clip_sample=False, snr_shift_scale=1.0,
    ).save_pretrained(folder / "scheduler")  # fmt: skip
    for part in ("text_encoder", "tokenizer"):
        (folder / part).mkdir()
        (folder / part / "config.json").write_text("not read")
    index = {
        "_class_name": "CogVideoXImageToVideoPipeline",
        "_diffusers_version": "0.31.0.dev0",
        "scheduler": ["diffusers", scheduler],
        "text_encoder": ["transformers", "T5EncoderModel"],
        "tokenizer": ["transformers", "T5Tokenizer"],
        "transformer": ["diffusers", "CogVideoXTransformer3DModel"],
        "vae": ["diffusers", "AutoencoderKLCogVideoX"],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))
    (folder / "configuration.json").write_text("{}")
    return folder


def save_clip(folder: Path, whole: bool = False) -> Path:
    """CLIP's vision part, or CLIP as it is published, with its text part."""
    from transformers import (
        CLIPConfig,
        CLIPImageProcessor,
        CLIPModel,
        CLIPTextConfig,
        CLIPVisionConfig,
        CLIPVisionModel,
    )

    torch.manual_seed(1)
    small = {"hidden_size": TOKEN_WIDTH, "intermediate_size": 16, "num_hidden_layers": 2,
             "num_attention_heads": 2}  # fmt: skip
    vision = CLIPVisionConfig(**small, image_size=32, patch_size=16)
    if whole:
        text = CLIPTextConfig(**small, vocab_size=8, max_position_embeddings=4)
        config = CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict())
        CLIPModel(config).save_pretrained(folder)
    else:
        CLIPVisionModel(vision).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(
        folder
    )
    return folder
