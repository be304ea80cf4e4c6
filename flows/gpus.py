"""GPUs of this machine, one for each worker process."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from typing import TextIO

_held: list[TextIO] = []


def visible_gpus() -> list[str]:
    """Names of the GPUs that CUDA may use, as CUDA_VISIBLE_DEVICES wants them. Imports no torch."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name not in ("", "-1")]
    if shutil.which("nvidia-smi") is None:
        return []
    command = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.split()


def take_gpu(gpus: list[str], folder: Path) -> str:
    """Take a GPU for this process, and hide the others from it.

    The first that no other worker holds; if all are held, one is shared. A lock tells: the kernel gives it
    back when its process ends, however it ends, so the worker that follows a crashed one gets its GPU.
    """
    if not gpus:
        return ""
    taken = next((gpu for gpu in gpus if _lock(folder / f"{gpu}.lock")), gpus[os.getpid() % len(gpus)])
    os.environ["CUDA_VISIBLE_DEVICES"] = taken
    return taken


def _lock(path: Path) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return False
    _held.append(stream)
    return True
