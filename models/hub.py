"""Pretrained networks: where one comes from (a folder, or a pinned hub commit), and how long it stays."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from data_contracts.errors import BackendUnavailable

Config = TypeVar("Config", bound=BaseModel)
Backend = TypeVar("Backend")


def kept(make: Callable[[Config], Backend], config: Config) -> Backend:
    """The backend of a config, kept by the process for the next item: loading weights takes longer than most.

    Two are kept, the most that a stage asks for at a time; one that is let go frees its memory.

    Args:
        make: the backend's class. What it makes must hold nothing of the items that it has seen.
        config: its settings, frozen.
    """
    return cast(Backend, _kept(make, config))


@lru_cache(maxsize=2)
def _kept(make: Callable[[Any], Any], config: BaseModel) -> Any:
    return make(config)


def missing_network(package: str, model: str, revision: str | None, marker: str, device: str) -> str | None:
    """What keeps a network from running here, with what to do; None if nothing does.

    Args:
        package: the library that loads it.
        model: a folder on this machine, or a repository of the model hub.
        revision: the repository's commit. Without one the weights could change under a cached result.
        marker: the file that tells a saved network's folder.
        device: where it is to run: 'cpu', 'cuda', 'cuda:1', ...
    """
    if importlib.util.find_spec(package) is None:
        return f"{package} is not installed: run `make setup`"
    if Path(model).is_dir():
        if not (Path(model) / marker).is_file():
            return f"{model} holds no {marker}: give a folder that was saved with save_pretrained"
    elif revision is None:
        return f"{model} is no folder here and has no revision: pin the hub commit to download"
    return missing_device(device)


def missing_device(device: str) -> str | None:
    """What keeps a device from being used, with what to do; None if nothing does."""
    if device.startswith("cuda"):
        import torch

        if not torch.cuda.is_available():
            return "no CUDA device: set device: cpu (slow), or run on a machine with a GPU"
    return None


def local_folder(model: str, revision: str | None) -> Path:
    """The folder of a saved network: its own, or that of a hub repository's commit, downloaded once.

    Args:
        model: a folder on this machine, or a repository of the model hub.
        revision: the repository's commit; `missing_network` asks for it.

    Raises:
        BackendUnavailable: the repository or the commit cannot be had.
    """
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, revision=revision))
    except (OSError, ValueError) as error:
        raise BackendUnavailable(
            "the weights cannot be downloaded",
            where=f"{model} at {revision}",
            got=str(error).splitlines()[0],
            hint="Name a repository and a commit that exist, be online once, or give a downloaded folder.",
        ) from error


def local_weights(model: str) -> list[Path]:
    """Weight files of a folder, whose digests become part of the key; a hub commit names its own."""
    folder = Path(model)
    return sorted(folder.rglob("*.safetensors")) if folder.is_dir() else []
