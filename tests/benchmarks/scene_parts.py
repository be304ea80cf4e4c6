"""Which parts of making a background pay: held-out views of a puppet world, each part taken away in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.accuracy.held_out_views import held_out_cases
from flows.accuracy.role import Sources
from flows.accuracy.roles import render_background
from flows.accuracy.trials import FULL_LIMIT_S, perform, trials_of
from flows.world.make import make_world
from models.measures.intervals import mean_interval
from models.world.planning import Production

PRODUCTION = Production(seed=11, size_px=256, num_frames=24, identities=1, views=0)
"""Another world than the accuracy table's."""
SHOTS = 12
WHOLE = "diorama"
"""What all others are compared with, case by case."""

Values = Mapping[str, float]


def measure_parts(
    shots: int = SHOTS, production: Production = PRODUCTION, workers: int = 2
) -> dict[str, Any]:
    """Means over all takes whose camera travels, and differences from the whole with their 95 % intervals."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world"
        make_world(shots, world, production, workers=workers, console=Console(quiet=True), plain=True)
        cases = list(held_out_cases(Sources(world, None, quick=False)))
        trials = trials_of(render_background.__name__, render_background.ROLE, cases)
        found: dict[str, dict[str, Values]] = {}
        for outcome in perform(trials, workers, FULL_LIMIT_S, Path(folder) / "scratch"):
            if outcome.crash:
                raise SystemExit(
                    f"{outcome.trial.backend_name} on {outcome.trial.case.name}: {outcome.crash}"
                )
            if outcome.values:
                found.setdefault(outcome.trial.backend_name, {})[outcome.trial.case.name] = outcome.values
    return {
        "takes": len(cases),
        "long_side_px": production.size_px,
        "rows": {name: _row(values, found[WHOLE]) for name, values in found.items()},
    }


def _row(values: Mapping[str, Values], whole: Mapping[str, Values]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for measure in render_background.ROLE.measures:
        mine = {case: found[measure.name] for case, found in values.items() if measure.name in found}
        if not mine:
            continue
        shared = [case for case in mine if measure.name in whole.get(case, {})]
        less = _interval([mine[case] - whole[case][measure.name] for case in shared])
        row[measure.name] = {"mean": round(mean_interval(list(mine.values())).mean, 3), "less_whole": less}
    return row


def _interval(differences: Sequence[float]) -> list[float] | None:
    """Mean, low and high; None where nothing can be compared."""
    if len(differences) < 2:
        return None
    interval = mean_interval(differences)
    assert interval.low is not None and interval.high is not None
    return [round(bound, 3) for bound in (interval.mean, interval.low, interval.high)]
