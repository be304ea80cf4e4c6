"""Gate: the embedded profile's numbers against approved ones, so that nothing gets worse unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_contracts.errors import ConfigError
from flows.accuracy.numbers import written
from flows.accuracy.results import Results
from flows.accuracy.role import PUPPET_WORLD
from flows.accuracy.roles import role_names
from flows.accuracy.table import CRASHES, FAILURES, Row
from flows.run_folder import write_whole

FLOOR = Path(__file__).resolve().parents[2] / "tests" / "accuracy_floor.json"

SHARE_TOLERANCE = 0.02
RELATIVE_TOLERANCE = 0.05
SHARE_REASON = (
    "equal on one machine; other builds of OpenCV, FFmpeg and the maths libraries move single pixels and the "
    "starts of clusters, and a change of two hundredths is one that matters"
)
RELATIVE_REASON = (
    "5 % of the number when it was approved: equal on one machine, but rounding differs between builds of "
    "the maths libraries"
)
FAILURES_REASON = "a case more that is refused is a case that worked before"


class Floor(BaseModel):
    """One approved number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    backend: str
    dataset: str
    measure: str
    value: float
    tolerance: float = Field(ge=0)
    reason: str = Field(min_length=1)
    """Why the tolerance is what it is."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from all others."""
        return self.role, self.backend, self.dataset, self.measure


class Breach(NamedTuple):
    """A number that is worse than approved, or gone."""

    floor: Floor
    value: float | None
    """None where the number is gone."""

    def __str__(self) -> str:
        role, backend, dataset, measure = self.floor.key
        now = "is gone" if self.value is None else f"is {written(self.value)}"
        return (
            f"{role} {backend}, {dataset}: {measure} {now}; approved {written(self.floor.value)} "
            f"with a tolerance of {written(self.floor.tolerance)}"
        )


def read_floors(path: Path = FLOOR) -> list[Floor]:
    """The approved numbers.

    Raises:
        ConfigError: the file is not there, or damaged.
    """
    if not path.is_file():
        raise ConfigError(
            "there are no approved numbers", where=path, hint="bunraku accuracy --quick --approve writes them"
        )
    try:
        return [Floor.model_validate(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, ValidationError, TypeError) as error:
        raise ConfigError("the approved numbers cannot be read", where=path, got=error) from None


def breaches(results: Results, floors: list[Floor]) -> list[Breach]:
    """Approved numbers that are worse now by more than their tolerance, or gone.

    Only roles that were measured are compared; without real inputs only the puppet world is.
    """
    rows = {row[:4]: row for row in results.rows}
    measured = {part.role.name: part for part in results.roles}
    found = []
    for floor in floors:
        part = measured.get(floor.role)
        real = not floor.dataset.startswith(PUPPET_WORLD)
        if part is None or (real and not results.with_assets):
            continue
        row = rows.get(floor.key)
        if row is None or _loss(row, floor, part.measure(floor.measure).better) > floor.tolerance:
            found.append(Breach(floor, row.value if row else None))
    return found


def approve(results: Results, path: Path = FLOOR) -> int:
    """Write the present numbers of the embedded backends as the approved ones; returns how many.

    Tolerances and reasons that a person has changed stay; roles that were not measured keep their numbers.

    Raises:
        ConfigError: not the quick table, not with the real inputs, or with crashes.
    """
    if not results.quick or not results.with_assets or results.crashes:
        raise ConfigError(
            "these numbers cannot be approved",
            expected="the quick table, with the real inputs, without crashes",
            got=f"quick={results.quick}, real inputs={results.with_assets}, crashes={len(results.crashes)}",
        )
    before = {floor.key: floor for floor in read_floors(path)} if path.is_file() else {}
    measured = {part.role.name for part in results.roles}
    kept = [floor for floor in before.values() if floor.role not in measured]
    floors = [*kept, *_floors(results, before)]
    order = {name: number for number, name in enumerate(role_names())}
    floors.sort(key=lambda floor: order.get(floor.role, len(order)))
    entries = [floor.model_dump() for floor in floors]
    write_whole(path, json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
    return len(floors)


def _floors(results: Results, before: dict[tuple[str, str, str, str], Floor]) -> Iterator[Floor]:
    for part in results.roles:
        for row in part.rows:
            if row.backend not in part.embedded or row.measure == CRASHES.name:
                continue
            old = before.get(row[:4])
            tolerance, reason = (old.tolerance, old.reason) if old else _tolerance(row)
            values: dict[str, Any] = dict(zip(Floor.model_fields, row[:4], strict=False))
            yield Floor(**values, value=round(row.value, 4), tolerance=tolerance, reason=reason)


def _tolerance(row: Row) -> tuple[float, str]:
    if row.measure == FAILURES.name:
        return 0.0, FAILURES_REASON
    if 0 <= row.value <= 1:
        return SHARE_TOLERANCE, SHARE_REASON
    return round(RELATIVE_TOLERANCE * abs(row.value), 4), RELATIVE_REASON


def _loss(row: Row, floor: Floor, better: str) -> float:
    # Approved values are rounded to four digits.
    loss = floor.value - row.value if better == "higher" else row.value - floor.value
    return loss - 5e-5
