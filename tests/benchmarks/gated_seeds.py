"""Figures of the gated model's proof over several trainings: each seed's, and how far seeds lie apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rich.table import Table
from scipy.stats import t

from models.measures.intervals import mean_interval

Values = dict[str, dict[str, list[float]]]
"""By measure and kind of video: one value an identity, identities in one order."""


def summaries(values: Mapping[str, Values]) -> dict[str, dict[str, dict[str, Any]]]:
    """Of one seed by part, measure and kind: the mean with its 95 % interval over identities, and by how much
    it is behind the first kind, paired."""
    return {
        part: {measure: _summary(rows) for measure, rows in measures.items()}
        for part, measures in values.items()
    }


def over_seeds(values: Mapping[str, Mapping[str, Values]]) -> dict[str, dict[str, dict[str, Any]]]:
    """By part, measure and kind: each seed's mean and difference to the first kind, and their mean over the
    seeds that have it, with Student's 95 % interval: what other trainings would give on these clips."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for seed in values:
        for part, measures in values[seed].items():
            for measure, rows in measures.items():
                told = found.setdefault(part, {}).setdefault(measure, {})
                first = np.mean(next(iter(rows.values())))
                for name, row in rows.items():
                    lists = told.setdefault(name, {"means": [], "behind": []})
                    lists["means"].append(float(np.mean(row)))
                    lists["behind"].append(float(first - np.mean(row)))
    for part_rows in found.values():
        for told in part_rows.values():
            for lists in told.values():
                lists["mean over seeds"] = student_interval(lists["means"])
                lists["behind over seeds"] = student_interval(lists["behind"])
    return found


def student_interval(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Mean, and Student's 95 % bounds of it; None for a single value."""
    mean, count = float(np.mean(values)), len(values)
    if count == 1:
        return mean, None, None
    reach = float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count))
    return mean, mean - reach, mean + reach


def seed_tables(figures: Mapping[str, Any]) -> Iterator[Table]:
    """What `over_seeds` found, where there is more than one seed."""
    for part, measures in figures.items():
        for measure, rows in measures.items():
            if max(len(row["means"]) for row in rows.values()) < 2:
                continue
            table = Table(
                part, "each seed", "mean", "behind the first", "mean, 95 %", title=f"{part}: {measure}, seeds"
            )
            for name, row in rows.items():
                table.add_row(
                    name, _listed(row["means"]), _told(row["mean over seeds"]),
                    _listed(row["behind"]), _told(row["behind over seeds"]),
                )  # fmt: skip
            yield table


def _summary(rows: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    first = next(iter(rows.values()))
    return {
        name: {
            "mean": mean_interval(row),
            "behind": mean_interval([a - b for a, b in zip(first, row, strict=True)]),
        }
        for name, row in rows.items()
    }


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _told(interval: Sequence[float | None]) -> str:
    mean, low, high = interval
    return f"{mean:.2f}" if low is None else f"{mean:.2f} ({low:.2f} to {high:.2f})"
