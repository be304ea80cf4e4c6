"""Curves: numbers over the steps of a run, laid out to be drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 600.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 10.0, 26.0
"""Room round the drawing for what is written at the axes."""
BINS = 400
"""Columns that a long run is drawn in; in each one the line touches its lowest and its highest value."""

Floats = NDArray[np.float64]


class Tick(NamedTuple):
    """A place on an axis, in the drawing's units, and what stands there."""

    at: float
    label: str


class Curve(NamedTuple):
    """One line."""

    name: str
    points: str
    """As SVG's polyline takes them."""
    last: str
    """The last value, in figures."""


class Chart(NamedTuple):
    """Lines on common axes."""

    title: str
    note: str
    curves: list[Curve]
    across: list[Tick]
    up: list[Tick]


def chart_of(
    title: str, note: str, steps: Sequence[int], lines: Mapping[str, Sequence[float]], *, cut: float = 1.0
) -> Chart:
    """Lay lines out on axes that begin at zero.

    Args:
        title, note: what is said above.
        steps: of every value, rising.
        lines: values by name, none of them negative.
        cut: quantile of all values that the axis ends above; what is beyond lies on its end.
    """
    values = {name: np.asarray(line, np.float64) for name, line in lines.items()}
    top = _round_up(float(np.quantile(np.concatenate(list(values.values())), cut)))
    first, last = float(steps[0]), float(max(steps[-1], steps[0] + 1))
    x = LEFT + (np.asarray(steps, np.float64) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def height(of: Floats) -> Floats:
        return HEIGHT - BOTTOM - np.clip(of / top, 0, 1) * (HEIGHT - BOTTOM - TOP)

    curves = [Curve(name, _points(x, height(line)), f"{line[-1]:.3g}") for name, line in values.items()]
    levels = np.linspace(0, top, 5)
    places = np.linspace(first, last, 5)
    return Chart(
        title,
        note,
        curves,
        [
            Tick(LEFT + (place - first) / (last - first) * (WIDTH - LEFT - RIGHT), f"{round(place):,}")
            for place in places
        ],
        [Tick(float(y), f"{level:.3g}") for y, level in zip(height(levels), levels, strict=True)],
    )


def smoothed(values: Sequence[float], span: int) -> list[float]:
    """Each value's mean with those before it, which count less by an exponential of a span of steps."""
    kept, weight, found = 0.0, 0.0, []
    share = 1 - 1 / max(span, 1)
    for value in values:
        kept, weight = share * kept + value, share * weight + 1
        found.append(kept / weight)
    return found


def _points(x: Floats, y: Floats) -> str:
    if len(x) > 2 * BINS:
        kept = []
        for places in np.array_split(np.arange(len(x)), BINS):
            kept += sorted({int(places[y[places].argmin()]), int(places[y[places].argmax()])})
        x, y = x[kept], y[kept]
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8, 10 times a power of ten, which four parts divide well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value * (1 - 1e-9))
