"""What the gated model takes at the paper's size: weights, memory and arithmetic, counted without numbers.

Everything runs on torch's meta device, which knows shapes and no values: weights are counted, the tensors
that autograd keeps are weighed, and multiplications are counted, for one and for two transformer blocks; the
rest is that difference times the number of blocks. Nothing here was timed: seconds follow from a stated share
of a card's peak.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from models.torchvision_ops import register_missing_ops
from models.video.gate_base import gate_base
from models.video.gated_transformer import GatedTransformer
from models.video.latent_conditions import LatentConditions
from models.video.low_rank import train_low_rank

FIVE_BILLION = {"num_attention_heads": 48, "in_channels": 32, "use_rotary_positional_embeddings": True,
                "use_learned_positional_embeddings": True}  # fmt: skip
"""transformer/config.json of CogVideoX-5B-I2V where it differs from diffusers' defaults, without layers."""
LAYERS, CLIP_TOKENS = 42, (257, 1280)
CLIPS = {"48 frames of 480×720": (12, 60, 90), "48 frames of 768×768": (12, 96, 96)}
"""Latent frames, rows and columns behind a VAE of 4 × 8 × 8."""
PASSES_A_STEP, STEPS = 3, 50
"""With all conditions, without the pose, without the character (`models.video.guidance`)."""
CARDS = {"RTX 4090, 24 GB": 165, "L40S, 48 GB": 362, "H100, 80 GB": 989}
"""Dense bf16 TFLOP/s, from the maker's data sheets."""
SHARE_OF_PEAK = 0.4
LOW_RANK = 64
GB = 1e9
BF16, FP32 = 2, 4


@dataclass(frozen=True)
class Counted:
    """Of a model with so many blocks, in numbers and bytes."""

    weights: int
    trained: int
    """Those of the weights that are trained."""
    kept_bytes: int
    """What autograd keeps for the backward pass, without the weights."""
    multiply_adds: int
    """Of a forward pass, without attention's two products."""


def count(layers: int, latent: tuple[int, int, int], rank: int = 0) -> Counted:
    """Count a model of so many blocks, bf16, one clip; with a rank its blocks learn by low-rank sums."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept[storage._cdata] = storage.nbytes()
        return tensor

    model = _model(layers, rank)
    weights = {weight.untyped_storage()._cdata for weight in model.parameters()}
    noisy, conditions, time = _inputs(latent)
    with (
        _attention_that_keeps_no_scores(),
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        FlopCounterMode(display=False) as counter,
    ):
        held = model(noisy, conditions, time)  # what it made must live until all is weighed
    del held
    return Counted(
        weights=sum(weight.numel() for weight in model.parameters()),
        trained=sum(weight.numel() for weight in model.parameters() if weight.requires_grad),
        kept_bytes=sum(size for storage, size in kept.items() if storage not in weights),
        multiply_adds=counter.get_total_flops() // 2,
    )


def _model(layers: int, rank: int) -> GatedTransformer:
    import torch

    register_missing_ops()
    from diffusers import CogVideoXTransformer3DModel

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("meta"):
            base = CogVideoXTransformer3DModel(num_layers=layers, **FIVE_BILLION)
            gated = gate_base(base, token_channels=CLIP_TOKENS[1])
        if rank:
            train_low_rank(gated.transformer, rank)
        return gated
    finally:
        torch.set_default_dtype(before)


def _inputs(latent: tuple[int, int, int]) -> tuple[Any, LatentConditions, Any]:
    import torch

    frames, height, width = latent

    def empty(*shape: int) -> torch.Tensor:
        return torch.empty(shape, dtype=torch.bfloat16, device="meta")

    conditions = LatentConditions(
        background=empty(1, frames, 32, height, width),
        pose=empty(1, frames, 48, height, width),
        character=empty(1, 16, height, width),
        image_tokens=empty(1, *CLIP_TOKENS),
    )
    time = torch.zeros(1, dtype=torch.int64, device="meta")
    return empty(1, frames, 16, height, width), conditions, time


@contextmanager
def _attention_that_keeps_no_scores() -> Iterator[None]:
    """Attention as the kernels of a card do it: queries, keys, values, the result and one number a row."""
    import torch
    from torch.nn import functional

    class Flash(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
            out, rows = torch.empty_like(query), query.new_empty(query.shape[:-1], dtype=torch.float32)
            ctx.save_for_backward(query, key, value, out, rows)
            return out

    usual = functional.scaled_dot_product_attention
    functional.scaled_dot_product_attention = lambda query, key, value, **_: Flash.apply(query, key, value)
    try:
        yield
    finally:
        functional.scaled_dot_product_attention = usual


def measure() -> dict[str, Any]:
    """All figures of the benchmark."""
    return {name: _of_clip(latent) for name, latent in CLIPS.items()}


def _of_clip(latent: tuple[int, int, int]) -> dict[str, float]:
    one, two = count(1, latent), count(2, latent)
    width = 64 * FIVE_BILLION["num_attention_heads"]
    tokens = CLIP_TOKENS[0] + latent[0] * (latent[1] // 2) * (latent[2] // 2)
    weights = one.weights + (LAYERS - 1) * (two.weights - one.weights)
    block = two.kept_bytes - one.kept_bytes
    outside = one.kept_bytes - block
    attention = 2 * LAYERS * 2 * tokens * tokens * width  # scores and sums, all heads
    layers = 2 * (one.multiply_adds + (LAYERS - 1) * (two.multiply_adds - one.multiply_adds))
    forward = layers + attention
    checkpointed = LAYERS * tokens * width * BF16 + block + outside
    # Weights, their gradients, both of Adam's moments, averaged weights.
    trained = weights * 5 * FP32
    low_one, low_two = (count(blocks, latent, LOW_RANK) for blocks in (1, 2))
    low_trained = low_one.trained + (LAYERS - 1) * (low_two.trained - low_one.trained)
    low_block = low_two.kept_bytes - low_one.kept_bytes
    low_states = weights * BF16 + low_trained * 5 * FP32
    low_checkpointed = LAYERS * tokens * width * BF16 + low_one.kept_bytes
    return {
        "tokens": tokens,
        "weights": weights,
        "forward_tflop": round(forward / 1e12, 1),
        "weights_bf16_gb": round(weights * BF16 / GB, 2),
        "block_activations_gb": round(block / GB, 2),
        "activations_gb": round((outside + LAYERS * block) / GB, 1),
        "activations_checkpointed_gb": round(checkpointed / GB, 1),
        "training_states_gb": round(trained / GB, 1),
        # Weights are cast to bf16 once a step.
        "training_checkpointed_gb": round((trained + weights * BF16 + checkpointed) / GB, 1),
        "low_rank_trained": low_trained,
        "low_rank_block_activations_gb": round(low_block / GB, 2),
        "low_rank_states_gb": round(low_states / GB, 1),
        "low_rank_checkpointed_gb": round((low_states + low_trained * BF16 + low_checkpointed) / GB, 1),
        "sampling_tflop": round(STEPS * PASSES_A_STEP * forward / 1e12),
        # Backward takes twice a forward pass, and checkpointing one more. A frozen layer has no gradient of
        # its weights: one pass less, but for attention.
        "training_step_tflop": round(4 * forward / 1e12),
        "low_rank_step_tflop": round((3 * layers + 4 * attention) / 1e12),
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    figures = measure()
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    console = Console()
    table = Table("figure", *figures, title="The gated model on CogVideoX-5B, one clip, bf16, counted")
    for name in next(iter(figures.values())):
        table.add_row(name, *(f"{clip[name]:,}" for clip in figures.values()))
    for card, peak in CARDS.items():
        for name, work in (
            ("50 steps", "sampling_tflop"),
            ("a training step", "training_step_tflop"),
            (f"the same of rank {LOW_RANK}", "low_rank_step_tflop"),
        ):
            seconds = [f"{clip[work] / (peak * SHARE_OF_PEAK):,.0f} s" for clip in figures.values()]
            table.add_row(f"{card}: {name} at {SHARE_OF_PEAK:.0%} of peak", *seconds)
    console.print(table)


if __name__ == "__main__":
    main()
