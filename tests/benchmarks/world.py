"""What a puppet world costs: seconds and megabytes a shot with one worker and with two, and where they go."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data_contracts.take import Take
from flows.world.make import make_world, repertoire
from flows.world.read import read_takes
from models.world.film_still import film_still
from models.world.film_take import film_take
from models.world.film_views import film_views
from models.world.places.build import build_place
from models.world.planning import Production, plan_shots

SHOTS = 3
PRODUCTION = Production(seed=1, size_px=384, num_frames=24)


def measure_world(folder: Path, workers: int) -> dict[str, float]:
    """Make the same world with a number of workers, and read the cost from its manifest and its files."""
    started, spent = time.perf_counter(), _cpu_seconds()
    summary = make_world(SHOTS, folder, PRODUCTION, workers=workers, console=Console(quiet=True), plain=True)
    seconds = time.perf_counter() - started
    if summary.failed:
        raise SystemExit(f"{summary.failed} takes failed in {folder}")
    takes = read_takes(folder)
    return {
        "seconds_per_shot": round(seconds / SHOTS, 2),
        "cpu_seconds_per_shot": round((_cpu_seconds() - spent) / SHOTS, 2),
        "ms_per_frame": round(1000 * seconds / summary.frames, 1),
        "worker_ms_per_frame": round(1000 * summary.filming_seconds / summary.frames, 1),
        "mb_per_shot": round(summary.bytes / 1e6 / SHOTS, 2),
        "bytes_per_pixel": round(summary.bytes / sum(_pixels(take) for take in takes), 2),
    }


def _cpu_seconds() -> float:
    """Of worker processes that have ended, with their encoders: what a busy machine does not blur."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_steps() -> dict[str, float]:
    """Where one take's seconds go; the code is compiled and the place built before the clock starts."""
    plan = plan_shots(1, PRODUCTION, repertoire())[0]
    performers = plan.performers[0]
    place = build_place(plan.place.kind, plan.place.seed)
    short = plan.model_copy(update={"num_frames": 2})
    figure = film_take(short, performers, place, {}).performances[0]
    side = min(plan.width_px, plan.height_px)

    def views() -> object:
        return film_views(figure, 0, 8, side, place.light, plan.style, 0)

    return {
        "build_place_s": _seconds(lambda: build_place(plan.place.kind, plan.place.seed)),
        "film_frames_s": _seconds(lambda: film_take(plan, performers, place, {})),
        "film_still_s": _seconds(lambda: film_still(plan, performers, place)),
        "film_8_views_s": _seconds(views),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, 2)


def _pixels(take: Take) -> int:
    return take.width_px * take.height_px * take.num_frames


def measure() -> dict[str, Any]:
    """All figures of the benchmark."""
    steps = measure_steps()
    with tempfile.TemporaryDirectory() as folder:
        workers = {str(count): measure_world(Path(folder) / str(count), count) for count in (1, 2)}
    return {
        "shots": SHOTS,
        "takes_per_shot": PRODUCTION.identities,
        "frames": PRODUCTION.num_frames,
        "long_side_px": PRODUCTION.size_px,
        "workers": workers,
        "steps_of_one_take": steps,
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    figures = measure()
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    title = f"World: {SHOTS} shots of {PRODUCTION.identities} takes, {PRODUCTION.num_frames} frames"
    table = Table("figure", "1 worker", "2 workers", title=title)
    for name in figures["workers"]["1"]:
        table.add_row(name, *(f"{figures['workers'][count][name]:g}" for count in ("1", "2")))
    Console().print(table)
    steps = Table("step of one take", "seconds")
    for name, value in figures["steps_of_one_take"].items():
        steps.add_row(name, f"{value:g}")
    Console().print(steps)


if __name__ == "__main__":
    main()
