"""Camera tracks of real clips against their ground truth: ours, plain OpenCV odometry, pycolmap's mapper."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from flows.accuracy.real_cameras import FilmedPath, read_real_clip, real_clips
from flows.accuracy.run import AccuracyRequest, assets_of
from models.camera import FeaturesConfig, load
from models.camera.alignment import path_error
from models.measures.trajectories import step_error
from tests.benchmarks.camera_baselines import (
    Lens,
    Tracked,
    opencv_odometry,
    pycolmap_incremental,
    pycolmap_version,
)
from tests.benchmarks.camera_confidence import measure_confidence

Tracker = Callable[[np.ndarray, Lens], Tracked | None]


def ours(frames: np.ndarray, lens: Lens) -> Tracked | None:
    """The embedded profile's tracker; None where it says that the camera cannot be told."""
    height, width = frames.shape[1:3]
    config = FeaturesConfig()
    if lens.focal_px is not None:
        fov_deg = 2 * float(np.degrees(np.arctan(width / 2 / lens.focal_px)))
        config = FeaturesConfig(
            fov_deg=fov_deg, centre=(lens.centre_px[0] / width, lens.centre_px[1] / height)
        )
    found = load(config)(frames)
    if found.kind == "failed":
        return None
    placed = np.flatnonzero(found.registered)
    return Tracked(found.world_from_camera[placed], placed, float(found.intrinsics_px[0, 0]))


def measure_clip(filmed: FilmedPath, lens: Lens, tracker: Tracker) -> dict[str, float]:
    """Errors of the frames that were located; without any, `registered_share` 0 and no errors."""
    started = time.perf_counter()
    tracked = tracker(filmed.frames, lens)
    seconds = time.perf_counter() - started
    if tracked is None or len(tracked.frames) < 3:
        return {"registered_share": 0.0, "seconds": round(seconds, 1)}
    true = filmed.world_from_camera[tracked.frames]
    error, steps = path_error(tracked.world_from_camera, true), step_error(tracked.world_from_camera, true)
    return {
        "registered_share": round(len(tracked.frames) / len(filmed.frames), 3),
        "ate_pct": round(100 * error.ate_share, 2),
        "rotation_deg": round(error.rotation_deg, 2),
        "rpe_pct": round(100 * steps.translation_share, 1),
        "rpe_deg": round(steps.rotation_deg, 3),
        "focal_error_pct": round(100 * (tracked.focal_px / float(filmed.focal_px[0]) - 1), 1),
        "seconds": round(seconds, 1),
    }


def measure(assets: Path, console: Console) -> dict[str, Any]:
    """All figures of the benchmark, clip by clip."""
    trackers: dict[str, Tracker] = {"ours": ours, "opencv": opencv_odometry}
    version = pycolmap_version()
    if version is None:
        console.print("pycolmap is not installed: its column stays empty.")
    else:
        trackers["pycolmap"] = pycolmap_incremental
    clips = []
    for data_set, name in real_clips(assets):
        filmed = read_real_clip(assets, name)
        height, width = filmed.frames.shape[1:3]
        centre_px = (filmed.centre[0] * width, filmed.centre[1] * height)
        for known in (True, False):
            lens = (
                Lens(float(filmed.focal_px[0]), centre_px) if known else Lens(None, (width / 2, height / 2))
            )
            row: dict[str, Any] = {
                "data_set": data_set,
                "clip": name,
                "lens": "known" if known else "unknown",
            }
            row |= {tracker: measure_clip(filmed, lens, track) for tracker, track in trackers.items()}
            clips.append(row)
            console.print(f"{data_set}, {name}, lens {row['lens']}: {row['ours']}")
    return {
        "pycolmap": version,
        "clips": clips,
        "worst": _worst(clips, list(trackers)),
        "confidence": measure_confidence(),
    }


def _worst(clips: list[dict[str, Any]], trackers: list[str]) -> dict[str, dict[str, Any]]:
    """Largest error of each tracker over all clips; None where it located no frame of a clip."""
    worst: dict[str, dict[str, Any]] = {}
    for lens in ("known", "unknown"):
        rows = [row for row in clips if row["lens"] == lens]
        for tracker in trackers:
            for name in ("ate_pct", "rotation_deg"):
                values = [row[tracker].get(name) for row in rows]
                found = None if None in values else max(values, default=None)
                worst.setdefault(f"{tracker}, lens {lens}", {})[name] = found
    return worst


def _table(figures: dict[str, Any]) -> Table:
    trackers = [name for name in ("ours", "opencv", "pycolmap") if name in figures["clips"][0]]
    table = Table(
        "clip",
        "lens",
        *(f"{name}: ATE %, rotation°" for name in trackers),
        title="Camera tracks against ground truth (ATE in % of the path's length)",
    )
    for row in figures["clips"]:
        table.add_row(
            f"{row['data_set']} {row['clip']}", row["lens"], *(_cell(row[name]) for name in trackers)
        )
    return table


def _cell(errors: dict[str, float]) -> str:
    if "ate_pct" not in errors:
        return "no camera"
    share = "" if errors["registered_share"] == 1 else f" ({errors['registered_share']:.0%} of frames)"
    return f"{errors['ate_pct']:.2f}, {errors['rotation_deg']:.2f}{share}"


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    console = Console(width=140)
    path = Path(sys.argv[1])
    assets = assets_of(AccuracyRequest(out=path.parent))
    if assets is None or not real_clips(assets):
        console.print(
            "Skipped: no clips with known cameras. Name the folder that holds camera/: BUNRAKU_ASSETS=FOLDER"
        )
        return
    figures = measure(assets, console)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")
    console.print(_table(figures))
    told = figures["confidence"]
    console.print(
        f"Confidence on {told['takes']} generated takes: AUC {told['auc']} of good tracks over bad ones "
        f"(more than {told['bad_above_px']:g} px off: {told['bad']}); of {told['trusted']} that are trusted, "
        f"{told['bad_among_trusted']} are bad."
    )


if __name__ == "__main__":
    main()
