"""WorkerPool: how worker processes are started, whatever they then do."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path

from pebble import ProcessPool

from flows import worker


def worker_pool(workers: int, root: Path, gpus: Sequence[str] = ()) -> ProcessPool:
    """Processes with one thread each, and a GPU each where there are some, that end with this one.

    Args:
        workers: number of processes. Those that die or run past a task's limit are replaced.
        root: folder in which they mark the GPU that they took.
        gpus: names of the GPUs (`flows.gpus.visible_gpus`).
    """
    # Pebble starts processes at any time, so the environment they inherit is set for good.
    os.environ.update(worker.SINGLE_THREADED)
    return ProcessPool(
        max_workers=workers,
        context=multiprocessing.get_context("spawn"),
        initializer=worker.start,
        initargs=(os.getpid(), list(gpus), root),
    )
