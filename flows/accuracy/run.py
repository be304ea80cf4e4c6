"""Run: the puppet world once, then all trials of the chosen roles, then the files."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from data_contracts.errors import ConfigError, ContractError
from flows.accuracy.fixed_world import fixed_world
from flows.accuracy.progress import TrialProgress
from flows.accuracy.results import Results, RoleResults
from flows.accuracy.role import Case, Role, Sources
from flows.accuracy.roles import ROLES, load_role, module_of
from flows.accuracy.table import table_of
from flows.accuracy.trials import FULL_LIMIT_S, QUICK_LIMIT_S, Outcome, Trial, name_of, perform, trials_of


class AccuracyRequest(NamedTuple):
    """What to measure, and where the files go."""

    out: Path
    roles: tuple[str, ...] = ()
    """Names of role modules; empty for all."""
    quick: bool = False
    assets: Path | None = None
    """Folder of real inputs with ground truth; None: $BUNRAKU_ASSETS, or shared/assets beside the project."""
    workers: int | None = None


def measure_roles(request: AccuracyRequest, console: Console) -> Results:
    """Measure every usable backend of the chosen roles, and write `accuracy.json` and `trials.json`.

    Raises:
        ConfigError: an unknown role, a folder of assets that is not there, or one of results that cannot be.
    """
    chosen = [(name, load_role(name)) for name in request.roles or ROLES]
    assets = assets_of(request)
    try:
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            "the folder of results cannot be made",
            where=request.out,
            got=error.strerror or error,
            hint="Give another --out",
        ) from error
    world_started = time.perf_counter()
    workers = request.workers or os.cpu_count() or 1
    world = fixed_world(request.out, quick=request.quick, workers=workers, console=console)
    sources = Sources(world, assets, request.quick)
    started = time.perf_counter()
    cases = {name: _checked(role, role.cases(sources)) for name, role in chosen}
    trials = [trial for name, role in chosen for trial in trials_of(module_of(name), role, cases[name])]
    limit = QUICK_LIMIT_S if request.quick else FULL_LIMIT_S
    outcomes: dict[tuple[str, ...], Outcome] = {}
    with TrialProgress(trials, console) as progress:
        for outcome in perform(trials, workers, limit, request.out / "scratch"):
            outcomes[_key(outcome.trial)] = outcome
            progress.advance(outcome)
    parts = []
    for name, role in chosen:
        # Trials end in any order; the table has that of the cases.
        mine = [outcomes[_key(trial)] for trial in trials if trial.module == module_of(name)]
        parts.append(RoleResults(name, role, table_of(role, mine), mine))
    results = Results(
        parts,
        request.quick,
        assets is not None,
        workers,
        time.perf_counter() - started,
        started - world_started,
    )
    results.write(request.out)
    return results


def assets_of(request: AccuracyRequest) -> Path | None:
    """Folder of real inputs: as asked for, else $BUNRAKU_ASSETS, else shared/assets beside the project."""
    named = request.assets or (Path(text) if (text := os.environ.get("BUNRAKU_ASSETS")) else None)
    if named is not None:
        if not named.is_dir():
            raise ConfigError(
                "there is no folder of real inputs",
                where=named,
                hint="Give the folder that holds seg/, refs/",
            )
        return named
    beside = Path(__file__).resolve().parents[3] / "shared" / "assets"
    return beside if beside.is_dir() else None


def _key(trial: Trial) -> tuple[str, ...]:
    return trial.module, trial.backend_name, *trial.case[:2]


def _checked(role: Role, cases: Sequence[Case]) -> Sequence[Case]:
    """Names are what outcomes are told apart by."""
    for what, names in (
        ("cases", [": ".join(case[:2]) for case in cases]),
        ("backends", [name_of(backend) for backend in role.backends]),
    ):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ContractError(f"two {what} of a role have one name", where=role.name, got=twice)
    return cases
