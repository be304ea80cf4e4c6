"""Jobs small enough for tests: the demo's own inputs at a few pixels and frames."""

from __future__ import annotations

import csv
from pathlib import Path

from flows.demo_inputs import draw_demo_inputs

FIELDS = {"size": 160, "fps": 12, "num_frames": 8}


def write_small_jobs(folder: Path, *names: str) -> Path:
    """Draw the demo's inputs and write a table with some of its jobs, made small."""
    with draw_demo_inputs(folder / "inputs", names).open(newline="", encoding="utf-8") as stream:
        rows = [{**row, **FIELDS} for row in csv.DictReader(stream)]
    path = folder / "inputs" / "small.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path
