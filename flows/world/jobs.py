"""The world's job table: ordinary pipeline inputs whose right answers are takes of the world.

The reference is the still of one identity, the driving input the clip of another one who does the same, and
the scene the place of the shot without figures: the reference's own take then shows what the job should come
out as. Shots of one figure only: a still shows one.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from data_contracts.bvh import BvhMotion, format_bvh
from data_contracts.image import write_png
from data_contracts.lossless_video import iterate_lossless
from data_contracts.manifest import Manifest, Row, write_manifest
from data_contracts.take import Take
from data_contracts.true_pair import TruePair
from flows.world.folder import WorldFolder
from models.world.shot import ShotPlan

COLUMNS = ("job_id", "reference", "driving", "camera", "scene", "prompt", "seed", "size", "fps", "num_frames")
_TRUE_CAMERA_EVERY = 3
"""Every third shot also has a job with its true camera."""
_LEAST_FRAMES = 3
"""Of a job, and of a pair."""


def write_jobs(
    folder: WorldFolder, plans: Sequence[ShotPlan], takes: Sequence[Take], motions: Mapping[str, BvhMotion]
) -> int:
    """Write the job table, what it needs beside the takes, and the manifest of true pairs.

    Returns:
        How many jobs there are.
    """
    by_shot: dict[str, list[Take]] = defaultdict(list)
    for take in takes:
        by_shot[take.shot].append(take)
    jobs: list[tuple[TruePair, dict[str, object]]] = []
    for number, plan in enumerate(plans):
        together = by_shot[plan.shot]
        if len(plan.cast) == 1 and len(together) > 1:
            scene = _write_scene(folder, together[0])
            for at, driving in enumerate(together):
                truth, motion = together[(at + 1) % len(together)], motions.get(plan.cast[0].bvh)
                jobs += _jobs(plan, number, driving, truth, scene, motion, first=at == 0)
    for name in sorted({plan.cast[0].bvh for plan in plans} - {""}):
        _write_text(folder.path / "motions" / f"{name}.bvh", format_bvh(motions[name]))
    with folder.jobs.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerows(row for _, row in jobs)
    rows = [
        Row[TruePair](item=pair.job_id, key=pair.digest(), parents=[], status="ok", record=pair)
        for pair, _ in jobs
    ]
    write_manifest(Manifest[TruePair](stage="pairs", rows=rows), TruePair, folder.pairs_manifest)
    return len(jobs)


def _jobs(
    plan: ShotPlan,
    number: int,
    driving: Take,
    truth: Take,
    scene: str,
    motion: BvhMotion | None,
    *,
    first: bool,
) -> list[tuple[TruePair, dict[str, object]]]:
    """The jobs of one direction; the first one of a shot may have more kinds of them."""
    camera = f"{_folder(driving)}/{driving.camera_path.path}"
    clip = f"{_folder(driving)}/{driving.clip.path}"
    kinds = [("", clip, "extracted")]
    if first and number % _TRUE_CAMERA_EVERY == 0:
        kinds.append((".true-camera", clip, camera))
    # A clip holds a file's last pose where the file is over; a job of a mere pose could not become a pair.
    if first and motion and motion.n_frames * motion.frame_time_s * plan.fps >= _LEAST_FRAMES:
        kinds.append((".bvh", f"motions/{plan.cast[0].bvh}.bvh", camera))
    return [_job(plan, number, driving, truth, scene, ending, source, path) for ending, source, path in kinds]


def _job(
    plan: ShotPlan, number: int, driving: Take, truth: Take, scene: str, ending: str, source: str, camera: str
) -> tuple[TruePair, dict[str, object]]:
    job_id = f"{plan.shot}.{driving.identity}x{truth.identity}{ending}"
    pair = TruePair(
        job_id=job_id,
        driving_take=driving.name,
        truth_take=truth.name,
        driving="bvh" if source.endswith(".bvh") else "clip",
        camera="extracted" if camera == "extracted" else "true",
    )
    return pair, {
        "job_id": job_id,
        "reference": f"{_folder(truth)}/{truth.still.path}",
        "driving": source,
        "camera": camera,
        "scene": scene,
        "prompt": f"{truth.identity} does {plan.cast[0].motion_name} in {plan.place.name}",
        "seed": number,
        "size": max(plan.width_px, plan.height_px),
        "fps": f"{plan.fps:g}",
        "num_frames": plan.num_frames if plan.num_frames >= _LEAST_FRAMES else "",
    }


def _write_scene(folder: WorldFolder, take: Take) -> str:
    """The shot's place as its first frame shows it."""
    path = folder.path / "scenes" / f"{take.shot}.png"
    path.parent.mkdir(exist_ok=True)
    frames = iterate_lossless(take.path(take.clean))
    write_png(path, next(frames))
    frames.close()
    return path.relative_to(folder.path).as_posix()


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _folder(take: Take) -> str:
    return f"takes/{take.name}"
