"""The rows of a job table as they stand in the file, CSV, JSONL or Parquet, before they are checked."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data_contracts.errors import BunrakuError, ConfigError
from data_contracts.job import Job
from data_contracts.manifest import Row

REQUIRED = ("reference", "driving")
_OPTIONAL = tuple(name for name in Job.model_fields if name not in REQUIRED)

_OTHER_SEPARATORS = (";", "\t", "|")

WRONG_COUNT = "\0fields"
"""Key in a raw row whose number of fields is not the header's: its values may be in each other's place."""


def raw_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a table row by row; empty fields and rows are left out.

    Raises:
        ConfigError: the table cannot be read, or its columns are not those of a job.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows, ".parquet": _parquet_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(
            "the job table has an unknown type",
            where=path,
            expected=", ".join(readers),
            got=path.suffix or "none",
        )
    if not path.is_file():
        raise ConfigError("there is no such job table", where=path)
    try:
        yield from reader(path)
    except UnicodeDecodeError as error:
        raise ConfigError(
            "the job table is not UTF-8", where=path, got=error, hint="Save it as CSV in UTF-8"
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise ConfigError("the job table cannot be read", where=path, got=error) from error


def _csv_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            _check_separator(header, path)
            _check_columns(header, path)
            for fields in reader:
                values = {name: text.strip() for name, text in zip(header, fields, strict=False)}
                row: dict[str, Any] = {name: text for name, text in values.items() if text}
                if fields and len(fields) != len(header):
                    row[WRONG_COUNT] = f"{len(fields)} fields, the header has {len(header)}"
                if row:
                    yield row
        except csv.Error as error:
            raise ConfigError(
                "the job table's quotes or lines are wrong",
                where=f"{path}, line {reader.line_num}",
                got=error,
                hint='A field with a comma, quote or line break stands in "quotes", a quote in it is doubled',
            ) from error


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigError("a line is not JSON", where=f"{path}, line {number}", got=error) from None
        if not isinstance(row, dict):
            raise ConfigError("a line is not a JSON object", where=f"{path}, line {number}", got=line[:80])
        _check_columns(list(dict.fromkeys([*REQUIRED, *row])), path)
        yield {name: value for name, value in row.items() if value is not None}


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    table = pq.read_table(path)
    _check_columns(table.column_names, path)
    for row in table.to_pylist():
        yield {name: value for name, value in row.items() if value is not None}


def _check_separator(header: Sequence[str], path: Path) -> None:
    if not any(header):
        raise ConfigError("the job table is empty", where=path, expected="a line that names its columns")
    other = next((mark for mark in _OTHER_SEPARATORS if len(header) == 1 and mark in header[0]), None)
    if other:
        raise ConfigError(
            "the job table's columns are not separated by commas",
            where=path,
            got=repr(other),
            hint="Save it with commas between the columns: a spreadsheet asks for the separator",
        )


def _check_columns(names: Sequence[str], path: Path) -> None:
    absent = [name for name in REQUIRED if name not in names]
    unknown = [repr(name) for name in names if name not in (*REQUIRED, *_OPTIONAL)]
    if absent or unknown:
        raise ConfigError(
            "the job table's columns are not those of a job",
            where=path,
            expected=f"{', '.join(REQUIRED)}, and optionally {', '.join(_OPTIONAL)}",
            got=f"missing: {', '.join(absent) or 'none'}; unknown: {', '.join(unknown) or 'none'}",
        )
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ConfigError("a column stands twice in the job table", where=path, got=", ".join(twice))


def bad_row(item: str, error: BunrakuError) -> Row[Job]:
    """The row of a job that cannot be read."""
    return Row[Job](
        item=item,
        key="",
        parents=[],
        status="quarantined",
        error_class=type(error).__name__,
        error_message=str(error),
        attempt=1,
    )
