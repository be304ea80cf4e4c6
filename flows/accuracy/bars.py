"""Bars: where a row's value, interval, baseline, oracle and target lie on their measure's axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from flows.accuracy.numbers import interval, written
from flows.accuracy.results import RoleResults
from flows.accuracy.role import Measure
from flows.accuracy.table import Row

BEYOND = 3.0
"""A baseline that is so many times farther out than everything else is drawn as an arrow at the edge: it
would press all values together."""


class Mark(NamedTuple):
    """A place on the axis."""

    percent: float
    label: str
    beyond: Literal["", "below", "above"] = ""
    """Which end of the axis it lies beyond."""


class Bar(NamedTuple):
    """One row of the table, ready to be drawn."""

    row: Row
    dot: Mark
    span: tuple[float, float] | None
    """Left end and width of the interval in percent."""
    baseline: Mark | None
    oracle: Mark | None
    target: Mark | None
    met: bool | None
    """None where there is no target."""
    value: str
    interval: str

    @property
    def spoken(self) -> str:
        """The row in words, for those who do not see it drawn."""
        parts = [f"{self.value}" + (f", 95 % interval {self.interval}" if self.interval else "")]
        for name in ("baseline", "oracle", "target"):
            mark: Mark | None = getattr(self, name)
            parts += [f"{name} {mark.label}"] if mark else []
        return f"{self.row.dataset}, {self.row.backend}: " + ", ".join(parts)


class Panel(NamedTuple):
    """All rows of one measure on one axis."""

    measure: Measure
    bars: list[Bar]
    ends: tuple[str, str]
    """What the axis' ends are."""


def panels_of(part: RoleResults, measures: Sequence[Measure]) -> list[Panel]:
    """A panel for each measure that has rows."""
    return [
        _panel(part, measure, rows)
        for measure in measures
        if (rows := [row for row in part.rows if row.measure == measure.name])
    ]


def _panel(part: RoleResults, measure: Measure, rows: list[Row]) -> Panel:
    verdicts = {(v.backend, v.dataset): v for v in part.verdicts if v.measure.name == measure.name}
    low, high = _axis(rows, [verdict.target for verdict in verdicts.values()])

    def mark(value: float | None) -> Mark | None:
        if value is None:
            return None
        share = 100 * (value - low) / (high - low)
        beyond: Literal["", "below", "above"] = "below" if share < 0 else "above" if share > 100 else ""
        return Mark(min(max(share, 0.0), 100.0), written(value), beyond)

    bars = []
    for row in rows:
        dot = mark(row.value)
        ends = mark(row.ci_low), mark(row.ci_high)
        assert dot is not None
        span = (ends[0].percent, ends[1].percent - ends[0].percent) if ends[0] and ends[1] else None
        verdict = verdicts.get((row.backend, row.dataset))
        bars.append(
            Bar(
                row,
                dot,
                span,
                mark(row.baseline),
                mark(row.oracle),
                mark(verdict.target) if verdict else None,
                verdict.met if verdict else None,
                written(row.value),
                interval(row),
            )
        )
    return Panel(measure, bars, (f"{low:.3g}", f"{high:.3g}"))


def _axis(rows: list[Row], targets: list[float]) -> tuple[float, float]:
    """From 0, or a round number below all that matters, to a round number above it."""
    near = [value for row in rows for value in (row.value, row.ci_low, row.ci_high) if value is not None]
    near += targets
    held = [value for row in rows for value in (row.baseline, row.oracle) if value is not None]
    if all(0 <= value <= 1 for value in near) and max([*near, *held]) > 0.2:
        return 0.0, 1.0
    top, low = max(near), min([0.0, *near])
    far = BEYOND * max(top, -low)
    within = [value for value in held if -far <= value <= far]
    top, low = max([top, *within]), min([low, *within])
    if low < 0:
        return -_round_up(-low), _round_up(top) if top > 0 else 0.0
    return 0.0, _round_up(top)


def _round_up(length: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten."""
    if length <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(length))
    return next(
        step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= length * (1 - 1e-9)
    )
