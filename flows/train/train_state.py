"""What changes while a model is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flows.train.settings import TrainSettings
from models.video.gated_transformer import GatedTransformer
from models.video.weights_digest import tensors_digest

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
        """Every weight that is trained, by the name of its module and its own."""
        return [(name, weight) for name, weight in self._all_parameters() if weight.requires_grad]

    @cached_property
    def frozen_digest(self) -> str | None:
        """What tells the weights that are not trained from others; None if all are. They never change."""
        frozen = [(name, weight) for name, weight in self._all_parameters() if not weight.requires_grad]
        return tensors_digest(frozen) if frozen else None

    def _all_parameters(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        for name, module in self.modules.items():
            for key, weight in module.named_parameters():
                yield f"{name}.{key}", weight


def new_state(network: GatedTransformer, settings: TrainSettings) -> TrainState:
    """An optimiser and an average for those of a model's weights that are trained."""
    import torch
    from diffusers.training_utils import EMAModel

    modules = {"transformer": network.transformer, "gates": network.gates}
    transformer, gates = (
        [weight for weight in module.parameters() if weight.requires_grad] for module in modules.values()
    )
    optimizer = torch.optim.AdamW(
        [{"params": transformer}, {"params": gates}],
        settings.learning_rate,
        weight_decay=settings.weight_decay,
    )
    return TrainState(modules, optimizer, EMAModel([*transformer, *gates], decay=settings.ema_decay))


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
