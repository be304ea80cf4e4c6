"""Table: the outcomes of all trials as rows, a number each, with what it is to be held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from flows.accuracy.role import Measure, Role
from flows.accuracy.trials import Outcome
from models.measures.intervals import mean_interval

FAILURES = Measure(
    "failures", "lower", "Share of cases that the backend owned up to not being able to do; lower is better."
)
CRASHES = Measure(
    "crashes", "lower", "Share of cases that ended in an error that nobody foresaw, or past their time limit."
)


class Row(NamedTuple):
    """One number of the table."""

    role: str
    backend: str
    dataset: str
    measure: str
    value: float
    """Mean over the cases that gave one."""
    ci_low: float | None
    """95 % bootstrap interval over cases; None for a single one."""
    ci_high: float | None
    n: int
    """Cases that gave a value; for `failures` and `crashes` all cases."""
    baseline: float | None
    """The same mean, over the same cases, of something that needs no estimate."""
    oracle: float | None

    def as_json(self) -> dict[str, Any]:
        """The row as the JSON file holds it."""
        return self._asdict()


def table_of(role: Role, outcomes: Sequence[Outcome]) -> list[Row]:
    """All rows of a role: data sets and backends in the outcomes' order, measures in the role's."""
    backends = list(dict.fromkeys(o.trial.backend_name for o in outcomes if o.trial.kind == "backend"))
    datasets = list(dict.fromkeys(outcome.trial.case.dataset for outcome in outcomes))
    known = {
        (outcome.trial.kind, outcome.trial.case[:2]): outcome
        for outcome in outcomes
        if outcome.trial.kind != "backend"
    }
    return [
        row
        for dataset in datasets
        for backend in backends
        for row in _rows(role, backend, dataset, _of(outcomes, backend, dataset), known)
    ]


def _of(outcomes: Iterable[Outcome], backend: str, dataset: str) -> list[Outcome]:
    return [
        outcome
        for outcome in outcomes
        if outcome.trial.backend_name == backend and outcome.trial.case.dataset == dataset and outcome.applies
    ]


def _rows(
    role: Role, backend: str, dataset: str, outcomes: list[Outcome], known: dict[Any, Outcome]
) -> Iterator[Row]:
    if not outcomes:
        return
    for measure in role.measures:
        having = [outcome for outcome in outcomes if measure.name in outcome.values]
        if not having:
            continue
        interval = mean_interval([outcome.values[measure.name] for outcome in having])
        held = [_known(known, kind, having, measure.name) for kind in ("baseline", "oracle")]
        yield Row(role.name, backend, dataset, measure.name, *interval, *held)
    for share, told in ((FAILURES, "failure"), (CRASHES, "crash")):
        values = [float(bool(getattr(outcome, told))) for outcome in outcomes]
        if share is FAILURES or any(values):
            yield Row(role.name, backend, dataset, share.name, *mean_interval(values), None, None)


def _known(known: dict[Any, Outcome], kind: str, having: list[Outcome], measure: str) -> float | None:
    """Mean of the baseline or the oracle over the cases that the backend gave a value for."""
    values = [
        outcome.values[measure]
        for case in (outcome.trial.case for outcome in having)
        if (outcome := known.get((kind, case[:2]))) is not None and measure in outcome.values
    ]
    return sum(values) / len(values) if values else None
