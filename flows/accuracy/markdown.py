"""Markdown: the tables of docs/accuracy.md, written between markers; prose round them is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from data_contracts.errors import ConfigError
from flows.accuracy.numbers import interval, or_dash, written
from flows.accuracy.results import Results, RoleResults, Verdict
from flows.accuracy.roles import role_names
from flows.accuracy.table import CRASHES, FAILURES, Row
from flows.run_folder import write_whole

_OPENING = re.compile(r"<!-- table:([\w-]+) -->")
TARGETS = "targets"
"""Name of the marker of the table of targets; all others are named by their role's module."""

_TARGET_HEAD = (
    "| role | backend | data set | measure | value | target | failed | |\n|---|---|---|---|--:|--:|--:|---|"
)


def write_markdown(results: Results, path: Path) -> list[str]:
    """Put the tables into a page, between `<!-- table:NAME -->` and `<!-- /table:NAME -->`.

    A role without markers is added at the end, so that a new one cannot be forgotten; a page that is not
    there is begun. Of roles that were not measured all stays as it is: their tables, and their rows of the
    table of targets.

    Returns:
        Names of the tables that were written.

    Raises:
        ConfigError: a marker is opened and not closed.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Accuracy\n"
    tables = {part.module: _table(part) for part in results.roles}
    targets = _targets(results, _between(text, TARGETS, path))
    if targets:
        tables = {TARGETS: "\n".join([_TARGET_HEAD, *targets]), **tables}
    for name, table in tables.items():
        text = _put(text, name, table, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return list(tables)


def check_page(path: Path) -> None:
    """Refuse a page that tables could not be written into, before hours are spent on measuring.

    Raises:
        ConfigError: it is a folder, or a marker is opened and not closed.
    """
    if path.is_dir():
        raise ConfigError(
            "a folder is in the page's place", where=path, hint="Give a file: --docs docs/accuracy.md"
        )
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for name in marked(text):
        _put(text, name, "", path)


def marked(text: str) -> list[str]:
    """Names of the tables that a page has markers for."""
    return _OPENING.findall(text)


def _put(text: str, name: str, table: str, path: Path) -> str:
    old = _between(text, name, path)
    opening, closing = _markers(name)
    if old is None:
        return f"{text.rstrip()}\n\n## {name}\n{opening}\n{table}\n{closing}\n"
    return text.replace(f"{opening}{old}{closing}", f"{opening}\n{table}\n{closing}", 1)


def _between(text: str, name: str, path: Path) -> str | None:
    """What stands between a table's markers; None where there are none."""
    opening, closing = _markers(name)
    if opening not in text:
        return None
    rest = text.split(opening, 1)[1]
    if closing not in rest:
        raise ConfigError(
            "a table's marker is not closed", where=path, expected=closing, hint="Add it below the table."
        )
    return rest.split(closing, 1)[0]


def _markers(name: str) -> tuple[str, str]:
    return f"<!-- table:{name} -->", f"<!-- /table:{name} -->"


def _targets(results: Results, before: str | None) -> list[str]:
    """Rows of all targets in the roles' order: new ones of what was measured, and the others as they were."""
    measured = {part.role.name for part in results.roles}
    lines = (before or "").splitlines()
    rows = [(role, line) for line in lines if (role := _role_of(line)) and role not in measured]
    rows += [(part.role.name, _target(part, verdict)) for part in results.roles for verdict in part.verdicts]
    order = {name: number for number, name in enumerate(role_names())}
    rows.sort(key=lambda row: order.get(row[0], len(order)))
    return [line for _, line in rows]


def _role_of(line: str) -> str:
    """The role of a row of the table of targets; '' for its head and for what is no row."""
    if not line.startswith("| ") or line in _TARGET_HEAD:
        return ""
    return line.split(" | ", 1)[0].removeprefix("| ")


def _target(part: RoleResults, v: Verdict) -> str:
    sign = "≥" if v.measure.better == "higher" else "≤"
    failed = f"{100 * v.failures:.0f} %" if v.failures else ""
    cells = [part.role.name, v.backend, v.dataset, v.measure.name, or_dash(v.value)]
    return _line([*cells, f"{sign} {written(v.target)}", failed, "reached" if v.met else "**missed**"])


def _table(part: RoleResults) -> str:
    return "\n".join(_lines(part))


def _lines(part: RoleResults) -> Iterator[str]:
    yield "| data set | backend | measure | value | 95 % interval | cases | baseline | oracle |"
    yield "|---|---|---|--:|--:|--:|--:|--:|"
    for row in part.rows:
        if row.measure in (FAILURES.name, CRASHES.name) and row.value == 0:
            continue
        yield _line(_cells(row))
    yield ""
    for measure in part.role.measures:
        yield f"- **{measure.name}** ({measure.better} is better): {measure.meaning}"
    for name, missing in part.unusable.items():
        # The path of a home folder is nobody's business.
        told = missing.replace(str(Path.home()), "~")
        yield f"- `{name}` could not run where this table was made: {told}"


def _cells(row: Row) -> list[str]:
    value = f"{100 * row.value:.0f} %" if row.measure == FAILURES.name else written(row.value)
    between = "" if row.measure == FAILURES.name else interval(row)
    held = ["", ""] if row.measure == FAILURES.name else [or_dash(row.baseline), or_dash(row.oracle)]
    return [row.dataset, f"`{row.backend}`", row.measure, value, between, str(row.n), *held]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
