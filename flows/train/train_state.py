"""What changes while a model is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.train.settings import TrainSettings
from models.video.gated_transformer import GatedTransformer

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class TrainState:
    """What changes while a model is trained, apart from the step."""

    modules: dict[str, torch.nn.Module]
    """By name, unwrapped."""
    optimizer: torch.optim.Optimizer
    average: Any
    """diffusers' EMAModel over the modules' parameters in order."""

    def named_parameters(self) -> list[tuple[str, torch.nn.Parameter]]:
        """Every weight, by the name of its module and its own."""
        return [
            (f"{name}.{key}", weight)
            for name, module in self.modules.items()
            for key, weight in module.named_parameters()
        ]


def new_state(network: GatedTransformer, settings: TrainSettings) -> TrainState:
    """An optimiser and an average for a model's weights."""
    import torch
    from diffusers.training_utils import EMAModel

    groups: list[dict[str, Any]] = [
        {"params": list(network.transformer.parameters())},
        {"params": list(network.gates.parameters())},
    ]
    optimizer = torch.optim.AdamW(groups, settings.learning_rate, weight_decay=settings.weight_decay)
    modules = {"transformer": network.transformer, "gates": network.gates}
    return TrainState(modules, optimizer, EMAModel(network.parameters(), decay=settings.ema_decay))


@contextmanager
def averaged_weights(state: TrainState) -> Iterator[None]:
    """The modules hold their averaged weights while this lasts, and their own again afterwards."""
    weights = [weight for _, weight in state.named_parameters()]
    state.average.store(weights)
    state.average.copy_to(weights)
    try:
        yield
    finally:
        state.average.restore(weights)
