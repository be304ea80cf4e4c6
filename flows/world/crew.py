"""Crew: worker processes that film takes, each take into a folder of its own, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired
from pydantic import ValidationError

from data_contracts.errors import BunrakuError
from data_contracts.record import sha256_of_file
from data_contracts.take import Take
from flows.worker_pool import worker_pool
from flows.world.take_order import TakeOrder

RECORD = "take.json"
"""Written last: where it is, the take is whole."""
_TRIES = 2
"""A worker that dies takes the film with it; a second death is the take's own fault."""


@dataclass(frozen=True)
class Filmed:
    """What came of an order: a take, or the reason why there is none."""

    order: TakeOrder
    key: str
    take: Take | None
    kept: bool = False
    error_class: str = ""
    error_message: str = ""

    @property
    def bytes(self) -> int:
        """Size of the take's files."""
        return sum(ref.bytes for ref in self.take.files()) if self.take else 0


def find_take(order: TakeOrder, key: str) -> Take | None:
    """The take that lies in the order's folder, if it is whole and was filmed from the same key."""
    folder = order.folder / order.name
    try:
        kept = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if kept["key"] != key:
            return None
        take = Take.read(kept["record"], folder)
        # Sizes first: they tell of most damage without reading. A machine that lost power leaves right sizes.
        whole = all(take.path(ref).stat().st_size == ref.bytes for ref in take.files()) and all(
            sha256_of_file(take.path(ref)) == ref.sha256 for ref in take.files()
        )
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None
    return take if whole else None


def film_order(order: TakeOrder, key: str) -> Filmed:
    """Film one take and put it in its place. An error becomes part of the answer."""
    from flows.world.write_take import write_take

    partial = order.folder / f".{order.name}.{os.getpid()}.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        take = write_take(order, partial)
        content = {"key": key, "record": take.model_dump(mode="json")}
        (partial / RECORD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        final = order.folder / order.name
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        return Filmed(order, key, take.placed(final))
    except Exception as error:
        message = str(error) if isinstance(error, BunrakuError) else traceback.format_exc(limit=-3).strip()
        return Filmed(order, key, None, error_class=type(error).__name__, error_message=message or "unknown")
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def film_all(orders: Sequence[tuple[TakeOrder, str]], workers: int, limit_s: float) -> Iterator[Filmed]:
    """Film orders, each with its key, in several processes; gives each one's outcome once, as they come.

    Args:
        orders: what to film.
        workers: number of processes.
        limit_s: a take that takes longer is given up.
    """
    pool = worker_pool(max(1, min(workers, len(orders))), Path.cwd())
    try:
        waiting = list(orders)
        for attempt in range(1, _TRIES + 1):
            futures = {
                pool.schedule(film_order, args=(order, key), timeout=limit_s): (order, key)
                for order, key in waiting
            }
            waiting = []
            for future in as_completed(futures):
                order, key = futures[future]
                outcome = _outcome(future, order, key, limit_s)
                if outcome.error_class == "StageCrash" and attempt < _TRIES:
                    waiting.append((order, key))
                else:
                    yield outcome
    finally:
        pool.stop()
        pool.join()


def sweep(folder: Path) -> None:
    """Take away what processes left that were killed while they filmed."""
    for partial in folder.glob(".*.partial"):
        if not _runs(partial.name.split(".")[-2]):
            shutil.rmtree(partial, ignore_errors=True)


def _runs(pid: str) -> bool:
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _outcome(future: Future[Filmed], order: TakeOrder, key: str, limit_s: float) -> Filmed:
    try:
        return future.result()
    except TimeoutError:
        message = f"filming ran past its limit of {limit_s:g} s. Make the clips shorter or smaller"
        return Filmed(order, key, None, error_class="StageTimeout", error_message=message)
    except ProcessExpired as death:
        message = f"the worker process died (exit code {death.exitcode}); it may have run out of memory"
        return Filmed(order, key, None, error_class="StageCrash", error_message=message)
