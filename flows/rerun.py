"""Rerun: put failed items back, or move stored ones aside, so that the next run makes them anew."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from data_contracts.errors import ConfigError
from data_contracts.manifest import Row
from flows.pipeline import STAGES
from flows.run import RunRequest
from flows.run_folder import RunFolder
from flows.views import folder_of_run, request_of_run


def prepare_rerun(out: Path, *, failed: bool, from_stage: str | None, items: Sequence[str]) -> RunRequest:
    """Prepare a run's folder for a rerun, and return the request that made it.

    Args:
        out: the run's folder.
        failed: put quarantined items back (all, or those named).
        from_stage: make this stage's items anew, and everything made from them.
        items: names or patterns that restrict either; alone: make these anew in every stage.

    Raises:
        ConfigError: nothing is asked for, the stage does not exist, or no item has such a name.
    """
    if not (failed or from_stage or items):
        raise ConfigError("say what to run again", expected="--failed, --from STAGE or --items NAME")
    names = [stage.name for stage in STAGES]
    if from_stage and from_stage not in names:
        raise ConfigError("there is no such stage", expected=", ".join(names), got=from_stage)
    folder = folder_of_run(out)
    touched = 0
    if failed:
        touched += _put_back(folder, items)
    if from_stage or not failed:
        touched += _retire(folder, from_stage, items)
    if items and not touched:
        raise ConfigError(
            "no item of this run has such a name",
            where=out,
            got=", ".join(items),
            hint=f"bunraku status --out {out} --json lists the stages; their manifests name the items",
        )
    # A run's folder may have been moved since run.json was written.
    return request_of_run(folder).model_copy(update={"out": out})


def _put_back(folder: RunFolder, items: Sequence[str]) -> int:
    count = 0
    for stage in STAGES:
        for row in _rows(folder, stage):
            if row.status == "quarantined" and _named(row, items):
                folder.put_back(stage.name, row.key)
                count += 1
    return count


def _retire(folder: RunFolder, from_stage: str | None, items: Sequence[str]) -> int:
    """Move aside the items of a stage, and all that were made from them."""
    retired: set[str] = set()
    for stage in STAGES:
        for row in _rows(folder, stage):
            begins = (from_stage is None or stage.name == from_stage) and _named(row, items)
            if row.key and (begins or retired.intersection(row.parents)):
                retired.add(row.key)
                folder.store.retire(stage.name, row.key)
    return len(retired)


def _rows(folder: RunFolder, stage: Any) -> list[Row[Any]]:
    manifest = folder.read(stage.name, stage.record_type)
    return manifest.rows if manifest else []


def _named(row: Row[Any], patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(row.item, pattern) for pattern in patterns)
