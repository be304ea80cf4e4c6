from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.accuracy.role import Case
from flows.accuracy.trials import Outcome, Trial, attempt, perform, trials_of
from tests.flows.accuracy.example_role import ROLE, Behaviour

MODULE = "tests.flows.accuracy.example_role"


def trial(kind: Any, content: int = 0) -> Trial:
    return Trial(
        MODULE, "example", "backend", Behaviour(kind=kind), Case("set", f"{kind} {content}", content)
    )


def done(trials: Sequence[Trial], scratch: Path, limit_s: float = 30) -> dict[str, Outcome]:
    outcomes = list(perform(trials, 2, limit_s, scratch))
    assert len(outcomes) == len(trials), "nothing is lost"
    return {outcome.trial.case.name: outcome for outcome in outcomes}


@pytest.mark.slow
def test_whatever_a_backend_does_costs_its_own_trial_alone(tmp_path: Path) -> None:
    trials = [trial("good", n) for n in range(3)] + [trial("owns", 1), trial("breaks"), trial("dies")]
    found = done([*trials, trial("hangs")], tmp_path, limit_s=8)
    assert [found[f"good {n}"].values["score"] for n in range(3)] == [1.0, 0.9, 0.8]
    assert found["owns 1"].failure == "EstimationError: owns 1: cannot be told"
    assert not found["owns 1"].crash
    assert "ZeroDivisionError: nobody foresaw" in found["breaks 0"].crash
    assert "Traceback" in found["breaks 0"].crash
    assert "limit of 8 s" in found["hangs 0"].crash
    assert "exit code 3" in found["dies 0"].crash
    assert all(bool(o.values) + bool(o.failure) + bool(o.crash) == 1 for o in found.values())


def test_trials_leave_no_files(tmp_path: Path) -> None:
    for kind in ("good", "breaks"):
        attempt(trial(kind), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_is_none_is_a_crash(tmp_path: Path) -> None:
    assert "score is nan" in attempt(trial("nan"), tmp_path).crash


def test_a_case_that_is_not_the_backends_does_not_count(tmp_path: Path) -> None:
    backend = Behaviour(kind="elsewhere")
    outcome = attempt(Trial(MODULE, "example", "backend", backend, Case("real", "r", 1)), tmp_path)
    assert not outcome.applies


def test_trials_are_all_usable_backends_and_what_they_are_held_against() -> None:
    names = [t.backend_name for t in trials_of(MODULE, ROLE, [Case("set", "case", 0)])]
    assert names == ["classical", "owns", "elsewhere", "baseline", "oracle"]
