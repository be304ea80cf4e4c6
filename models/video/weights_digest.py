"""What tells one network's weights from another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def weights_digest(network: torch.nn.Module) -> str:
    """BLAKE2b of every weight and buffer that a network saves, with its name, type and shape."""
    return tensors_digest(network.state_dict().items())


def tensors_digest(named: Iterable[tuple[str, torch.Tensor]]) -> str:
    """The same of any tensors."""
    import torch

    digest = hashlib.blake2b(digest_size=16)
    for name, tensor in named:
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}\0".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
