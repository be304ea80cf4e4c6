"""Markdown: the tables of docs/accuracy.md, written between markers; prose round them is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from data_contracts.errors import ConfigError
from flows.accuracy.numbers import interval, or_dash, written
from flows.accuracy.results import Results, RoleResults
from flows.accuracy.table import CRASHES, FAILURES, Row
from flows.run_folder import write_whole

_OPENING = re.compile(r"<!-- table:([\w-]+) -->")
TARGETS = "targets"
"""Name of the marker of the table of targets; all others are named by their role's module."""


def write_markdown(results: Results, path: Path) -> list[str]:
    """Put the tables into a page, between `<!-- table:NAME -->` and `<!-- /table:NAME -->`.

    A role without markers is added at the end, so that a new one cannot be forgotten; a page that is not
    there is begun. Tables of roles that were not measured stay as they are.

    Returns:
        Names of the tables that were written.

    Raises:
        ConfigError: a marker is opened and not closed.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Accuracy\n"
    tables = {part.module: _table(part) for part in results.roles}
    if any(part.verdicts for part in results.roles):
        tables = {TARGETS: _targets(results), **tables}
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
    opening, closing = f"<!-- table:{name} -->", f"<!-- /table:{name} -->"
    whole = f"{opening}\n{table}\n{closing}"
    if opening not in text:
        return f"{text.rstrip()}\n\n## {name}\n{whole}\n"
    before, rest = text.split(opening, 1)
    if closing not in rest:
        raise ConfigError(
            "a table's marker is not closed", where=path, expected=closing, hint="Add it below the table."
        )
    return before + whole + rest.split(closing, 1)[1]


def _targets(results: Results) -> str:
    rows = [
        "| role | backend | data set | measure | value | target | failed | |",
        "|---|---|---|---|--:|--:|--:|---|",
    ]
    for part in results.roles:
        for v in part.verdicts:
            sign = "≥" if v.measure.better == "higher" else "≤"
            failed = f"{100 * v.failures:.0f} %" if v.failures else ""
            cells = [part.role.name, v.backend, v.dataset, v.measure.name, or_dash(v.value)]
            cells += [f"{sign} {written(v.target)}", failed, "reached" if v.met else "**missed**"]
            rows.append(_line(cells))
    return "\n".join(rows)


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
