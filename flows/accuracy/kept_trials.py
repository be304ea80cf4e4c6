"""Kept trials: what came of each, written when it ends, so that a run that was killed goes on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from data_contracts.record import canonical_json
from flows.accuracy.role import Sources
from flows.accuracy.trials import Outcome, Trial
from flows.gpus import visible_gpus
from flows.reached_code import ROOT, code_digest
from flows.run_folder import write_whole
from flows.world.read import read_takes


class KeptTrials:
    """A folder with one small file a trial, which says what it was made from and what came of it.

    An outcome is believed only where all of that is as it was: the backend and its settings, the case, every
    take and real input, every source file that the role's imports lead to, every installed package. A file of
    another origin is overwritten when its trial has been done anew.

    Crashes are not kept: what nobody foresaw may not come again.
    """

    def __init__(self, folder: Path, sources: Sources, modules: Iterable[str]) -> None:
        """`modules` are those of all roles whose trials will be asked for: their code is looked at now."""
        self._folder = folder
        self._quick = sources.quick
        self._inputs = _digest([_takes(sources.world), _files(sources.assets)])
        self._machine = _digest([sys.version, _packages(), visible_gpus()])
        self._code = {module: _code(module) for module in modules}

    def find(self, trial: Trial) -> Outcome | None:
        """What came of a trial, if it was made from all that it would be made from now."""
        try:
            kept = json.loads(self._path(trial).read_text(encoding="utf-8"))
            if kept["made_from"] != self._origin(trial):
                return None
            costs = float(kept["seconds"]), float(kept["processor_s"])
            return Outcome(trial, dict(kept["values"]), str(kept["failure"]), "", *costs)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, outcome: Outcome) -> None:
        """Write what came of a trial, unless it crashed, or its code was edited since the run began.

        Workers import late, so that after an edit nobody knows which code an outcome comes from.
        """
        trial = outcome.trial
        if outcome.crash or _code(trial.module) != self._code[trial.module]:
            return
        content = {
            "made_from": self._origin(trial),
            "values": dict(outcome.values),
            "failure": outcome.failure,
            "seconds": outcome.seconds,
            "processor_s": outcome.processor_s,
        }
        write_whole(self._path(trial), json.dumps(content, indent=1) + "\n")

    def _origin(self, trial: Trial) -> dict[str, Any]:
        backend = trial.backend
        return {
            "role": trial.role,
            "backend": trial.backend_name,
            "settings": None if backend is None else backend.model_dump(mode="json"),
            "version": getattr(backend, "version", None),
            "dataset": trial.case.dataset,
            "case": trial.case.name,
            "content": repr(trial.case.content),
            "quick": self._quick,
            "inputs": self._inputs,
            "code": self._code[trial.module],
            "machine": self._machine,
        }

    def _path(self, trial: Trial) -> Path:
        name = _digest([trial.backend_name, *trial.case[:2]])[:16]
        kind = "quick" if self._quick else "full"
        return self._folder / kind / trial.module.rpartition(".")[2] / f"{name}.json"


def _code(module: str) -> str:
    """Of a role's code, and of all profiles, which it may read."""
    return code_digest(module, *sorted((ROOT / "configs").rglob("*.yaml")))


def _digest(content: Any) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _takes(world: Path) -> list[str]:
    """The takes' own digests: making the world has checked that its files are those."""
    return [take.digest() for take in read_takes(world)] if (world / "manifests").is_dir() else []


def _files(folder: Path | None) -> list[Any]:
    """Sizes and times of real inputs; to read them all would take longer than some roles."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    return [[str(path), (stat := path.stat()).st_size, stat.st_mtime_ns] for path in paths]


@cache
def _packages() -> list[str]:
    # A set: a project that is installed for editing is found again wherever its folder is on the path.
    return sorted({f"{found.name} {found.version}" for found in distributions()})
