"""A run that is killed at any moment goes on where it was, and ends as if it had never been killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from data_contracts.store import ItemStore
from flows.run_folder import RunFolder
from tests.flows.example_run import ITEMS
from tests.flows.example_stages import first, second

WORKERS = 2
ROOT = Path(__file__).parents[2]


def start(folder: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.flows.example_run", str(folder), str(log)]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def wait_for_lines(log: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while len(lines(log)) < count and process.poll() is None:
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.005)


def manifests(folder: Path) -> list[tuple[object, ...]]:
    run = RunFolder(folder, ItemStore(folder / "store"))
    rows = []
    for stage in (first, second):
        manifest = run.read(stage.name, stage.record_type)
        assert manifest is not None
        rows += [(stage.name, r.item, r.key, r.status, r.record.digest()) for r in manifest.rows]
    return rows


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder, folder.with_suffix(".log")).wait(120) == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, undisturbed: Path, number: signal.Signals) -> None:
    disturbed, log, kills = tmp_path / "disturbed", tmp_path / "log", 0
    disturbed.mkdir()
    for made in (3, 25, 50, 70):
        process = start(disturbed, log)
        wait_for_lines(log, made, process)
        process.send_signal(number)
        assert process.wait(30) != 0
        kills += 1
    assert start(disturbed, log).wait(120) == 0

    assert manifests(disturbed) == manifests(undisturbed)
    executions = Counter(lines(log))
    assert len(executions) == 2 * ITEMS
    again = sum(count - 1 for count in executions.values())
    assert again <= WORKERS * kills, "only what was in a worker's hands may be made again"
