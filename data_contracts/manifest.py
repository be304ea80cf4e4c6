"""Manifest: the Parquet ledger of one stage in one run, and the contract between stages.

One row an item. Every item that went in comes out as exactly one row:
``ok``, ``filtered`` (rejected on purpose), ``quarantined`` (failed, with its reason) or ``skipped`` (an item
that it needs did not come out ok). The schema's name and version stand in the file's footer.
"""

from __future__ import annotations

import types
import typing
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from data_contracts.errors import ContractError
from data_contracts.record import Record

R = TypeVar("R", bound=Record)

Status = Literal["ok", "filtered", "quarantined", "skipped"]
STATUSES: tuple[Status, ...] = ("ok", "filtered", "quarantined", "skipped")

_FOOTER_NAME = b"bunraku.schema"
_FOOTER_VERSION = b"bunraku.schema_version"

MIGRATIONS: dict[tuple[str, int], Callable[[pa.Table], pa.Table]] = {}
"""(record type's name, old version) -> a function that turns a table of that version into the next."""


class Row(BaseModel, Generic[R]):
    """One item of a stage in one run."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    item: str
    """What people call it, unique in its stage and run: 'fox', 'fox×waltz', ..."""
    key: str
    """64 hexadecimal digits; '' for a skipped item, whose key is not known."""
    parents: list[str]
    """Keys of the items it was made from."""
    status: Status
    cached: bool = False
    """It was found in the store, nothing ran."""
    error_class: str = ""
    error_message: str = ""
    """For a quarantined row what failed, for filtered and skipped rows the reason. Never empty there."""
    attempt: int = 0
    """How many times it was tried in all, over reruns."""
    seconds: float = 0.0
    """Wall-clock seconds of making it, also where it is cached."""
    peak_memory_mb: float = 0.0
    device: str = ""
    key_parts: str = "{}"
    """JSON: what the key was made from, so that a plan can say what changed."""
    record: R | None = None

    @property
    def usable(self) -> bool:
        """Whether the stages that follow may build on it."""
        return self.status == "ok"


_ROW_COLUMNS: dict[str, pa.DataType] = {
    "item": pa.string(),
    "key": pa.string(),
    "parents": pa.list_(pa.string()),
    "status": pa.string(),
    "cached": pa.bool_(),
    "error_class": pa.string(),
    "error_message": pa.string(),
    "attempt": pa.int32(),
    "seconds": pa.float64(),
    "peak_memory_mb": pa.float64(),
    "device": pa.string(),
    "key_parts": pa.string(),
}


class Manifest(BaseModel, Generic[R]):
    """All rows of one stage in one run."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    stage: str
    rows: list[Row[R]]

    def __getitem__(self, item: str) -> Row[R]:
        return self._by_item()[item]

    def get(self, item: str) -> Row[R] | None:
        """The row of an item, or None."""
        return self._by_item().get(item)

    def _by_item(self) -> dict[str, Row[R]]:
        index: dict[str, Row[R]] | None = self.__dict__.get("_index")
        if index is None:
            index = {row.item: row for row in self.rows}
            self.__dict__["_index"] = index
        return index

    def counts(self) -> dict[Status, int]:
        """How many rows have each status."""
        counter = Counter(row.status for row in self.rows)
        return {status: counter[status] for status in STATUSES}

    def check(self, items_in: int) -> None:
        """Refuse a manifest that lost or invented an item, or gives no reason where one is owed."""
        if len(self.rows) != items_in or len(self._by_item()) != items_in:
            raise ContractError(
                "the stage's rows do not add up",
                where=f"manifest {self.stage}",
                expected=f"{items_in} items",
                got=f"{len(self.rows)} rows of {len(self._by_item())} items",
            )
        for row in self.rows:
            if (row.status == "ok") != (not row.error_message):
                raise ContractError(
                    "a row must have a reason unless it is ok", where=f"manifest {self.stage}, {row.item}"
                )


def arrow_schema(record_type: type[Record]) -> pa.Schema:
    """The Arrow schema of a stage's manifest: the ledger's columns and the record as a struct."""
    fields = [pa.field(name, kind, nullable=False) for name, kind in _ROW_COLUMNS.items()]
    fields.append(pa.field("record", _struct(record_type)))
    footer = {
        _FOOTER_NAME: record_type.__name__.encode(),
        _FOOTER_VERSION: str(record_type.schema_version).encode(),
    }
    return pa.schema(fields, metadata=footer)


def _struct(model: type[BaseModel]) -> pa.StructType:
    hints = typing.get_type_hints(model)
    return pa.struct([pa.field(name, _arrow_type(hints[name])) for name in model.model_fields])


def _arrow_type(hint: Any) -> pa.DataType:
    plain: dict[Any, pa.DataType] = {
        int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()
    }  # fmt: skip
    if hint in plain:
        return plain[hint]
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _arrow_type(members[0])
    if origin is Literal:
        return _arrow_type(type(members[0]))
    if origin in (typing.Union, types.UnionType):
        (member,) = (member for member in members if member is not types.NoneType)
        return _arrow_type(member)
    if origin in (list, tuple):
        return pa.list_(_arrow_type(members[0]))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _struct(hint)
    raise TypeError(f"no Arrow type for {hint!r}")


def write_manifest(manifest: Manifest[R], record_type: type[R], path: Path) -> None:
    """Write a manifest as one Parquet file, whole or not at all."""
    rows = [row.model_dump(mode="json") for row in manifest.rows]
    table = pa.Table.from_pylist(rows, schema=arrow_schema(record_type))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)


def read_manifest(
    path: Path, stage: str, record_type: type[R], folder_of: Callable[[str], Path]
) -> Manifest[R]:
    """Read a manifest and check it against its contract.

    Args:
        path: the Parquet file.
        stage: the stage's name.
        record_type: the type of its records.
        folder_of: gives the store's folder of a key.

    Raises:
        ContractError: the file is no manifest of this stage, lacks a column, has one too many, or comes
            from a newer version.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise ContractError(
            "this is not a Parquet manifest",
            where=path,
            got=error,
            hint="Start the run again: it writes this file anew, and what is made stays made",
        ) from error
    table = _migrated(table, record_type, path)
    _check_columns(table, record_type, path)
    rows = []
    for values in table.to_pylist():
        record = values.pop("record")
        placed = None
        if record is not None:
            placed = _checked_record(record, record_type, path).placed(folder_of(values["key"]))
        rows.append(Row[R].model_construct(**values, record=placed))
    return Manifest[R].model_construct(stage=stage, rows=rows)


def _checked_record(values: dict[str, Any], record_type: type[R], path: Path) -> R:
    try:
        return record_type.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise ContractError(
            "a record of the manifest is wrong",
            where=f"{path}, {'.'.join(map(str, first['loc']))}",
            expected=first["msg"],
            got=first["input"],
            hint="Start the run again: it writes this file anew, and what is made stays made",
        ) from None


def _migrated(table: pa.Table, record_type: type[Record], path: Path) -> pa.Table:
    footer = table.schema.metadata or {}
    name = footer.get(_FOOTER_NAME, b"").decode(errors="replace")
    number = footer.get(_FOOTER_VERSION, b"0")
    version = int(number) if number.isdigit() else 0
    if name != record_type.__name__:
        raise ContractError(
            "the file holds other records",
            where=path,
            expected=record_type.__name__,
            got=name or "no schema name",
        )
    if version > record_type.schema_version:
        raise ContractError(
            "the manifest was written by a newer version",
            where=path,
            expected=f"schema version {record_type.schema_version} or older",
            got=version,
            hint="Update Bunraku",
        )
    while version < record_type.schema_version:
        migrate = MIGRATIONS.get((name, version))
        if migrate is None:
            raise ContractError(
                f"there is no migration of {name} from version {version}",
                where=path,
                hint="Start the run again: it writes this file anew, and what is made stays made",
            )
        table, version = migrate(table), version + 1
    return table


def _check_columns(table: pa.Table, record_type: type[Record], path: Path) -> None:
    wanted = arrow_schema(record_type)
    missing = [name for name in wanted.names if name not in table.schema.names]
    extra = [name for name in table.schema.names if name not in wanted.names]
    if missing or extra:
        raise ContractError(
            "the manifest's columns are not those of its contract",
            where=path,
            expected=f"columns {', '.join(wanted.names)}",
            got=f"missing: {', '.join(missing) or 'none'}; extra: {', '.join(extra) or 'none'}",
        )
    for field in wanted:
        found = table.schema.field(field.name).type
        fits = _holds_record(found, record_type) if field.name == "record" else found == field.type
        if not fits:
            raise ContractError(
                f"column {field.name!r} has another type", where=path, expected=field.type, got=found
            )


def _holds_record(found: pa.DataType, record_type: type[Record]) -> bool:
    """Whether a column holds such records; a field with a default may be absent, from before it was added."""
    if not pa.types.is_struct(found):
        return False
    types_found = {field.name: field.type for field in found}
    fields = record_type.model_fields
    return types_found.keys() <= fields.keys() and all(
        types_found[field.name] == field.type
        if field.name in types_found
        else not fields[field.name].is_required()
        for field in _struct(record_type)
    )
