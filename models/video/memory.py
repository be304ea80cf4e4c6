"""Saving memory while the gated model makes a video (A16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.video.codec import VaeCodec
from models.video.folder import GatedParts
from models.video.memory_config import MemoryConfig

if TYPE_CHECKING:
    import torch


def place(parts: GatedParts, device: torch.device | str, memory: MemoryConfig) -> list[Any]:
    """Bring the networks to a device, or hook them so that they come when they run.

    Returns:
        accelerate's hooks, to be offloaded (`hook.offload()`) when a network is done; empty otherwise.
    """
    parts.image_encoder.device = device
    networks = [parts.image_encoder.network, parts.network.transformer]
    if isinstance(parts.codec, VaeCodec):
        parts.codec.device = device
        parts.codec.vae.use_tiling = memory.vae_tiling
        parts.codec.vae.use_slicing = memory.vae_slicing
        networks.insert(0, parts.codec.vae)
    parts.network.gates.to(device)
    if memory.offload == "none":
        for network in networks:
            network.to(device)
        return []
    from accelerate import cpu_offload, cpu_offload_with_hook

    if memory.offload == "model":
        return [cpu_offload_with_hook(network, device)[1] for network in networks]
    for network in networks:
        cpu_offload(network, device)
    return []
