"""The state of a training run on disk: tensors only, no pickle.

step_00000100/
    weights.safetensors     those of the transformer and the gates that are trained, float32
    averaged.safetensors    their exponential moving average
    optimizer.safetensors   AdamW's moments
    state.json              step and settings; written last
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from data_contracts.errors import ConfigError
from flows.train.settings import TrainSettings
from flows.train.train_state import TrainState

if TYPE_CHECKING:
    import torch


def save_state(state: TrainState, step: int, settings: TrainSettings, out: Path) -> Path:
    """Write the state after `step` steps, and remove the oldest checkpoints beyond those to be kept.

    A folder without state.json was not wholly written.
    """
    from safetensors.torch import save_file

    folder = out / f"step_{step:08d}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "state.json").unlink(missing_ok=True)
    named = state.named_parameters()
    save_file({name: part.detach().contiguous() for name, part in named}, folder / "weights.safetensors")
    averaged = {name: part for (name, _), part in zip(named, state.average.shadow_params, strict=True)}
    save_file(averaged, folder / "averaged.safetensors")
    moments = {
        f"{index}.{name}": tensor
        for index, parts in state.optimizer.state_dict()["state"].items()
        for name, tensor in parts.items()
    }
    save_file(moments, folder / "optimizer.safetensors")
    told = {
        "step": step,
        "averaged_steps": state.average.optimization_step,
        "frozen": state.frozen_digest,
    }
    (folder / "state.json").write_text(json.dumps(told | {"settings": settings.deciding_weights()}, indent=2))
    for old in _whole_checkpoints(out)[: -settings.checkpoints_kept]:
        shutil.rmtree(old)
    return folder


def last_checkpoint(out: Path) -> Path | None:
    """The newest whole checkpoint of a run, if it has one."""
    whole = _whole_checkpoints(out)
    return whole[-1] if whole else None


def _whole_checkpoints(out: Path) -> list[Path]:
    return sorted(path.parent for path in out.glob("step_*/state.json"))


def restore_state(state: TrainState, settings: TrainSettings, folder: Path) -> int:
    """Read a checkpoint into modules, optimiser and average.

    Returns:
        How many steps were done.

    Raises:
        ConfigError: the run was begun with other settings, or with another model beside its low ranks.
    """
    import torch
    from safetensors.torch import load_file

    told = json.loads((folder / "state.json").read_text())
    asked = settings.deciding_weights()
    changed = [name for name in asked if asked[name] != told["settings"].get(name)]
    if changed:
        raise ConfigError(
            "a run cannot go on with other settings",
            where=folder,
            expected=", ".join(f"{name}: {told['settings'].get(name)}" for name in changed),
            got=", ".join(f"{name}: {asked[name]}" for name in changed),
            hint="Give the settings it was begun with, or another folder to begin anew.",
        )
    if told.get("frozen") != state.frozen_digest:
        raise ConfigError(
            "a run cannot go on from another model",
            where=folder,
            expected="the frozen weights that it was begun with",
            got="others",
            hint="Name the same --base or --model, or another folder to begin anew.",
        )
    named = state.named_parameters()
    weights, averaged = load_file(folder / "weights.safetensors"), load_file(folder / "averaged.safetensors")
    with torch.no_grad():
        for (name, part), shadow in zip(named, state.average.shadow_params, strict=True):
            part.copy_(weights[name])
            shadow.copy_(averaged[name])
    state.average.optimization_step = told["averaged_steps"]
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in load_file(folder / "optimizer.safetensors").items():
        index, name = key.split(".")
        moments.setdefault(int(index), {})[name] = tensor.clone()
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    return int(told["step"])
