"""A small model to begin training with: the same for the same seed, and no trace in the global generator."""

from __future__ import annotations

import torch

from models.video.small_model import SmallModelConfig, small_model

TINY = SmallModelConfig(heads=2, layers=1, side_px=32, frames=4)


def test_the_seed_decides_every_weight_and_nothing_else_is_drawn() -> None:
    torch.manual_seed(7)
    undisturbed = torch.rand(3)
    torch.manual_seed(7)
    first = small_model(TINY)
    assert torch.equal(torch.rand(3), undisturbed)
    again, other = small_model(TINY), small_model(TINY.model_copy(update={"seed": 1}))
    for name in ("network", "image_encoder"):
        ours, theirs, others = (
            list(
                parts.network.parameters() if name == "network" else parts.image_encoder.network.parameters()
            )
            for parts in (first, again, other)
        )
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
        assert not all(torch.equal(a, b) for a, b in zip(ours, others, strict=True))


def test_a_token_is_no_wider_than_the_network() -> None:
    """Predicting v passes a token's noise through the network's width: what the codec is made small for."""
    parts = small_model(SmallModelConfig())
    width = parts.network.config.num_attention_heads * parts.network.config.attention_head_dim
    token = parts.network.latent_channels * parts.network.config.patch_size**2
    assert token <= width
    assert parts.network.latent_channels == parts.codec.latent_channels
