"""What splatting costs: passes beside plain torch and C++, compiling, memory, a fit, a rendered track."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.benchmarks.splat_compiling import cold_and_cached_s
from tests.benchmarks.splat_fit import fit_room
from tests.benchmarks.splat_passes import THREADS, fit_step_ms, relief, seconds_of_passes, workspace_mb

TARGETS = {
    "ratio_torch": ("plain torch's time over ours, a forward-backward pass", ">= 30"),
    "ratio_cpp": ("our time over that of C++ intrinsics", "<= 1.35"),
    "thread_speedup": ("one thread's time over that of two", ">= 1.7"),
    "workspace_mb": ("memory of a fit", "<= 100"),
    "compile_cold_s": ("first fit of a process, no machine code on disk", "<= 12"),
    "compile_cached_s": ("the same with it", "<= 0.5"),
    "room_psnr_db": ("held-out views of the room", ">= 36"),
    "fit_in_passes": ("time of that fit, in forward-backward passes", "about 450"),
    "frames_per_s_512": ("frames rendered a second", ""),
    "track_in_forwards": ("time of the rendered track, in forward passes", "its frames"),
}


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    size_px: int = 512
    splats: int = 100_000
    rounds: int = 60
    views: int = 48
    steps: int = 300
    frames: int = 120


def measure(sizes: Sizes) -> dict[str, Any]:
    """All figures of the benchmark."""
    scene = relief(sizes.splats, sizes.size_px)
    with tempfile.TemporaryDirectory() as folder:
        passes, lack = seconds_of_passes(scene, sizes.rounds, Path(folder))
    medians = {name: float(np.median(seconds)) for name, seconds in passes.items()}
    cold_s, cached_s = cold_and_cached_s()
    room = fit_room(sizes.views, sizes.size_px, sizes.steps, sizes.frames)
    return {
        "ratio_torch": round(medians["torch"] / medians["ours"], 1),
        "ratio_cpp": lack or round(medians["ours"] / medians["C++"], 3),
        "thread_speedup": round(medians["ours, 1 thread"] / medians["ours"], 3),
        "workspace_mb": round(workspace_mb(scene), 1),
        "compile_cold_s": round(cold_s, 2),
        "compile_cached_s": round(cached_s, 2),
        "room_psnr_db": round(room.psnr_db, 2),
        "fit_in_passes": round(room.fit_s / room.pass_s),
        "frames_per_s_512": round(room.frames_per_s, 1),
        "track_in_forwards": round(sizes.frames / room.frames_per_s / room.forward_s, 1),
        "pass_ms": {name: round(1000 * seconds, 2) for name, seconds in medians.items()},
        "fit_step_ms": fit_step_ms(scene),
        "size_px": sizes.size_px,
        "splats": len(scene.splats),
        "threads": THREADS,
        "room": {
            "splats": room.splats,
            "views": sizes.views,
            "steps": sizes.steps,
            "fit_s": round(room.fit_s, 2),
        },
        "load_average": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    figures = measure(Sizes())
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    title = f"Splatting: {figures['splats']} splats, {figures['size_px']} px, {THREADS} threads"
    table = Table("figure", "value", "wanted", "what it is", title=title)
    for name, (meaning, target) in TARGETS.items():
        value = figures[name]
        table.add_row(name, value if isinstance(value, str) else f"{value:g}", target, meaning)
    Console().print(table)
    who = Table("forward-backward pass", "ms")
    for name, milliseconds in figures["pass_ms"].items():
        who.add_row(name, f"{milliseconds:g}")
    for kind, step in figures["fit_step_ms"].items():
        who.add_row(f"step of a fit, {kind}", step if isinstance(step, str) else f"{step:g}")
    Console().print(who)
    print(f"Other work on the machine blurs these figures; its load average was {figures['load_average']}.")


if __name__ == "__main__":
    main()
