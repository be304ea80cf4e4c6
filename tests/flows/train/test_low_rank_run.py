"""A run that trains low ranks: small checkpoints, exact resume, and a plain folder in the end."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from data_contracts.errors import ConfigError
from flows.train.checkpoint import last_checkpoint
from flows.train.loop import train
from models.video.folder import load_gated
from tests.flows.train.test_loop import own_accelerator, weights_of
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

__all__ = ["own_accelerator"]


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"precision": "bf16", "checkpoint_gradients": True}])
def test_a_resumed_low_rank_run_is_the_run_that_was_not_stopped(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    settings = tiny_settings(lora_rank=2, samples=1, sample_every=4, **changes)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "whole")
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "parts", stop_after=3)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "parts")
    whole = weights_of(last_checkpoint(tmp_path / "whole/checkpoints"))
    resumed = weights_of(last_checkpoint(tmp_path / "parts/checkpoints"))
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(resumed[name], tensor) for name, tensor in whole.items())
    assert not any(name.endswith("to_q.weight") for name in whole), "the base is not in its checkpoints"
    ups = [tensor for name, tensor in whole.items() if name.startswith("weights/") and ".up." in name]
    assert ups and all((up != 0).any() for up in ups)


def test_the_folder_is_a_plain_model_with_the_averaged_sums_merged(tmp_path: Path) -> None:
    base = tiny_parts()
    start = {name: part.detach().clone() for name, part in base.network.transformer.named_parameters()}
    train(base, tiny_buckets(), tiny_settings(lora_rank=2), tmp_path)
    saved = weights_of(last_checkpoint(tmp_path / "checkpoints"))
    kept = dict(load_gated(tmp_path / "model").network.transformer.named_parameters())
    assert kept.keys() == start.keys()
    layer = "transformer_blocks.0.attn1.to_v"
    up, down = (saved[f"averaged/transformer.{layer}.{part}.weight"] for part in ("up", "down"))
    assert torch.equal(kept[f"{layer}.weight"], start[f"{layer}.weight"] + up @ down)
    assert torch.equal(kept["proj_out.weight"], start["proj_out.weight"])
    assert torch.equal(kept["patch_embed.proj.weight"], saved["averaged/transformer.patch_embed.proj.weight"])


def test_a_low_rank_run_does_not_go_on_beside_another_model(tmp_path: Path) -> None:
    settings = tiny_settings(lora_rank=2)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path, stop_after=1)
    with pytest.raises(ConfigError, match=r"from another model .*Name the same --base"):
        train(tiny_parts(seed=3), tiny_buckets(), settings, tmp_path)
