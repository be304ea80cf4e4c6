"""Conditions left out in training, so that guidance has something to compare with (A15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.video.latent_conditions import LatentConditions

if TYPE_CHECKING:
    import torch


def drop_conditions(
    conditions: LatentConditions, probability: float, generator: torch.Generator
) -> LatentConditions:
    """Drop each clip's pose, and each clip's character, independently with a probability (A15: 0.1)."""
    import torch

    clips = len(conditions.character)
    drawn = torch.rand(2, clips, generator=generator).to(conditions.character.device) < probability
    return conditions.dropping(pose=drawn[0], character=drawn[1])
