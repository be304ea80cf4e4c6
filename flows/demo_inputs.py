"""The demo's inputs, drawn by our own code: two characters, a dance, a motion, a camera, scenes, four jobs.

python -m flows.demo_inputs DIR
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from data_contracts.bvh import format_bvh
from data_contracts.camera_formats import format_tum
from data_contracts.camera_path import CameraPath
from data_contracts.image import write_png
from data_contracts.pose_formats import write_poses
from data_contracts.video import write_lossless, write_mp4
from flows.demo_clip import film_dance, wave
from models.camera.presets import look_at
from models.world.art.girl import draw_girl
from models.world.art.places import draw_street, draw_studio
from models.world.art.robot_picture import draw_robot_picture
from models.world.true_poses import true_poses

FPS, NUM_FRAMES, SIZE_PX = 24, 48, 384
CLIP_FRAMES, CLIP_SIZE_PX = 56, 480
MOTION_FRAMES, MOTION_FPS = 75, 30
SEED = 7

JOBS = (
    (
        "girl_dances",
        "girl.png",
        "dance.mp4",
        "preset:orbit?angle_deg=12",
        "studio.png",
        "a girl dances in a studio",
    ),
    (
        "girl_waves",
        "girl.png",
        "greeting.bvh",
        "camera.txt",
        "street.png",
        "a girl waves in an evening street",
    ),
    ("robot_dances", "robot.png", "dance.mp4", "extracted", "", "a robot dances in its workshop"),
    ("robot_waves", "robot.png", "greeting.bvh", "preset:dolly_in", "", "a robot waves in its workshop"),
)
NAMES = tuple(name for name, *_ in JOBS)
COLUMNS = ("job_id", "reference", "driving", "camera", "scene", "prompt", "seed", "size", "fps", "num_frames")


def draw_demo_inputs(out_dir: Path, names: Collection[str] = NAMES) -> Path:
    """Draw the inputs of some jobs, or of all, into a folder; equal on every run.

    Returns:
        The job table ``jobs.csv`` in the folder; its paths are relative to it.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    jobs = [(number, job) for number, job in enumerate(JOBS) if job[0] in names]
    for name, draw in _INPUTS.items():
        if any(name in job for _, job in jobs):
            draw(out_dir / name)
    path = out_dir / "jobs.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        table.writerows((*job, SEED + number, SIZE_PX, FPS, NUM_FRAMES) for number, job in jobs)
    return path


def camera_path(num_frames: int, fps: float) -> CameraPath:
    """A gentle arc round the point (0, 0, 1) that comes nearer; the unit is the distance to it."""
    share = np.linspace(0, 1, num_frames)
    eased = share * share * (3 - 2 * share)
    turn, distance = np.radians(-6 + 12 * eased), 1.04 - 0.10 * eased
    positions = np.stack([np.sin(turn) * distance, -0.03 * eased, 1 - np.cos(turn) * distance], axis=-1)
    return CameraPath.of(look_at(positions), time_s=np.arange(num_frames) / fps)


def _film_dance(path: Path) -> None:
    """The clip as any camera would give it, and its truth beside it for those who want to measure."""
    dance = film_dance(CLIP_FRAMES, FPS, CLIP_SIZE_PX)
    write_mp4(path, dance.rgb, FPS)
    truth = path.with_name("dance_truth")
    truth.mkdir(exist_ok=True)
    write_lossless(truth / "alpha.mkv", dance.alpha, FPS)
    write_poses(true_poses(dance.truths, dance.camera_path(FPS), FPS), truth / "poses.json")


def _write_greeting(path: Path) -> None:
    path.write_text(format_bvh(wave(MOTION_FRAMES, MOTION_FPS)), encoding="utf-8")


def _write_camera(path: Path) -> None:
    path.write_text(format_tum(camera_path(NUM_FRAMES, FPS)), encoding="utf-8")


_INPUTS: dict[str, Callable[[Path], object]] = {
    "girl.png": lambda path: write_png(path, draw_girl()),
    "robot.png": lambda path: write_png(path, draw_robot_picture(720, SEED)),
    "studio.png": lambda path: write_png(path, draw_studio(720, SEED + 1).image()),
    "street.png": lambda path: write_png(path, draw_street(768, SEED)),
    "greeting.bvh": _write_greeting,
    "camera.txt": _write_camera,
    "dance.mp4": _film_dance,
}


def main() -> None:
    """Draw into the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m flows.demo_inputs DIR")
    jobs = draw_demo_inputs(Path(sys.argv[1]))
    sys.stdout.write(f"drew the demo's inputs; the job table is {jobs}\n")


if __name__ == "__main__":
    main()
