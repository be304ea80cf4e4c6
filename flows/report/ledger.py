"""Ledger: all manifests of a run as they stand, read without knowing the records' types.

A report must also open for a run that stopped half way or that an older version wrote, so nothing is
required here but the ledger's own columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data_contracts.manifest import Status
from flows.report.stage_notes import in_order
from flows.run_folder import RunFolder


@dataclass(frozen=True)
class LedgerRow:
    """One row of one stage's manifest."""

    stage: str
    item: str
    key: str
    parents: tuple[str, ...]
    status: Status
    cached: bool
    error_class: str
    error_message: str
    attempt: int
    seconds: float
    peak_memory_mb: float
    device: str
    record: dict[str, Any] = field(default_factory=dict, compare=False)
    folder: Path | None = None

    def file(self, name: str) -> Path | None:
        """The file that a field of the record refers to; None where it is not there (any more)."""
        ref = self.record.get(name)
        if self.folder is None or not isinstance(ref, dict) or not ref.get("path"):
            return None
        path = self.folder / str(ref["path"])
        return path if path.is_file() else None


@dataclass(frozen=True)
class Ledger:
    """The rows of a run by stage, in pipeline order."""

    rows: dict[str, list[LedgerRow]]
    unreadable: dict[str, str] = field(default_factory=dict)
    """Stages whose manifest could not be read, with the reason."""

    @classmethod
    def read(cls, folder: RunFolder) -> Ledger:
        """Read every manifest of a run folder."""
        found = {path.parent.name for path in (folder.path / "manifests").glob("*/*.parquet")}
        rows: dict[str, list[LedgerRow]] = {}
        unreadable: dict[str, str] = {}
        for stage in in_order(found):
            try:
                rows[stage] = _read_stage(folder, stage)
            except (OSError, KeyError, pa.ArrowException) as error:
                unreadable[stage] = f"{type(error).__name__}: {error}"
        return cls(rows, unreadable)

    def __iter__(self) -> Iterator[LedgerRow]:
        for rows in self.rows.values():
            yield from rows

    def row(self, stage: str, item: str) -> LedgerRow | None:
        """The row of an item."""
        return self._by_item().get((stage, item))

    def parents(self, row: LedgerRow) -> list[LedgerRow]:
        """The rows that a row was made from, as far as their manifests are there."""
        by_key = self._by_key()
        return [by_key[key] for key in row.parents if key in by_key]

    def parent(self, row: LedgerRow | None, stage: str) -> LedgerRow | None:
        """A row's parent in a stage."""
        return next((p for p in self.parents(row) if p.stage == stage), None) if row else None

    def lineage(self, start: list[LedgerRow]) -> list[LedgerRow]:
        """Some rows and all that they were made from, each once, in pipeline order."""
        seen: dict[tuple[str, str], LedgerRow] = {}
        waiting = list(start)
        while waiting:
            row = waiting.pop()
            if (row.stage, row.item) not in seen:
                seen[row.stage, row.item] = row
                waiting += self.parents(row)
        places = {stage: place for place, stage in enumerate(self.rows)}
        return sorted(seen.values(), key=lambda row: places[row.stage])

    def edges(self) -> list[tuple[str, str]]:
        """Pairs of stages of which the second was made from the first."""
        found = {(parent.stage, row.stage): None for row in self for parent in self.parents(row)}
        return [edge for edge in found if edge[0] != edge[1]]

    def _by_item(self) -> dict[tuple[str, str], LedgerRow]:
        index: dict[tuple[str, str], LedgerRow] | None = self.__dict__.get("_item_index")
        if index is None:
            index = self.__dict__["_item_index"] = {(row.stage, row.item): row for row in self}
        return index

    def _by_key(self) -> dict[str, LedgerRow]:
        index: dict[str, LedgerRow] | None = self.__dict__.get("_key_index")
        if index is None:
            index = self.__dict__["_key_index"] = {row.key: row for row in self if row.key}
        return index


def _read_stage(folder: RunFolder, stage: str) -> list[LedgerRow]:
    return [_row(folder, stage, values) for values in pq.read_table(folder.manifest_path(stage)).to_pylist()]


def _row(folder: RunFolder, stage: str, values: dict[str, Any]) -> LedgerRow:
    key = str(values["key"])
    return LedgerRow(
        stage=stage,
        item=str(values["item"]),
        key=key,
        parents=tuple(values["parents"] or ()),
        status=values["status"],
        cached=bool(values["cached"]),
        error_class=values["error_class"] or "",
        error_message=values["error_message"] or "",
        attempt=int(values["attempt"] or 0),
        seconds=float(values["seconds"] or 0.0),
        peak_memory_mb=float(values["peak_memory_mb"] or 0.0),
        device=values["device"] or "",
        record=values.get("record") or {},
        folder=folder.store.folder(stage, key) if len(key) == 64 else None,
    )
