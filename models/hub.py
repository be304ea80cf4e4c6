"""Where a pretrained network comes from: a folder on this machine, or a pinned commit of the model hub."""

from __future__ import annotations

import importlib.util
from pathlib import Path


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


def local_weights(model: str) -> list[Path]:
    """Weight files of a folder, whose digests become part of the key; a hub commit names its own."""
    folder = Path(model)
    return sorted(folder.rglob("*.safetensors")) if folder.is_dir() else []
