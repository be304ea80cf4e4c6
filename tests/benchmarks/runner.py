"""What the runner itself costs: trivial items through three stages, cold, unchanged, and with 1 % changed."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data_contracts.manifest import Manifest
from data_contracts.store import ItemStore
from flows.order import Item, Outcome
from flows.run_folder import RunFolder
from flows.runner import Runner
from flows.scheduler import Threads
from flows.supervisor import Supervisor
from tests.flows.example_stages import ArithmeticConfig, Number, double, increment, square

ITEMS = 10_000
WORKERS = 2


class Tally:
    """Counts what was made."""

    def __init__(self) -> None:
        self.made = 0

    def begin(self, stage: str, items: int, skipped: int) -> None:
        """Nothing to count."""

    def advance(self, stage: str, outcome: Outcome) -> None:
        self.made += not outcome.cached

    def end(self, manifest: Manifest[Any], seconds: float) -> None:
        """Nothing to count."""


def run_once(folder: Path, offset_of_every_100th: int) -> tuple[float, int]:
    """Seconds of one whole run, and how many items it made."""
    store, tally = ItemStore(folder / "store"), Tally()
    values = [n + (offset_of_every_100th if n % 100 == 0 else 0) for n in range(ITEMS)]
    started = time.perf_counter()
    with Supervisor(store, workers=WORKERS) as supervisor:
        runner = Runner(RunFolder(folder, store), supervisor, Threads(WORKERS), tally)
        manifest: Manifest[Any] | None = None
        for stage in (increment, double, square):
            items = [
                Item(f"n{n}", {"number": Number(value=values[n]) if manifest is None else manifest.rows[n]})
                for n in range(ITEMS)
            ]
            manifest = runner.stage(stage, items, ArithmeticConfig())
    return time.perf_counter() - started, tally.made


def measure() -> dict[str, float]:
    """All figures of the benchmark."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        cold_s, cold_made = run_once(Path(folder), 0)
        unchanged_s, unchanged_made = run_once(Path(folder), 0)
        changed_s, changed_made = run_once(Path(folder), 10 * ITEMS)
    expected = (3 * ITEMS, 0, 3 * ITEMS // 100)
    if (cold_made, unchanged_made, changed_made) != expected:
        raise SystemExit(f"made {cold_made}, {unchanged_made}, {changed_made} items, expected {expected}")
    return {
        "items": ITEMS,
        "stages": 3,
        "cold_ms_per_item": round(1000 * cold_s / (3 * ITEMS), 3),
        "unchanged_s": round(unchanged_s, 2),
        "changed_1pct_s": round(changed_s, 2),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    figures = measure()
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    table = Table("figure", "value", title=f"Runner: {ITEMS} items, 3 stages, {WORKERS} workers")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    Console().print(table)


if __name__ == "__main__":
    main()
