"""A small run of two stages as a process of its own, for tests that kill it.

python -m tests.flows.example_run FOLDER LOG
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from data_contracts.store import ItemStore
from flows.order import Item
from flows.progress import RunProgress
from flows.run_folder import RunFolder
from flows.runner import Runner
from flows.scheduler import Threads
from flows.supervisor import Supervisor
from tests.flows.example_stages import LoggedConfig, Number, first, second

ITEMS = 40


def main() -> None:
    folder, log = Path(sys.argv[1]), Path(sys.argv[2])
    config, store = LoggedConfig(log=log, seconds=0.02), ItemStore(folder / "store")
    run = RunFolder(folder, store)
    with Supervisor(store, workers=2) as supervisor:
        runner = Runner(run, supervisor, Threads(2), RunProgress(run, Console(quiet=True)))
        items = [Item(f"n{n}", {"number": Number(value=10 * n)}) for n in range(ITEMS)]
        made = runner.stage(first, items, config)
        runner.stage(second, [Item(row.item, {"number": row}) for row in made.rows], config)


if __name__ == "__main__":
    main()
