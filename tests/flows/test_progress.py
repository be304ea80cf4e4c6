from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from data_contracts.store import ItemStore
from flows.order import Item
from flows.progress import RunProgress
from flows.run_folder import RunFolder, RunState
from flows.runner import Runner
from flows.scheduler import Threads
from flows.supervisor import Supervisor
from tests.flows.example_stages import ArithmeticConfig, Number, increment


def test_equal_items_are_counted_one_by_one(tmp_path: Path) -> None:
    store = ItemStore(tmp_path / "store")
    folder = RunFolder(tmp_path, store)

    def run() -> str:
        said = io.StringIO()
        with Supervisor(store, workers=1) as supervisor:
            runner = Runner(folder, supervisor, Threads(1), RunProgress(folder, Console(file=said)))
            items = [Item(name, {"number": Number(value=7)}) for name in ("a", "b", "c")]
            runner.stage(increment, items, ArithmeticConfig())
        return said.getvalue()

    run()
    assert "3 cached" in run()
    state = folder.read_state()
    assert state is not None
    assert (state.stages["increment"].done, state.stages["increment"].cached) == (3, 3)


def test_a_later_process_of_the_same_number_is_not_the_run() -> None:
    now = datetime.now(UTC)
    assert RunState(pid=os.getpid(), started=now.isoformat(timespec="seconds")).alive
    assert not RunState(pid=os.getpid(), started=(now - timedelta(days=1)).isoformat()).alive
    assert not RunState(pid=2**22 + 1, started=now.isoformat()).alive
    assert not RunState(pid=os.getpid(), started=now.isoformat(), finished=now.isoformat()).alive
