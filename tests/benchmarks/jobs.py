"""What one more job costs whose reference, motion and scene are in the store, and whose camera is new."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from data_contracts.bvh import format_bvh
from data_contracts.image import write_png
from data_contracts.store import ItemStore
from flows.demo_clip import wave
from flows.pipeline import STAGES
from flows.run import RunRequest, execute
from flows.run_folder import RunFolder
from flows.scheduler import Threads
from models.world.art.girl import draw_girl
from models.world.art.places import draw_studio

FRAMES, FPS, SIZE_PX, WORKERS = 120, 24, 512, 2
CAMERAS = ("orbit?angle_deg=12", "dolly_in", "pan", "crane", "spiral", "shake", "dolly_out")
FIRST, SECOND = 1, 3
"""Jobs of the first run, which also makes what belongs to the inputs, and of the second, with two more: one a
worker. The third run has four more: what it takes longer than the second is what jobs cost by themselves."""
COLUMNS = "job_id,reference,driving,camera,scene,seed,size,fps,num_frames"


def draw_inputs(folder: Path, size_px: int, frames: int) -> None:
    """A character, a motion and a scene, of our own drawing."""
    write_png(folder / "girl.png", draw_girl())
    write_png(folder / "studio.png", draw_studio(round(1.4 * size_px), 8).image())
    (folder / "wave.bvh").write_text(format_bvh(wave(frames, FPS)), encoding="utf-8")


def write_jobs(folder: Path, count: int, size_px: int, frames: int) -> Path:
    """A table of jobs, each with a camera of its own; all else is the same."""
    rows = [
        f"job{number},girl.png,wave.bvh,preset:{camera},studio.png,{number},{size_px},{FPS},{frames}"
        for number, camera in enumerate(CAMERAS[:count])
    ]
    path = folder / f"jobs_{count}.csv"
    path.write_text("\n".join((COLUMNS, *rows)) + "\n", encoding="utf-8")
    return path


def run_once(jobs: Path, out: Path, workers: int) -> tuple[float, float]:
    """Seconds of a whole run, its start and its report included: by the clock, and of processors."""
    started, used = time.perf_counter(), processor_s()
    request = RunRequest(jobs=jobs, out=out, workers=workers)
    summary = execute(request, Threads(workers), Console(quiet=True))
    if summary.failed_items:
        raise SystemExit(f"{summary.failed_items} items failed: look at {out}")
    return time.perf_counter() - started, processor_s() - used


def processor_s() -> float:
    """Processor seconds of this process and of all that it has waited for: workers, and their encoders."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def seconds_by_stage(folder: RunFolder, jobs: Sequence[str]) -> dict[str, float]:
    """Median over jobs of what each stage took a worker, in the order of the stages."""
    taken: dict[str, list[float]] = {}
    for stage in STAGES:
        manifest = folder.read(stage.name, stage.record_type)
        rows = [] if manifest is None else manifest.rows
        for row in rows:
            if row.item.partition(".")[0] in jobs:
                taken.setdefault(stage.name, []).append(row.seconds)
    return {name: round(median(seconds), 2) for name, seconds in taken.items()}


def measure(size_px: int = SIZE_PX, frames: int = FRAMES, workers: int = WORKERS) -> dict[str, Any]:
    """All figures of the benchmark."""
    with tempfile.TemporaryDirectory() as name:
        inputs, out = Path(name), Path(name) / "out"
        all_jobs = len(CAMERAS)
        draw_inputs(inputs, size_px, frames)
        (first_s, _), (second_s, second_cpu_s), (third_s, third_cpu_s) = (
            run_once(write_jobs(inputs, count, size_px, frames), out, workers)
            for count in (FIRST, SECOND, all_jobs)
        )
        later = [f"job{number}" for number in range(SECOND, all_jobs)]
        by_stage = seconds_by_stage(RunFolder(out, ItemStore(out / "store")), later)
    new_before, new_now = SECOND - FIRST, all_jobs - SECOND
    return {
        "size_px": size_px,
        "frames": frames,
        "workers": workers,
        "first_job_s": round(first_s, 1),
        "second_run_s": round(second_s, 1),
        "marginal_s_per_job": round((third_s - second_s) / (new_now - new_before), 2),
        "cpu_s_per_job": round((third_cpu_s - second_cpu_s) / (new_now - new_before), 2),
        "worker_s_per_job": round(sum(by_stage.values()), 2),
        "by_stage": by_stage,
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    figures = measure()
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    title = f"One more job of {FRAMES} frames at {SIZE_PX} px, {WORKERS} workers"
    table = Table("figure", "seconds", title=title)
    for name in (
        "first_job_s",
        "second_run_s",
        "marginal_s_per_job",
        "cpu_s_per_job",
        "worker_s_per_job",
    ):
        table.add_row(name, f"{figures[name]:g}")
    for stage, seconds in figures["by_stage"].items():
        table.add_row(f"  {stage}", f"{seconds:g}")
    Console().print(table)


if __name__ == "__main__":
    main()
