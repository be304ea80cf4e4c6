"""Results of the example role, made in this process."""

from __future__ import annotations

from pathlib import Path

from flows.accuracy.results import Results, RoleResults
from flows.accuracy.role import Sources
from flows.accuracy.table import table_of
from flows.accuracy.trials import attempt, trials_of
from tests.flows.accuracy.example_role import ROLE, cases

MODULE = "tests.flows.accuracy.example_role"


def example_results(scratch: Path, *, quick: bool = True, with_assets: bool = True) -> Results:
    scratch.mkdir(parents=True, exist_ok=True)
    trials = trials_of(MODULE, ROLE, cases(Sources(scratch, None, quick)))
    outcomes = [attempt(trial, scratch) for trial in trials]
    part = RoleResults("example", ROLE, table_of(ROLE, outcomes), outcomes)
    return Results([part], quick, with_assets, workers=2, seconds=61.0, world_seconds=12.0)
