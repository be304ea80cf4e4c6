"""Low-rank training (LoRA, Hu et al. 2022): the base's blocks stay, and learn by a small sum beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ADAPTED = ("to_q", "to_k", "to_v", "to_out.0", "net.0.proj", "net.2")
"""Linear layers of a block of CogVideoX: attention and feed-forward; not the modulation by the step."""


def train_low_rank(transformer: Any, rank: int, seed: int = 0, frozen_dtype: Any = None) -> None:
    """Freeze a gated transformer but for its project-ins, and give its blocks' layers W a sum W + B·A.

    B starts at zero, so that nothing changes at first. What the base does not have (f_b, f_p, f_c, the
    tokens' projection) is trained in full, and so are the gates, which are not the transformer's.

    Args:
        transformer: CogVideoXTransformer3DModel; it is changed.
        rank: of B·A, with a scale of 1.
        seed: decides A, normal with a variance of one over the layer's inputs.
        frozen_dtype: of the frozen layers' weights; their own by default.
    """
    import torch

    transformer.requires_grad_(False)
    transformer.patch_embed.requires_grad_(True)
    generator = torch.Generator().manual_seed(seed)
    for layer in _adapted(transformer):
        down = torch.nn.Linear(layer.in_features, rank, bias=False, device=layer.weight.device)
        up = torch.nn.Linear(rank, layer.out_features, bias=False, device=layer.weight.device)
        with torch.no_grad():
            down.weight.copy_(torch.randn(down.weight.shape, generator=generator) * layer.in_features**-0.5)
            up.weight.zero_()
        layer.to(frozen_dtype)
        layer.down, layer.up = down, up
        layer.low_rank_hook = layer.register_forward_hook(_add_low_rank)


@contextmanager
def merged(transformer: Any) -> Iterator[None]:
    """The transformer has the layers W + B·A and no others while this lasts, as a folder of it should.

    Without low-rank layers nothing happens.
    """
    import torch

    held = []
    for layer in _adapted(transformer):
        if hasattr(layer, "low_rank_hook"):
            held.append((layer, layer.weight, layer.down, layer.up))
            layer.low_rank_hook.remove()
            with torch.no_grad():
                whole = layer.weight.float() + layer.up.weight.float() @ layer.down.weight.float()
            layer.weight = torch.nn.Parameter(whole.to(layer.weight), requires_grad=False)
            del layer.down, layer.up
    try:
        yield
    finally:
        for layer, weight, layer.down, layer.up in held:
            layer.weight = weight
            layer.low_rank_hook = layer.register_forward_hook(_add_low_rank)


def _adapted(transformer: Any) -> list[Any]:
    return [
        layer
        for block in transformer.transformer_blocks
        for name, layer in block.named_modules()
        if name.endswith(ADAPTED)
    ]


def _add_low_rank(layer: Any, inputs: tuple[Any, ...], output: Any) -> Any:
    return output + layer.up(layer.down(inputs[0]))
