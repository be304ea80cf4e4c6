"""Role: how one kind of backend is measured: its cases, its numbers, and what they are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

PUPPET_WORLD = "puppet world"
"""Names of data sets that need no real inputs begin with it; all others may be absent."""

Values = Mapping[str, float]
"""Measure name -> value of one case. A measure that does not apply to a case is left out; NaN is an error.
No values at all say that the backend is not one for such a case: the case does not count for it."""


class Measure(NamedTuple):
    """One number of a role."""

    name: str
    better: Literal["higher", "lower"]
    meaning: str
    """One sentence for the table's reader: what it is, its unit, what is good."""
    target: float | None = None
    """What the embedded profile is to reach on the puppet world."""


class Target(NamedTuple):
    """What the embedded profile is to reach on some data sets only."""

    measure: str
    datasets: str
    """Beginning of the names of the data sets that it holds for."""
    value: float


class Case(NamedTuple):
    """One thing to measure on. It travels to a worker process, so it holds paths and small values only."""

    dataset: str
    """Which set it belongs to, e.g. 'puppet world' or 'DAVIS dog': one line of the table for each."""
    name: str
    content: Any
    """What the role's functions need; a frozen dataclass or a Take."""


class Sources(NamedTuple):
    """Where cases come from."""

    world: Path
    """Folder of the fixed puppet world, as `bunraku world` writes it."""
    assets: Path | None
    """Folder of real inputs with ground truth, where it is there."""
    quick: bool
    """Fewer cases: the whole table in five minutes."""


@dataclass(frozen=True)
class Role:
    """A role's part of the table. The functions are module-level ones: workers import them by name.

    Attributes:
        name: the stage or stages that it measures, e.g. 'segment'.
        measures: its numbers, in the table's order.
        backends: all backends that can be measured; those that say that something is missing are left out
            and named as such.
        cases: lists what to measure on.
        measure: one backend on one case, with an empty folder for files. It raises a BunrakuError where the
            backend owns up to a failure: the case then counts in the share of failures, not in the values.
        baseline: the same numbers of something trivial that needs no estimate; its docstring says what.
        oracle: the same numbers of the best possible answer of this kind, or None where truth itself scores
            perfectly by definition.
        targets: what is to be reached on data sets by name; they win over the measures' own targets.
    """

    name: str
    measures: tuple[Measure, ...]
    backends: tuple[BaseModel, ...]
    cases: Callable[[Sources], Sequence[Case]]
    measure: Callable[[Case, Any, Path], Values]
    baseline: Callable[[Case], Values]
    oracle: Callable[[Case], Values] | None = None
    targets: tuple[Target, ...] = ()

    def target(self, measure: Measure, dataset: str) -> float | None:
        """What the embedded profile is to reach; a measure's own target is one for the puppet world."""
        named = [t for t in self.targets if t.measure == measure.name and dataset.startswith(t.datasets)]
        if named:
            return max(named, key=lambda target: len(target.datasets)).value
        return measure.target if dataset.startswith(PUPPET_WORLD) else None
