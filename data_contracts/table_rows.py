"""Rows of a table that a person wrote, CSV, JSONL or Parquet, as they stand in the file, before any check."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data_contracts.errors import ConfigError

_OTHER_SEPARATORS = (";", "\t", "|")

WRONG_COUNT = "\0fields"
"""Key in a row whose number of fields is not the header's: its values may be in each other's place."""

Rows = Iterator[tuple[int, dict[str, Any]]]
"""Each with the number of its line (of its last one, where it has several), or of its row in Parquet."""


@dataclass(frozen=True)
class TableKind:
    """What a table is called, and which columns it has."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    comment: str = ""
    """How lines of CSV start that are no rows."""


def table_rows(path: Path, kind: TableKind) -> Rows:
    """Read a table row by row; empty fields and rows are left out.

    Raises:
        ConfigError: the table cannot be read, or its columns are not those of its kind.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows, ".parquet": _parquet_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(
            f"the {kind.name} has an unknown type",
            where=path,
            expected=", ".join(readers),
            got=path.suffix or "none",
        )
    if not path.is_file():
        raise ConfigError(f"there is no such {kind.name}", where=path, hint="Check the path")
    try:
        yield from reader(path, kind)
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"the {kind.name} is not UTF-8", where=path, got=error, hint="Save it as CSV in UTF-8"
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise ConfigError(f"the {kind.name} cannot be read", where=path, got=error) from error


def _csv_rows(path: Path, kind: TableKind) -> Rows:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            lines = (fields for fields in reader if any(fields) and not _is_comment(fields, kind))
            header = [name.strip() for name in next(lines, [])]
            _check_separator(header, path, kind)
            _check_columns(header, path, kind)
            for fields in lines:
                row = _filled(dict(zip(header, fields, strict=False)))
                if len(fields) != len(header):
                    row[WRONG_COUNT] = f"{len(fields)} fields, the header has {len(header)}"
                if row:
                    yield reader.line_num, row
        except csv.Error as error:
            raise ConfigError(
                f"the {kind.name}'s quotes or lines are wrong",
                where=f"{path}, line {reader.line_num}",
                got=error,
                hint='A field with a comma, quote or line break stands in "quotes", a quote in it is doubled',
            ) from error


def _is_comment(fields: Sequence[str], kind: TableKind) -> bool:
    return bool(kind.comment) and fields[0].startswith(kind.comment)


def _json_rows(path: Path, kind: TableKind) -> Rows:
    # Not splitlines: JSON strings may hold what Unicode takes for the end of a line (U+2028, U+0085).
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigError("a line is not JSON", where=where, got=error) from None
        if not isinstance(row, dict):
            raise ConfigError("a line is not a JSON object", where=where, got=line[:80])
        _check_columns(list(dict.fromkeys([*kind.required, *row])), path, kind)
        yield number, _filled(row)


def _parquet_rows(path: Path, kind: TableKind) -> Rows:
    table = pq.read_table(path)
    _check_columns(table.column_names, path, kind)
    for number, row in enumerate(table.to_pylist(), 1):
        yield number, _filled(row)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value is not None and value != ""}


def _check_separator(header: Sequence[str], path: Path, kind: TableKind) -> None:
    if not any(header):
        raise ConfigError(f"the {kind.name} is empty", where=path, expected="a line that names its columns")
    other = next((mark for mark in _OTHER_SEPARATORS if len(header) == 1 and mark in header[0]), None)
    if other:
        raise ConfigError(
            f"the {kind.name}'s columns are not separated by commas",
            where=path,
            got=repr(other),
            hint="Save it with commas between the columns: a spreadsheet asks for the separator",
        )


def _check_columns(names: Sequence[str], path: Path, kind: TableKind) -> None:
    absent = [name for name in kind.required if name not in names]
    unknown = [repr(name) for name in names if name not in (*kind.required, *kind.optional)]
    if absent or unknown:
        raise ConfigError(
            "the table's columns are wrong",
            where=path,
            expected=f"{', '.join(kind.required)}, and optionally {', '.join(kind.optional)}",
            got=f"missing: {', '.join(absent) or 'none'}; unknown: {', '.join(unknown) or 'none'}",
        )
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ConfigError(f"a column stands twice in the {kind.name}", where=path, got=", ".join(twice))
