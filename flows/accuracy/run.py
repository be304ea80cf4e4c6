"""Run: the puppet world once, then all trials of the chosen roles, then the files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from data_contracts.errors import ConfigError, ContractError
from flows.accuracy.fixed_world import fixed_world
from flows.accuracy.kept_trials import KeptTrials
from flows.accuracy.progress import TrialProgress
from flows.accuracy.results import Results, RoleResults
from flows.accuracy.role import Role, Sources
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
    fresh: bool = False
    """Whether trials are done again that an earlier run into the same folder has done."""


def measure_roles(request: AccuracyRequest, console: Console) -> Results:
    """Measure every usable backend of the chosen roles, and write `accuracy.json` and `trials.json`.

    Each trial is kept as soon as it is done: a run that was stopped goes on where it was.

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
    trials = {name: _trials(name, role, sources) for name, role in chosen}
    kept = KeptTrials(request.out / "trials", sources, map(module_of, trials))
    wanted = [trial for mine in trials.values() for trial in mine]
    outcomes = {} if request.fresh else {_key(t): found for t in wanted if (found := kept.find(t))}
    there = len(outcomes)
    if there:
        console.print(f"  {there} of {len(wanted)} trials are there already: --fresh does them again")
    missing = [trial for trial in wanted if _key(trial) not in outcomes]
    for outcome in _performed(missing, workers, request, console):
        kept.keep(outcome)
        outcomes[_key(outcome.trial)] = outcome
    parts = []
    for name, role in chosen:
        # Trials end in any order; the table has that of the cases.
        mine = [outcomes[_key(trial)] for trial in trials[name]]
        parts.append(RoleResults(name, role, table_of(role, mine), mine))
    results = Results(
        parts,
        request.quick,
        assets is not None,
        workers,
        time.perf_counter() - started,
        started - world_started,
        there,
    )
    results.write(request.out)
    return results


def _performed(
    trials: list[Trial], workers: int, request: AccuracyRequest, console: Console
) -> Iterator[Outcome]:
    limit = QUICK_LIMIT_S if request.quick else FULL_LIMIT_S
    with TrialProgress(trials, console) as progress:
        for outcome in perform(trials, workers, limit, request.out / "scratch"):
            progress.advance(outcome)
            yield outcome


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


def _trials(name: str, role: Role, sources: Sources) -> list[Trial]:
    """All trials of a role. Names are what their outcomes are told apart by."""
    cases = role.cases(sources)
    for what, names in (
        ("cases", [": ".join(case[:2]) for case in cases]),
        ("backends", [name_of(backend) for backend in role.backends]),
    ):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ContractError(f"two {what} of a role have one name", where=role.name, got=twice)
    return trials_of(module_of(name), role, cases)
