"""A CogVideoX image-to-video model of a few thousand weights, as a pretrained one would be."""

from __future__ import annotations

from typing import Any

import torch

from models.torchvision_ops import register_missing_ops
from models.video.gated_transformer import GatedTransformer
from models.video.latent_conditions import LatentConditions

register_missing_ops()

CHANNELS = 4
TOKEN_CHANNELS = 12
TOKENS = 5
FRAMES, HEIGHT, WIDTH = 4, 8, 12


def tiny_transformer(version: str = "1.0", **changes: Any) -> Any:
    """Random weights in every layer (a fresh model's zero output would hide mistakes)."""
    from diffusers import CogVideoXTransformer3DModel

    settings: dict[str, Any] = {
        "num_attention_heads": 2, "attention_head_dim": 16, "in_channels": 2 * CHANNELS,
        "out_channels": CHANNELS, "time_embed_dim": 32, "text_embed_dim": 24, "num_layers": 2,
        "sample_width": WIDTH, "sample_height": HEIGHT, "sample_frames": 4 * FRAMES - 3,
        "max_text_seq_length": TOKENS, "use_rotary_positional_embeddings": True,
    }  # fmt: skip
    if version == "1.0":
        settings["use_learned_positional_embeddings"] = True
    else:
        settings |= {"patch_size_t": 2, "ofs_embed_dim": 32}
    torch.manual_seed(3)
    model = CogVideoXTransformer3DModel(**(settings | changes))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.normal_(std=0.2)
        if version == "1.0" and not changes:
            model.patch_embed.pos_embedding.add_(0.3 * torch.randn(model.patch_embed.pos_embedding.shape))
    return model.eval()


def tiny_clip(
    frames: int = FRAMES, height: int = HEIGHT, width: int = WIDTH, batch: int = 2
) -> tuple[torch.Tensor, LatentConditions, torch.Tensor]:
    """Noisy latents, conditions and timesteps, all random."""
    draw = torch.Generator().manual_seed(5)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=draw)

    conditions = LatentConditions(
        background=normal(batch, frames, 2 * CHANNELS, height, width),
        pose=normal(batch, frames, 3 * CHANNELS, height, width),
        character=normal(batch, CHANNELS, height, width),
        image_tokens=normal(batch, TOKENS, TOKEN_CHANNELS),
    )
    noisy = normal(batch, frames, CHANNELS, height, width)
    return noisy, conditions, torch.tensor([700, 20, 300, 999])[:batch]


def filled(gated: GatedTransformer) -> GatedTransformer:
    """The same with new weights that are not tiny, as after training."""
    torch.manual_seed(11)
    with torch.no_grad():
        for part in (
            gated.transformer.patch_embed.proj,
            gated.transformer.patch_embed.text_proj,
            gated.gates,
        ):
            for weight in part.parameters():
                weight.add_(0.2 * torch.randn(weight.shape))
    return gated
