"""Trials: one backend on one case, each in a worker process; what came of each is kept, however it ended."""

from __future__ import annotations

import importlib
import math
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

import psutil
from pebble import ProcessExpired
from pydantic import BaseModel

from data_contracts.errors import BunrakuError
from flows.accuracy.role import Case, Role
from flows.gpus import visible_gpus
from flows.worker_pool import worker_pool

Kind = Literal["backend", "baseline", "oracle"]

QUICK_LIMIT_S, FULL_LIMIT_S = 300.0, 1800.0
"""Wall-clock limits of one trial: several times what the slowest embedded backend takes on a busy core."""


class Trial(NamedTuple):
    """One thing to do: a backend, the baseline or the oracle on one case."""

    module: str
    """Dotted name of the module that exports the role, for the worker to import."""
    role: str
    kind: Kind
    backend: BaseModel | None
    """None for baseline and oracle."""
    case: Case

    @property
    def backend_name(self) -> str:
        """The backend's kind, or 'baseline' or 'oracle'."""
        return self.kind if self.backend is None else name_of(self.backend)


@dataclass(frozen=True)
class Outcome:
    """What came of a trial. Exactly one of values, failure and crash is there; empty values: not its case."""

    trial: Trial
    values: Mapping[str, float] = field(default_factory=dict)
    failure: str = ""
    """What the backend owned up to."""
    crash: str = ""
    """What nobody foresaw, with its traceback; a run past the limit and a dead worker too."""
    seconds: float = 0.0
    """Wall-clock time."""
    processor_s: float = 0.0
    """Time of the worker's processor: what it costs where nobody else works. Programs that it started, such
    as FFmpeg, are not in it."""

    @property
    def applies(self) -> bool:
        """Whether the backend is one for such a case."""
        return bool(self.values or self.failure or self.crash)


def name_of(backend: BaseModel) -> str:
    """How the table calls a backend: its kind, or of a stage without backends the stage's name."""
    return str(getattr(backend, "kind", type(backend).__name__.removesuffix("Config").lower()))


def missing_of(backend: BaseModel) -> str:
    """What a backend lacks to run here, '' if nothing."""
    check: Callable[[], str | None] | None = getattr(backend, "missing", None)
    return (check() or "") if check else ""


def trials_of(module: str, role: Role, cases: Sequence[Case]) -> list[Trial]:
    """All trials of a role on this machine: its usable backends, the baseline and, if any, the oracle."""
    usable = [backend for backend in role.backends if not missing_of(backend)]
    kinds: list[tuple[Kind, BaseModel | None]] = [("backend", backend) for backend in usable]
    kinds.append(("baseline", None))
    if role.oracle is not None:
        kinds.append(("oracle", None))
    return [Trial(module, role.name, kind, backend, case) for kind, backend in kinds for case in cases]


def perform(trials: Sequence[Trial], workers: int, limit_s: float, scratch: Path) -> Iterator[Outcome]:
    """Carry out trials in worker processes and give each one's outcome as soon as it is known.

    Args:
        trials: what to do. What is needed of them travels to the workers.
        workers: number of processes, each with one thread.
        limit_s: wall-clock limit of one trial; what runs past it is stopped and counts as a crash.
        scratch: folder in which trials get empty folders for their files, which go when they are done.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    _sweep(scratch)
    pool = worker_pool(workers, scratch, visible_gpus())
    try:
        waiting: dict[Future[Outcome], Trial] = {
            pool.schedule(attempt, args=(trial, scratch), timeout=limit_s): trial for trial in trials
        }
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield _outcome(future, waiting.pop(future), limit_s)
    finally:
        pool.stop()
        pool.join()


def _sweep(scratch: Path) -> None:
    """Take away what workers left that were killed."""
    for folder in scratch.glob("trial-*"):
        pid = folder.name.split("-")[1]
        if not (pid.isdigit() and psutil.pid_exists(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)


def _outcome(future: Future[Outcome], trial: Trial, limit_s: float) -> Outcome:
    try:
        return future.result()
    except FutureTimeout:
        return Outcome(trial, crash=f"ran past its limit of {limit_s:g} s and was stopped", seconds=limit_s)
    except ProcessExpired as death:
        return Outcome(trial, crash=f"the worker process died with exit code {death.exitcode}")
    except Exception as error:  # a role or a case that cannot travel to the worker
        return Outcome(trial, crash=_told(error))


def attempt(trial: Trial, scratch: Path) -> Outcome:
    """Carry out one trial in this process."""
    started, worked = time.perf_counter(), time.process_time()
    outcome = _attempt(trial, scratch)
    return replace(outcome, seconds=time.perf_counter() - started, processor_s=time.process_time() - worked)


def _attempt(trial: Trial, scratch: Path) -> Outcome:
    try:
        role: Role = importlib.import_module(trial.module).ROLE
        with tempfile.TemporaryDirectory(dir=scratch, prefix=f"trial-{os.getpid()}-") as folder:
            values = {name: float(value) for name, value in _values(role, trial, Path(folder)).items()}
        _check(values, role)
    except BunrakuError as error:
        return Outcome(trial, failure=f"{type(error).__name__}: {error}")
    except Exception as error:
        return Outcome(trial, crash=_told(error))
    return Outcome(trial, values)


def _values(role: Role, trial: Trial, folder: Path) -> Mapping[str, float]:
    if trial.kind == "backend":
        return role.measure(trial.case, trial.backend, folder)
    known = role.baseline if trial.kind == "baseline" else role.oracle
    assert known is not None
    return known(trial.case)


def _check(values: Mapping[str, float], role: Role) -> None:
    names = {measure.name for measure in role.measures}
    if unknown := set(values) - names:
        raise ValueError(f"the role has no measure {', '.join(sorted(unknown))}: it has {', '.join(names)}")
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}: a measure is finite, or left out where it does not apply")


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error)).strip()
