"""Prepare: turn items into work orders, and outcomes back into the manifest's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_contracts.manifest import Row
from data_contracts.record import Record
from flows.order import Item, Outcome, Parent, WorkOrder, item_key
from tasks.stage import Stage, StageConfig

# Naming the type once: pydantic looks a generic's parameters up anew each time, which adds up over items.
_Row = Row[Any]


@dataclass(frozen=True)
class Prepared:
    """An item with its work order, or with the reason why there is none."""

    item: Item
    parents: list[str]
    order: WorkOrder | None
    skipped_because: str = ""


def prepare(stage: Stage[Any, Any], items: Sequence[Item], config: StageConfig) -> list[Prepared]:
    """Work orders for all items whose parents came out ok; the others are to be skipped."""
    content = config.key_content()
    return [_prepare_one(stage, item, config, content) for item in items]


def _prepare_one(stage: Stage[Any, Any], item: Item, config: StageConfig, content: Any) -> Prepared:
    rows = [row for parent in item.parents.values() for row in _rows(parent)]
    keys = [row.key for row in rows if row.key]
    broken = next((row for row in rows if not _will_do(row, item)), None)
    if broken is not None:
        return Prepared(item, keys, None, _why_skipped(broken))
    inputs = {entry.name: _records(item.parents.get(entry.name)) for entry in stage.inputs}
    seed = item.seed if stage.takes_seed else None
    key, key_parts = item_key(stage, content, inputs, seed)
    order = WorkOrder(stage.address, stage.name, key, inputs, config, seed, key_parts)
    return Prepared(item, keys, order)


def _will_do(row: Row[Any], item: Item) -> bool:
    return row.usable or (item.even_filtered and row.status == "filtered")


def _rows(parent: Parent) -> Sequence[Row[Any]]:
    if parent is None or isinstance(parent, Record):
        return []
    return [parent] if isinstance(parent, Row) else parent


def _records(parent: Parent) -> Any:
    if parent is None or isinstance(parent, Record):
        return parent
    if isinstance(parent, Row):
        return parent.record
    return [row.record for row in parent]


def _why_skipped(parent: Row[Any]) -> str:
    if parent.status == "skipped":
        return parent.error_message
    return f"{parent.item!r} was {parent.status}: {parent.error_message}"


def row_of(prepared: Prepared, outcomes: Mapping[str, Outcome]) -> Row[Any]:
    """The manifest row of an item."""
    name, parents, order = prepared.item.name, prepared.parents, prepared.order
    if order is None:
        return _Row(
            item=name, key="", parents=parents, status="skipped", error_message=prepared.skipped_because
        )
    outcome = outcomes[order.key]
    rejection = outcome.record.rejection if outcome.record else ""
    return _Row(
        item=name,
        key=order.key,
        parents=parents,
        status="quarantined" if outcome.record is None else "filtered" if rejection else "ok",
        cached=outcome.cached,
        error_class=outcome.error_class,
        error_message=outcome.error_message or rejection,
        attempt=outcome.attempt,
        seconds=outcome.cost.seconds,
        peak_memory_mb=outcome.cost.peak_memory_mb,
        device=outcome.cost.device,
        key_parts=order.key_parts,
        record=outcome.record,
    )
