from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from flows.accuracy import kept_trials, run
from flows.accuracy.kept_trials import KeptTrials
from flows.accuracy.role import Case, Sources
from flows.accuracy.run import AccuracyRequest, measure_roles
from flows.accuracy.trials import Outcome, Trial, attempt
from tests.flows.accuracy import counted_role
from tests.flows.accuracy.counted_role import CASES, FREE
from tests.flows.accuracy.example_role import Behaviour

MODULE = "tests.flows.accuracy.example_role"
ROOT = Path(__file__).resolve().parents[3]


def trial(content: int = 1, backend: str = "good") -> Trial:
    case = Case("puppet world, easy", "case", content)
    return Trial(MODULE, "example", "backend", Behaviour(kind=backend), case)  # type: ignore[arg-type]


def kept(folder: Path, *, assets: Path | None = None, quick: bool = True) -> KeptTrials:
    return KeptTrials(folder / "trials", Sources(folder / "world", assets, quick), [MODULE])


def test_an_outcome_comes_back_as_it_was(tmp_path: Path) -> None:
    for name in ("good", "owns"):
        outcome = attempt(trial(backend=name), tmp_path)
        kept(tmp_path).keep(outcome)
        assert kept(tmp_path).find(outcome.trial) == outcome
    assert kept(tmp_path).find(trial(backend="nan")) is None


def test_a_crash_is_tried_again(tmp_path: Path) -> None:
    outcome = attempt(trial(backend="breaks"), tmp_path)
    assert outcome.crash
    kept(tmp_path).keep(outcome)
    assert kept(tmp_path).find(outcome.trial) is None


@pytest.fixture
def done(tmp_path: Path) -> Outcome:
    outcome = attempt(trial(), tmp_path)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "picture.png").write_bytes(b"1")
    kept(tmp_path, assets=tmp_path / "assets").keep(outcome)
    return outcome


def test_another_case_backend_input_or_length_is_another_trial(tmp_path: Path, done: Outcome) -> None:
    assets = tmp_path / "assets"
    assert kept(tmp_path, assets=assets).find(done.trial) == done
    assert kept(tmp_path, assets=assets).find(trial(content=2)) is None
    assert kept(tmp_path, assets=assets).find(trial(backend="owns")) is None
    assert kept(tmp_path, assets=assets, quick=False).find(done.trial) is None
    assert kept(tmp_path).find(done.trial) is None
    (assets / "picture.png").write_bytes(b"22")
    assert kept(tmp_path, assets=assets).find(done.trial) is None


@pytest.mark.parametrize("name", ["code_digest", "_packages"])
def test_after_an_edit_or_an_installation_nothing_is_believed(
    tmp_path: Path, done: Outcome, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(kept_trials, name, lambda *_: "other")
    assert kept(tmp_path, assets=tmp_path / "assets").find(done.trial) is None


def test_what_was_measured_while_its_code_was_edited_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials, outcome = kept(tmp_path), attempt(trial(), tmp_path)
    monkeypatch.setattr(kept_trials, "code_digest", lambda *_: "edited")
    trials.keep(outcome)
    assert not (tmp_path / "trials").exists()


def test_a_damaged_file_counts_as_none(tmp_path: Path, done: Outcome) -> None:
    (path,) = (tmp_path / "trials").rglob("*.json")
    whole = path.read_text()
    for damage in (whole[: len(whole) // 2], "", "[]", json.dumps({"made_from": 1})):
        path.write_text(damage)
        assert kept(tmp_path, assets=tmp_path / "assets").find(done.trial) is None


KILLED = """
import sys
from pathlib import Path
from tests.flows.accuracy.test_kept_trials import measured
measured(Path(sys.argv[1]))
"""


def measured(out: Path, *, fresh: bool = False) -> list[float]:
    """The values of the counted role, measured in a folder."""
    request = AccuracyRequest(out, ("counted",), quick=True, workers=2, fresh=fresh)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "fixed_world", lambda out, **_: out / "world")
        patch.setattr(run, "load_role", lambda name: counted_role.ROLE)
        patch.setattr(run, "module_of", lambda name: counted_role.__name__)
        results = measure_roles(request, Console(quiet=True))
    outcomes = results.roles[0].outcomes
    return [o.values["score"] for o in outcomes if o.trial.kind == "backend"]


@pytest.mark.slow
def test_a_killed_run_goes_on_and_fresh_begins_anew(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while len(list(tmp_path.glob("trials/quick/*/*.json"))) < FREE:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    log = tmp_path / "measured.log"
    assert len(log.read_text().splitlines()) == FREE
    (tmp_path / "scratch" / "trial-0-killed").mkdir()
    (tmp_path / "go").touch()
    values = [number / CASES for number in range(CASES)]
    for _ in range(2):
        assert measured(tmp_path) == values
        assert sorted(set(log.read_text().splitlines())) == [f"case {number}" for number in range(CASES)]
        assert len(log.read_text().splitlines()) <= CASES + 2, "the two that were killed at work may be twice"
    before = len(log.read_text().splitlines())
    assert not (tmp_path / "scratch" / "trial-0-killed").exists()
    assert measured(tmp_path, fresh=True) == values
    assert len(log.read_text().splitlines()) == before + CASES


def test_where_a_run_is_started_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_trials._packages.cache_clear()
    here = kept_trials._packages()
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.chdir(tmp_path)
    kept_trials._packages.cache_clear()
    assert kept_trials._packages() == here
