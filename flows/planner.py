"""Planner: walks the pipeline like the runner, makes nothing, and says what would run and why."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from data_contracts.errors import ContractError
from data_contracts.manifest import Manifest, Row
from data_contracts.record import Record
from flows.order import Item, Outcome
from flows.prepare import Prepared, prepare, row_of
from flows.run_folder import RunFolder
from tasks.stage import Stage, StageConfig

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class PlannedItem:
    """What would become of one item."""

    stage: str
    item: str
    action: str
    """'cached', 'run', 'quarantined' or 'skip'."""
    why: str
    estimated_s: float | None = None
    """Median seconds of the stage's items in the last run of this folder, where there was one."""


class Planner:
    """Stands in for a Runner. Its manifests' rows have no record where an item would be made."""

    def __init__(self, folder: RunFolder) -> None:
        self.items: list[PlannedItem] = []
        self._folder = folder

    def stage(self, stage: Stage[Any, R], items: Sequence[Item], config: StageConfig) -> Manifest[R]:
        """Note what would become of each item of a stage."""
        last = self._last(stage)
        estimate = _median_seconds(last)
        before = {row.item: row for row in last.rows} if last else {}
        rows = []
        for item in items:
            pending = _pending_parent(item)
            if pending:
                planned = PlannedItem(stage.name, item.name, "run", f"{pending} would be made anew", estimate)
                rows.append(_future_row(item))
            else:
                (prepared,) = prepare(stage, [item], config)
                planned, row = self._known(stage, prepared, before.get(item.name), estimate)
                rows.append(row)
            self.items.append(planned)
        return Manifest[R].model_construct(stage=stage.name, rows=rows)

    def _last(self, stage: Stage[Any, R]) -> Manifest[R] | None:
        # A manifest that is damaged or of another version says nothing; the run will write it anew.
        try:
            return self._folder.read(stage.name, stage.record_type)
        except ContractError:
            return None

    def _known(
        self, stage: Stage[Any, Any], prepared: Prepared, before: Row[Any] | None, estimate: float | None
    ) -> tuple[PlannedItem, Row[Any]]:
        name, order = prepared.item.name, prepared.order
        if order is None:
            return PlannedItem(stage.name, name, "skip", prepared.skipped_because), row_of(prepared, {})
        found = self._folder.store.find(stage.name, order.key, stage.record_type)
        if found:
            outcome = Outcome(order.key, found.record, found.cost, cached=True)
            return PlannedItem(stage.name, name, "cached", "in the store"), row_of(
                prepared, {order.key: outcome}
            )
        entry = self._folder.quarantined(stage.name, order.key)
        if entry and not entry.put_back:
            why = f"{entry.error_class}: {entry.error_message}"
            row = _future_row(prepared.item, status="quarantined", why=why)
            return PlannedItem(stage.name, name, "quarantined", why), row
        why = _why(order.key_parts, order.key, before)
        return PlannedItem(stage.name, name, "run", why, estimate), _future_row(prepared.item)


def _pending_parent(item: Item) -> str:
    for parent in item.parents.values():
        for row in parent if isinstance(parent, Sequence) else [parent]:
            if isinstance(row, Row) and row.usable and row.record is None:
                return f"{row.item!r}, which it needs,"
    return ""


def _future_row(item: Item, status: Any = "ok", why: str = "") -> Row[Any]:
    return Row[Any](item=item.name, key="", parents=[], status=status, error_message=why)


def _why(key_parts: str, key: str, before: Row[Any] | None) -> str:
    if before is None or not before.key:
        return "not made yet"
    if before.key == key:
        return "put back, or its files are gone from the store" if before.status == "ok" else "put back"
    changes = _changes(json.loads(before.key_parts), json.loads(key_parts))
    return "; ".join(changes) or "the key's form changed"


def _changes(old: Any, new: Any, path: str = "") -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            change
            for name in sorted({*old, *new})
            for change in _changes(old.get(name), new.get(name), f"{path}.{name}" if path else name)
        ]
    if old == new:
        return []
    if path.startswith("inputs."):
        return [f"input {path.removeprefix('inputs.')!r} changed"]
    return [f"{path} changed from {old!r} to {new!r}"]


def _median_seconds(manifest: Manifest[Any] | None) -> float | None:
    seconds = [row.seconds for row in manifest.rows if row.seconds > 0] if manifest else []
    return statistics.median(seconds) if seconds else None
