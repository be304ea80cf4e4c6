"""What happens inside a worker process: one work order after another, each into the store."""

from __future__ import annotations

import importlib
import os
import threading
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.errors import BunrakuError, StorageFull
from data_contracts.record import Record
from data_contracts.store import Cost, ItemStore, flush
from flows.full_disk import came_of_full_disk
from flows.gpus import take_gpu
from flows.order import Outcome, WorkOrder
from tasks.stage import Stage

SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
}
"""Environment of workers: parallelism is over items, and libraries' own threads would fight over cores."""

_PARENT_CHECK_S = 2.0


def start(parent_pid: int, gpus: list[str], root: Path) -> None:
    """Prepare a new worker process: one thread, a GPU of its own, and no longer life than the run's."""
    import cv2

    cv2.setNumThreads(1)
    take_gpu(gpus, root / ".gpus")
    threading.Thread(target=_follow_parent, args=(parent_pid,), daemon=True).start()


def _follow_parent(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(_PARENT_CHECK_S)
    os._exit(1)


def execute(orders: list[WorkOrder], root: Path, remote: str) -> list[Outcome]:
    """Carry out work orders, in order. An error of one is its outcome and leaves the others alone.

    The items of one message go to the disk together, so that many small ones do not wait for it each.
    """
    store = ItemStore(root, remote)
    with ExitStack() as partials:
        made = [_execute_one(order, store, partials) for order in orders]
        flush([entry.partial for entry in made if isinstance(entry, _Made)])
        return [
            _published(order, entry, store) if isinstance(entry, _Made) else entry
            for order, entry in zip(orders, made, strict=True)
        ]


@dataclass(frozen=True)
class _Made:
    """An item that lies sealed in its partial folder."""

    partial: Path
    record: Record
    cost: Cost


def _published(order: WorkOrder, made: _Made, store: ItemStore) -> Outcome:
    try:
        return Outcome(order.key, store.publish(order.stage, order.key, made.partial, made.record), made.cost)
    except Exception as error:
        return _failed(order, error, made.cost, store.root)


def find_stage(address: str) -> Stage[Any, Any]:
    """The stage at an address 'module:function'."""
    module, _, name = address.partition(":")
    stage = getattr(importlib.import_module(module), name)
    if not isinstance(stage, Stage):
        raise TypeError(f"{address} is not a stage")
    return stage


def _execute_one(order: WorkOrder, store: ItemStore, partials: ExitStack) -> Outcome | _Made:
    _forget_peak_memory()
    started = time.perf_counter()
    try:
        stage = find_stage(order.address)
        found = store.find(order.stage, order.key, stage.record_type)
        if found:  # another worker, or a chunk that was given out again, has made it already
            return Outcome(order.key, found.record, found.cost, cached=True)
        arguments: dict[str, Any] = {**order.inputs, "config": order.config}
        if order.seed is not None:
            arguments["seed"] = order.seed
        partial = partials.enter_context(store.partial(order.stage))
        record = stage(**arguments, out_dir=partial)
        cost = _cost(started)
        store.seal(partial, record, cost)
        return _Made(partial, record, cost)
    except Exception as error:
        return _failed(order, error, _cost(started), store.root)


def _failed(order: WorkOrder, error: Exception, cost: Cost, root: Path) -> Outcome:
    if came_of_full_disk(error, root):
        return Outcome(order.key, None, cost, error_class=StorageFull.__name__, error_message=str(error))
    ours = isinstance(error, BunrakuError)
    message = str(error) or type(error).__name__
    if not ours:
        message = (
            f"{order.stage}: an error that nobody foresaw ({type(error).__name__}: {message}). "
            f"Its traceback is in the run's folder, quarantine/{order.stage}/{order.key}.json"
        )
    return Outcome(
        order.key,
        None,
        cost,
        error_class=type(error).__name__,
        error_message=message,
        traceback="" if ours else "".join(traceback.format_exception(error)),
        retry=isinstance(error, (MemoryError, OSError)),
    )


def _cost(started: float) -> Cost:
    return Cost(seconds=time.perf_counter() - started, peak_memory_mb=_peak_memory_mb(), device=_device())


def _device() -> str:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return f"cuda:{visible}" if visible and visible != "-1" else "cpu"


def _forget_peak_memory() -> None:
    # Linux resets a process's peak resident size on writing 5 here; elsewhere the peak is the process's.
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_memory_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text()
        kilobytes = status.split("VmHWM:")[1].split()[0]
        return int(kilobytes) / 1024
    except (OSError, IndexError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
