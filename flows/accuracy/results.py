"""Results: everything that came of measuring, for the files and the terminal to be made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.record import canonical_json
from flows.accuracy.embedded import is_embedded
from flows.accuracy.role import Measure, Role
from flows.accuracy.table import CRASHES, FAILURES, Row
from flows.accuracy.trials import Outcome, missing_of, name_of
from flows.report.wording import counted, duration
from flows.run_folder import write_whole


@dataclass(frozen=True)
class Verdict:
    """A target of the embedded profile, and what came of it."""

    backend: str
    dataset: str
    measure: Measure
    target: float
    value: float | None
    """None where the backend owned up to every case."""
    failures: float
    """Share of cases that do not count in the value because the backend owned up to them."""

    @property
    def met(self) -> bool:
        """Whether the value reaches the target; none reaches nothing."""
        if self.value is None:
            return False
        better = self.measure.better == "higher"
        return self.value >= self.target if better else self.value <= self.target


@dataclass(frozen=True)
class RoleResults:
    """One role's part.

    Attributes:
        module: name of the role's module: what `--role` takes.
        rows: its numbers.
        outcomes: what came of every trial.
    """

    module: str
    role: Role
    rows: list[Row]
    outcomes: list[Outcome]

    @property
    def unusable(self) -> dict[str, str]:
        """Backends that cannot run here, with what is missing."""
        return {name_of(b): missing for b in self.role.backends if (missing := missing_of(b))}

    @property
    def embedded(self) -> set[str]:
        """Names of the backends that the embedded profile uses."""
        return {name_of(backend) for backend in self.role.backends if is_embedded(backend)}

    @property
    def processor_s(self) -> float:
        """Processor time of all trials."""
        return sum(outcome.processor_s for outcome in self.outcomes)

    @property
    def verdicts(self) -> list[Verdict]:
        """What became of the embedded backends' targets."""
        values = {row[1:4]: row.value for row in self.rows}
        found = []
        for row in self.rows:
            if row.measure != FAILURES.name or row.backend not in self.embedded:
                continue
            for measure in self.role.measures:
                target = self.role.target(measure, row.dataset)
                value = values.get((row.backend, row.dataset, measure.name))
                # A measure without value does not apply to the data set, unless every case failed.
                if target is not None and (value is not None or row.value == 1):
                    found.append(Verdict(row.backend, row.dataset, measure, target, value, row.value))
        return found

    def measure(self, name: str) -> Measure:
        """What a row's measure means."""
        return next(m for m in (*self.role.measures, FAILURES, CRASHES) if m.name == name)

    def troubles(self, kind: str) -> list[Outcome]:
        """Trials that ended in a 'failure' or a 'crash'."""
        return [outcome for outcome in self.outcomes if getattr(outcome, kind)]


@dataclass(frozen=True)
class Results:
    """All roles' parts.

    Attributes:
        quick: whether it was the quick table.
        with_assets: whether the real inputs were there.
        seconds: wall-clock time of the trials.
        world_seconds: what it took to make the fixed puppet world, 0 where it was there.
        kept: how many of the trials an earlier run had done.
    """

    roles: list[RoleResults]
    quick: bool
    with_assets: bool
    workers: int
    seconds: float
    world_seconds: float
    kept: int = 0

    @property
    def rows(self) -> list[Row]:
        """All numbers."""
        return [row for part in self.roles for row in part.rows]

    @property
    def time(self) -> str:
        """How long it took, in words."""
        told = f"{duration(self.seconds)} on {counted(self.workers, 'worker')}"
        if not self.kept:
            return told
        trials = sum(len(part.outcomes) for part in self.roles)
        return f"{told}; {self.kept} of {trials} trials had been done before"

    @property
    def crashes(self) -> list[Outcome]:
        """All trials that ended in an error that nobody foresaw."""
        return [outcome for part in self.roles for outcome in part.troubles("crash")]

    def write(self, out: Path) -> None:
        """Write `accuracy.json` (the rows) and `trials.json` (what came of every single trial)."""
        write_whole(out / "accuracy.json", _pretty([row.as_json() for row in self.rows]))
        trials = [_told(outcome) for part in self.roles for outcome in part.outcomes if outcome.applies]
        write_whole(out / "trials.json", _pretty(trials))


def _told(outcome: Outcome) -> dict[str, Any]:
    trial = outcome.trial
    return {
        "role": trial.role,
        "backend": trial.backend_name,
        "dataset": trial.case.dataset,
        "case": trial.case.name,
        "values": dict(outcome.values),
        "failure": outcome.failure,
        "crash": outcome.crash,
        "seconds": round(outcome.seconds, 3),
        "processor_s": round(outcome.processor_s, 3),
    }


def _pretty(rows: list[dict[str, Any]]) -> str:
    lines = ",\n".join(canonical_json(row).decode() for row in rows)
    return f"[\n{lines}\n]\n"
