"""Numbers of the table as people read them."""

from __future__ import annotations

from flows.accuracy.table import Row


def written(value: float) -> str:
    """A number with as many digits as it deserves: 0.963, 2.41, 31.4, 245."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:.{digits}f}"


def interval(row: Row) -> str:
    """'0.48 to 0.78', or '' for a single case."""
    if row.ci_low is None or row.ci_high is None:
        return ""
    return f"{written(row.ci_low)} to {written(row.ci_high)}"


def or_dash(value: float | None) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else written(value)
