"""How much of pose and character enters at a denoising step (DreamDance, character art, eq. 6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

STEP_FEATURES = 512
"""Sines and cosines that tell the denoising step; as many as CogVideoX's time embedding has."""

OPEN = 1.0
"""A new gate's g(t): tanh(1) = 0.76. Behind a closed gate a projection would have no gradient."""


def new_gates() -> torch.nn.Linear:
    """g_p and g_c of eq. 6 as one Linear layer [STEP_FEATURES → 2], open alike at every step."""
    import torch

    gates = torch.nn.Linear(STEP_FEATURES, 2)
    torch.nn.init.zeros_(gates.weight)
    torch.nn.init.constant_(gates.bias, OPEN)
    return gates


def gate_values(gates: torch.nn.Module, timesteps: torch.Tensor) -> torch.Tensor:
    """tanh(g_p(t)) and tanh(g_c(t)).

    Args:
        gates: the layer of `new_gates`, perhaps wrapped for training.
        timesteps: [B], 0 (clean) .. 999 (noise).

    Returns:
        float32 [B, 2]: of the pose, of the character.
    """
    import torch
    from diffusers.models.embeddings import get_timestep_embedding

    # At unit length a step of Adam moves a gate by about as much as by its bias alone; with features of
    # length 16 the first few steps could shut it.
    features = get_timestep_embedding(timesteps, STEP_FEATURES) / math.sqrt(STEP_FEATURES / 2)
    values: torch.Tensor = torch.tanh(gates(features.to(next(gates.parameters()).dtype)))
    return values.float()
