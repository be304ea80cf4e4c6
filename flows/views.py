"""Views: what `plan`, `status` and `failures` print, as tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from configs.profile import Profile, load_profile, missing_backends
from data_contracts.errors import ConfigError
from data_contracts.store import ItemStore
from flows.pipeline import synthesize
from flows.planner import PlannedItem, Planner
from flows.run import RunRequest, failed_rows
from flows.run_folder import RunFolder

_ACTIONS = ("cached", "run", "quarantined", "skip")
_SHOWN_BAD_JOBS = 5


def print_json(value: Any) -> None:
    """Print JSON to standard output, and nothing else."""
    print(json.dumps(value, indent=1, ensure_ascii=False))  # noqa: T201


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table for people."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def request_of_run(folder: RunFolder) -> RunRequest:
    """The request that made a run's folder."""
    try:
        return RunRequest.model_validate(folder.read_description()["request"])
    except (KeyError, ValidationError) as error:
        raise ConfigError("run.json does not hold a run's request", where=folder.path, got=error) from None


def folder_of_run(out: Path) -> RunFolder:
    """The folder of a run that has been started.

    Raises:
        ConfigError: there is none.
    """
    description = RunFolder(out, ItemStore(out / "store"))
    return request_of_run(description).model_copy(update={"out": out}).folder()


def show_plan(request: RunRequest, *, with_reasons: bool, as_json: bool) -> None:
    """Print what a run would make, and why."""
    profile, jobs = load_profile(request.profile), request.read_jobs()
    folder = request.folder()
    folder.store.require_reachable()
    planner = Planner(folder)
    synthesize([row.record for row in jobs.rows if row.record], profile, planner, request.read_decisions())
    bad = [
        PlannedItem("jobs", row.item, "quarantined", row.error_message) for row in jobs.rows if not row.usable
    ]
    planned = [*bad, *planner.items]
    _warn_of_missing(profile)
    if as_json:
        print_json([vars(item) for item in planned])
        return
    if with_reasons:
        lines = [(item.stage, item.item, item.action, item.why) for item in planned]
        print_table("Plan", ("stage", "item", "action", "why"), lines)
        return
    counts = Counter((item.stage, item.action) for item in planned)
    stages = list(dict.fromkeys(item.stage for item in planned))
    estimates = {
        stage: sum(item.estimated_s or 0 for item in planned if item.stage == stage) for stage in stages
    }
    rows = [
        (stage, *(counts[stage, action] or "" for action in _ACTIONS), _seconds(estimates[stage]))
        for stage in stages
    ]
    print_table("Plan (--why gives the reasons)", ("stage", *_ACTIONS, "estimate"), rows)
    _name_bad_jobs(bad)


def _warn_of_missing(profile: Profile) -> None:
    # A plan may be made for another machine; a run on this one would be refused.
    for place, reason in missing_backends(profile).items():
        Console(stderr=True).print(
            Text(f"cannot run on this machine: {place} = {reason}", "yellow"), soft_wrap=True
        )


def _name_bad_jobs(bad: Sequence[PlannedItem]) -> None:
    # What a table has wrong is worth knowing before hours of a run; a few of them show the mistake.
    console = Console(stderr=True)
    for item in bad[:_SHOWN_BAD_JOBS]:
        console.print(Text(f"{item.item}: {item.why}", "red"), soft_wrap=True)
    if len(bad) > _SHOWN_BAD_JOBS:
        console.print(f"{len(bad) - _SHOWN_BAD_JOBS} more jobs are bad: --why names them all", soft_wrap=True)


def show_status(out: Path, *, as_json: bool) -> int:
    """Print how far a run is, a line a stage. Returns the exit code."""
    folder = folder_of_run(out)
    state = folder.read_state()
    if state is None:
        raise ConfigError("the run has not begun", where=out)
    word = "running" if state.alive else "finished" if state.finished else "stopped before its end"
    lines = []
    for name, stage in state.stages.items():
        lines.append({"stage": name, **stage.model_dump()})
    if as_json:
        print_json({"state": word, "started": state.started, "finished": state.finished, "stages": lines})
    else:
        rows = [
            (
                line["stage"],
                f"{line['done']}/{line['items']}",
                line["cached"] or "",
                line["failed"] or "",
                line["skipped"] or "",
                _seconds(line["seconds"]),
            )
            for line in lines
        ]
        columns = ("stage", "done", "cached", "failed", "skipped", "seconds")
        print_table(f"{out}: {word}, started {state.started}", columns, rows)
    return 2 if failed_rows(folder) else 0


def show_failures(out: Path, *, as_json: bool) -> int:
    """Print the failed items of a run. Returns the exit code."""
    failed = failed_rows(folder_of_run(out))
    if as_json:
        print_json(
            [
                {
                    "stage": stage,
                    "item": row.item,
                    "error_class": row.error_class,
                    "message": row.error_message,
                    "attempts": row.attempt,
                    "key": row.key,
                }
                for stage, row in failed
            ]
        )
    elif failed:
        rows = [(stage, row.item, row.error_class, row.error_message, row.attempt) for stage, row in failed]
        print_table("Failed items", ("stage", "item", "error", "message", "attempts"), rows)
        Console().print(f"Try them again: bunraku rerun --failed --out {out}", soft_wrap=True)
    else:
        Console().print("No failed items.")
    return 2 if failed else 0


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds else ""
