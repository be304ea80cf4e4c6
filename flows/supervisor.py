"""Supervisor: warm worker processes with wall-clock limits; a crash or a hang costs one item.

Pebble keeps the processes: it kills one that runs past its limit and starts another. What it cannot know
is which item of a chunk did it, so a chunk that failed is given out again item by item.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from data_contracts.errors import StageCrash
from data_contracts.store import Cost, ItemStore
from flows import worker
from flows.gpus import visible_gpus
from flows.order import Outcome, WorkOrder
from flows.worker_pool import worker_pool
from tasks.stage import Stage

Chunk = list[WorkOrder]

_LOOK_UP_S = 0.5
_NO_COST = Cost(seconds=0.0, peak_memory_mb=0.0, device="")


class Supervisor:
    """Worker processes for the stages of a run. Several threads may use one supervisor.

    Args:
        store: where items are kept.
        workers: number of processes: one per GPU, or one per core.
        attempts: how often an item is tried whose worker dies.
    """

    def __init__(self, store: ItemStore, *, workers: int, attempts: int = 2) -> None:
        self.workers = workers
        self._store = store
        self._attempts = attempts
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def perform(
        self, stage: Stage[Any, Any], orders: Sequence[WorkOrder], report: Callable[[Outcome], None]
    ) -> None:
        """Carry out work orders and report each one's outcome once, as soon as it is final."""
        chunks = [list(orders[at : at + stage.chunk]) for at in range(0, len(orders), stage.chunk)]
        attempt = 1
        while chunks:
            again: Chunk = []
            for chunk, outcomes in self._round(stage, chunks):
                innocents = len(chunk) > 1
                for order, outcome in zip(chunk, outcomes, strict=True):
                    if outcome.retry and (innocents or attempt < self._attempts):
                        again.append(order)
                    else:
                        report(replace(outcome, attempt=attempt))
            if all(len(chunk) == 1 for chunk in chunks):
                attempt += 1
            chunks = [[order] for order in again]

    def _round(self, stage: Stage[Any, Any], chunks: list[Chunk]) -> Iterator[tuple[Chunk, list[Outcome]]]:
        waiting = {self._schedule(stage, chunk): chunk for chunk in chunks}
        while waiting:
            # Futures of a stopped pool are never done, so this thread looks up from time to time.
            done, _ = wait(waiting, timeout=_LOOK_UP_S, return_when=FIRST_COMPLETED)
            if self._stopping.is_set():
                raise StageCrash("the run is being stopped", hint="Start it again: it goes on where it was")
            for future in done:
                chunk = waiting.pop(future)
                yield chunk, _outcomes(future, stage, chunk)

    def _schedule(self, stage: Stage[Any, Any], chunk: Chunk) -> Future[list[Outcome]]:
        with self._starting:
            if self._pool is None:
                self._pool = worker_pool(self.workers, self._store.root, visible_gpus())
        future: Future[list[Outcome]] = self._pool.schedule(
            worker.execute, args=(chunk, self._store.root, self._store.remote), timeout=_limit_s(stage, chunk)
        )
        return future


def _limit_s(stage: Stage[Any, Any], chunk: Chunk) -> float:
    return stage.limit_s(chunk[0].config)  # one for all: a chunk's items have the same settings


def _outcomes(future: Future[list[Outcome]], stage: Stage[Any, Any], chunk: Chunk) -> list[Outcome]:
    try:
        return future.result()
    except FutureTimeout:
        message = (
            f"{stage.name}: the item ran past its limit of {_limit_s(stage, chunk):g} s and its worker was "
            f"stopped. Look at the input, or raise `{stage.name}: {{timeout_s: ...}}` in the profile and put "
            "the item back with `bunraku rerun --failed`"
        )
        # A hang would hang again; only the others of its chunk get another chance.
        return [_lost(order, "StageTimeout", message, retry=len(chunk) > 1) for order in chunk]
    except ProcessExpired as death:
        message = f"{stage.name}: the worker process died ({_cause(death.exitcode)})"
        return [_lost(order, "StageCrash", message, retry=True) for order in chunk]


def _lost(order: WorkOrder, error_class: str, message: str, *, retry: bool) -> Outcome:
    return Outcome(order.key, None, _NO_COST, error_class=error_class, error_message=message, retry=retry)


def _cause(exitcode: int | None) -> str:
    if exitcode is None or exitcode >= 0:
        return f"exit code {exitcode}"
    hint = ": the machine may have run out of memory" if -exitcode == signal.SIGKILL else ""
    return f"signal {signal.Signals(-exitcode).name}{hint}"
