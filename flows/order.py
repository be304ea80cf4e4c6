"""Item, WorkOrder and Outcome: what a pipeline asks for, what the runner sends to workers and gets back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from data_contracts.manifest import Manifest, Row
from data_contracts.record import Record, canonical_json
from data_contracts.store import Cost
from tasks.stage import Stage, StageConfig

R = TypeVar("R", bound=Record)
Parent = Row[Any] | Sequence[Row[Any]] | Record | None
"""What an item is made from: rows of earlier stages, a record from outside, or nothing."""


@dataclass(frozen=True)
class Item:
    """One thing that a stage is to make."""

    name: str
    parents: Mapping[str, Parent]
    """By the names of the stage's input parameters."""
    seed: int = 0
    even_filtered: bool = False
    """Whether filtered parents will do: a reviewer may save what the filter rejected."""


def each(names: Manifest[Any], **parents: Manifest[Any]) -> list[Item]:
    """An item for each row of a manifest, made from the rows of its name."""
    return [
        Item(row.item, {name: manifest[row.item] for name, manifest in parents.items()}) for row in names.rows
    ]


class Stages(Protocol):
    """What carries stages over items: a Runner or a Planner."""

    def stage(self, stage: Stage[Any, R], items: Sequence[Item], config: StageConfig) -> Manifest[R]:
        """Carry a stage over items."""


@dataclass(frozen=True)
class WorkOrder:
    """One item with everything a worker process needs to make it."""

    address: str
    stage: str
    key: str
    inputs: dict[str, Record | list[Record] | None]
    config: StageConfig
    seed: int | None
    key_parts: str = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a work order: a record, or an error with its reason."""

    key: str
    record: Record | None
    cost: Cost
    cached: bool = False
    error_class: str = ""
    error_message: str = ""
    traceback: str = field(default="", repr=False)
    attempt: int = 1
    retry: bool = False
    """Whether trying again may help: the worker died, not the stage refused."""


def item_key(
    stage: Stage[Any, Any], config_content: Any, inputs: Mapping[str, Any], seed: int | None
) -> tuple[str, str]:
    """An item's key, and the JSON that it is the SHA-256 of."""
    parts = {
        "stage": stage.name,
        "version": stage.version,
        "config": config_content,
        "seed": seed,
        "inputs": {name: _digest(value) for name, value in inputs.items()},
    }
    text = canonical_json(parts)
    return hashlib.sha256(text).hexdigest(), text.decode()


def _digest(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [record.digest() for record in value]
    return value.digest()
