"""What the text encoder makes of a prompt. Loaded for that, and let go: 11 GB that nobody needs later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

TOKENS = 512
"""Length that prompts are filled up to with zeros (diffusers' WanAnimatePipeline)."""


def prompt_states(
    folder: Path,
    prompts: Sequence[str],
    device: torch.device | str,
    dtype: torch.dtype,
) -> torch.Tensor:
    """Hidden states [N, 512, D] of N prompts, zero behind each prompt's end, on the CPU.

    The pipeline's own way needs ftfy, which repairs broken letters; nothing else of it is left out.
    """
    import torch
    from transformers import AutoTokenizer, UMT5EncoderModel

    tokenizer = AutoTokenizer.from_pretrained(folder, subfolder="tokenizer")
    encoder = UMT5EncoderModel.from_pretrained(folder, subfolder="text_encoder", dtype=dtype)
    tokens = tokenizer(
        [" ".join(prompt.split()) for prompt in prompts],
        padding="max_length",
        max_length=TOKENS,
        truncation=True,
        return_tensors="pt",
    ).to(device)
    with torch.inference_mode():
        states = encoder.to(device).eval()(tokens.input_ids, tokens.attention_mask).last_hidden_state
    kept: torch.Tensor = torch.where(tokens.attention_mask[..., None] > 0, states, 0)
    return kept.cpu().clone()
