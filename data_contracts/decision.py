"""Decision: a person's word on one pair, as a table that is written by hand or by a tool.

CSV (with a header), JSONL or Parquet, with ``pair`` (the pair's item name), ``verdict`` (accept or reject)
and, where wanted, ``note``. Empty lines, and in CSV lines that start with #, are skipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from data_contracts.errors import ConfigError
from data_contracts.record import Record
from data_contracts.table_rows import WRONG_COUNT, TableKind, table_rows

_TABLE = TableKind("decisions table", ("pair", "verdict"), ("note",), comment="#")


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
    decisions: dict[str, Decision] = {}
    for number, fields in table_rows(path, _TABLE):
        where = f"{path}, {'row' if path.suffix.lower() == '.parquet' else 'line'} {number}"
        decision = _decision(fields, where)
        known = decisions.setdefault(decision.pair, decision)
        if known.verdict != decision.verdict:
            raise ConfigError(
                f"two decisions about the pair {decision.pair!r} contradict each other",
                where=where,
                expected=known.verdict,
                got=decision.verdict,
                hint="Keep one of them",
            )
    return decisions


def _decision(fields: dict[str, Any], where: str) -> Decision:
    if WRONG_COUNT in fields:
        raise ConfigError(
            "a decision has another number of fields than the header",
            where=where,
            got=fields[WRONG_COUNT],
            hint="Put a note with a comma in quotes",
        )
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
