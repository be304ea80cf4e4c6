"""What `bunraku accuracy` does: measure, write the files, print the table, and hold it against the floor."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from data_contracts.errors import ConfigError
from flows.accuracy.gate import approve, breaches, read_floors
from flows.accuracy.markdown import check_page, write_markdown
from flows.accuracy.numbers import interval, or_dash, written
from flows.accuracy.page import write_page
from flows.accuracy.results import Results, RoleResults
from flows.accuracy.run import AccuracyRequest, assets_of, measure_roles
from flows.accuracy.table import CRASHES, FAILURES, Row
from flows.report.wording import duration
from flows.views import print_json

_LOG_WIDTH = 140
EXIT_WORSE = 2
"""Something crashed, or the embedded profile is worse than approved."""


class Files(NamedTuple):
    """What is written besides the table, and what it is held against."""

    docs: Path | None
    gate: bool
    approve: bool
    as_json: bool


def show_accuracy(request: AccuracyRequest, files: Files) -> int:
    """Measure and tell. Returns the exit code."""
    console = Console(stderr=files.as_json)
    if not console.is_terminal:  # a log has no edge at which a table must be folded
        console = Console(stderr=files.as_json, width=_LOG_WIDTH)
    if files.approve and not request.quick:
        raise ConfigError(
            "only the quick table is approved", got="--approve", hint="bunraku accuracy --quick --approve"
        )
    if files.approve and assets_of(request) is None:
        raise ConfigError(
            "numbers are approved with the real inputs only",
            got="no folder of them",
            hint="Name it: --assets FOLDER",
        )
    if files.docs is not None:
        check_page(files.docs)
    floors = read_floors() if files.gate and not files.approve else []
    results = measure_roles(request, console)
    page = write_page(results, request.out)
    if files.as_json:
        print_json([row.as_json() for row in results.rows])
    for part in results.roles:
        if not files.as_json:
            console.print(_table(part))
        for name, missing in part.unusable.items():
            console.print(f"  {name} cannot run here: {missing}", style="dim", soft_wrap=True, markup=False)
    _say_costs(results, console)
    if files.docs is not None:
        names = ", ".join(write_markdown(results, files.docs))
        console.print(f"  Tables of {names} in {files.docs}", soft_wrap=True)
    for path in (request.out / "accuracy.json", request.out / "trials.json", page):
        console.print(f"  {path}", soft_wrap=True)
    if files.approve:
        console.print(f"  Approved {approve(results)} numbers.")
    worse = breaches(results, floors)
    for breach in worse:
        console.print(f"  worse than approved: {breach}", style="red", soft_wrap=True, markup=False)
    if floors and not worse:
        console.print("  Nothing is worse than approved.")
    return EXIT_WORSE if worse or results.crashes else 0


def _table(part: RoleResults) -> Table:
    table = Table(title=part.role.name, title_justify="left", header_style="bold", box=SIMPLE_HEAD)
    for name in ("data set", "backend", "measure"):
        table.add_column(name, overflow="fold")
    for name in ("value", "95 % interval", "n", "baseline", "oracle", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    verdicts = {(v.backend, v.dataset, v.measure.name): v for v in part.verdicts}
    for row in part.rows:
        if row.measure in (FAILURES.name, CRASHES.name) and row.value == 0:
            continue
        verdict = verdicts.get(row[1:4])
        colour = "" if verdict is None else "green" if verdict.met else "red"
        target = "" if verdict is None else written(verdict.target)
        table.add_row(*_cells(row), target, style=colour)
    return table


def _cells(row: Row) -> list[str]:
    held = ("", "") if row.measure in (FAILURES.name, CRASHES.name) else (row.baseline, row.oracle)
    told = [or_dash(value) if not isinstance(value, str) else value for value in held]
    return [row.dataset, row.backend, row.measure, written(row.value), interval(row), str(row.n), *told]


def _say_costs(results: Results, console: Console) -> None:
    costs = ", ".join(f"{part.role.name} {duration(part.processor_s)}" for part in results.roles)
    world = duration(results.world_seconds)
    console.print(
        f"  {results.time}, after {world} for the puppet world. Processor time: {costs}.",
        soft_wrap=True,
    )
    for part in results.roles:
        met = sum(verdict.met for verdict in part.verdicts)
        if part.verdicts:
            console.print(f"  {part.role.name}: {met} of {len(part.verdicts)} targets reached.")
