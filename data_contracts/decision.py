"""Decision: a person's word on one pair, as a table that is written by hand or by a tool.

CSV (with a header) or JSONL, with ``pair`` (the pair's item name), ``verdict`` (accept or reject) and,
where wanted, ``note``. Empty lines, and in CSV lines that start with #, are skipped.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from data_contracts.errors import ConfigError
from data_contracts.record import Record


class Decision(Record):
    """What a reviewer said about a pair."""

    pair: str = Field(min_length=1)
    """The pair's item name, as manifests and the report show it."""
    verdict: Literal["accept", "reject"]
    note: str = ""


def read_decisions(path: Path | str) -> dict[str, Decision]:
    """Read a decisions table, by pair.

    Raises:
        ConfigError: the file is missing or of another kind, a line is wrong, or two lines contradict.
    """
    path = Path(path)
    if not path.is_file():
        raise ConfigError("there is no decisions file", where=path, hint="Check the path")
    decisions: dict[str, Decision] = {}
    for line, fields in _rows(path):
        decision = _decision(fields, f"{path}, line {line}")
        known = decisions.setdefault(decision.pair, decision)
        if known.verdict != decision.verdict:
            raise ConfigError(
                f"two decisions about the pair {decision.pair!r} contradict each other",
                where=f"{path}, line {line}",
                expected=known.verdict,
                got=decision.verdict,
                hint="Keep one of them",
            )
    return decisions


def _decision(fields: dict[str, Any], where: str) -> Decision:
    try:
        return Decision.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"a decision is wrong: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            where=where,
            expected="pair, verdict (accept or reject) and perhaps note",
            got=first.get("input"),
        ) from None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("a decisions file is not UTF-8 text", where=path, got=error.reason) from None
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(path, text)
    elif path.suffix.lower() == ".jsonl":
        yield from _jsonl_rows(path, text)
    else:
        raise ConfigError(
            "a decisions file has an unknown suffix", where=path, expected=".csv or .jsonl", got=path.suffix
        )


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line[:1] != "#"]
    if not lines:
        return
    rows = csv.reader([line for _, line in lines])
    header = [name.strip() for name in next(rows)]
    for (number, _), values in zip(lines[1:], rows, strict=True):
        if len(values) != len(header):
            raise ConfigError(
                "a decision has another number of fields than the header",
                where=f"{path}, line {number}",
                expected=len(header),
                got=len(values),
                hint="Put a note with a comma in quotes",
            )
        yield number, {name: value.strip() for name, value in zip(header, values, strict=True)}


def _jsonl_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except json.JSONDecodeError as error:
            raise ConfigError("a line is not JSON", where=f"{path}, line {number}", got=error.msg) from None
        if not isinstance(fields, dict):
            raise ConfigError("a line is not a JSON object", where=f"{path}, line {number}", got=line[:80])
        yield number, fields
