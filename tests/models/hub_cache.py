"""A folder as the model hub's own cache keeps it, and no way out: what is asked for must lie there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def put_in_hub_cache(folder: Path, repository: str, cache: Path, patch: pytest.MonkeyPatch) -> None:
    """Copy a saved network into an empty cache, under `COMMIT`."""
    from huggingface_hub import constants

    patch.setattr(constants, "HF_HUB_OFFLINE", True)
    patch.setattr(constants, "HF_HUB_CACHE", str(cache))
    shutil.copytree(folder, cache / f"models--{repository.replace('/', '--')}" / "snapshots" / COMMIT)
