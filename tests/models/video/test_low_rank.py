"""Low-rank layers: nothing at first, all of their gradient, and one plain layer in the end."""

from __future__ import annotations

import pytest
import torch

from models.video.gate_base import gate_base
from models.video.gated_transformer import GatedTransformer
from models.video.low_rank import ADAPTED, merged, train_low_rank
from tests.models.video.tiny_base import TOKEN_CHANNELS, filled, tiny_clip, tiny_transformer

ROUNDING = 1e-4
"""x·W + (x·A)·B against x·(W + A·B) in float32, through two blocks of weights of size 0.2."""
RANK = 3


@pytest.fixture
def model() -> GatedTransformer:
    return filled(gate_base(tiny_transformer(), TOKEN_CHANNELS))


def answer(model: GatedTransformer) -> torch.Tensor:
    noisy, conditions, at = tiny_clip()
    with torch.no_grad():
        return model(noisy, conditions, at)


def test_new_low_ranks_change_nothing_and_the_seed_decides_them(model: GatedTransformer) -> None:
    before = answer(model)
    train_low_rank(model.transformer, RANK, seed=1)
    assert torch.equal(answer(model), before)
    again = gate_base(tiny_transformer(), TOKEN_CHANNELS)
    train_low_rank(again.transformer, RANK, seed=1)
    for name, weight in again.transformer.named_parameters():
        if ".down." in name:
            assert torch.equal(model.transformer.get_parameter(name), weight)


def test_low_ranks_and_new_layers_are_trained_and_nothing_else(model: GatedTransformer) -> None:
    train_low_rank(model.transformer, RANK)
    trained = {name for name, weight in model.transformer.named_parameters() if weight.requires_grad}
    wanted = {
        f"transformer_blocks.{block}.{layer}.{part}.weight"
        for block in range(2)
        for layer in (*(f"attn1.{name}" for name in ADAPTED[:4]), "ff.net.0.proj", "ff.net.2")
        for part in ("down", "up")
    }
    new = {f"patch_embed.{layer}.{part}" for layer in ("proj", "text_proj") for part in ("weight", "bias")}
    assert trained == wanted | new
    noisy, conditions, at = tiny_clip()
    filled_ups(model)
    model(noisy, conditions, at).square().mean().backward()
    for name, weight in model.transformer.named_parameters():
        assert (weight.grad is not None) == (name in trained), name
        if weight.grad is not None:
            assert (weight.grad != 0).any(), name


def filled_ups(model: GatedTransformer) -> None:
    for name, weight in model.transformer.named_parameters():
        if ".up." in name:
            torch.nn.init.normal_(weight, std=0.1, generator=torch.Generator().manual_seed(len(name)))


def test_merged_layers_answer_the_same_and_come_apart_again(model: GatedTransformer) -> None:
    names = set(model.transformer.state_dict())
    before = answer(model)
    train_low_rank(model.transformer, RANK)
    filled_ups(model)
    apart = answer(model)
    assert (apart - before).abs().mean() > 0.01
    with merged(model.transformer):
        assert set(model.transformer.state_dict()) == names, "a folder as of any other model"
        torch.testing.assert_close(answer(model), apart, rtol=0, atol=ROUNDING)
    assert torch.equal(answer(model), apart)


def test_merging_a_model_without_low_ranks_does_nothing(model: GatedTransformer) -> None:
    before = answer(model)
    with merged(model.transformer):
        assert torch.equal(answer(model), before)


def test_frozen_layers_can_be_kept_in_half_precision(model: GatedTransformer) -> None:
    train_low_rank(model.transformer, RANK, frozen_dtype=torch.bfloat16)
    halves = {name for name, weight in model.transformer.named_parameters() if weight.dtype == torch.bfloat16}
    assert len(halves) == 2 * 6 * 2
    assert all(
        weight.dtype == torch.float32 for weight in model.transformer.parameters() if weight.requires_grad
    )
    noisy, conditions, at = tiny_clip()
    with torch.autocast("cpu", torch.bfloat16):
        model(noisy, conditions, at).square().mean().backward()
    grad = model.transformer.transformer_blocks[0].attn1.to_q.up.weight.grad
    assert grad is not None and grad.dtype == torch.float32 and (grad != 0).any()
