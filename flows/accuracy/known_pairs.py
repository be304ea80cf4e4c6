"""Pairs whose error is known: true clips, some of them with a fault, written as the pipeline writes pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.conditions import Conditions
from data_contracts.image import write_png
from data_contracts.lossless_video import write_lossless
from data_contracts.pair import Pair
from data_contracts.pose_formats import write_poses
from data_contracts.record import FileRef
from data_contracts.video import write_mp4
from flows.accuracy.graded_clips import Loaded
from models.measures.degradations import Fault
from models.measures.layers import Clip

TOLERATED: dict[Fault, float] = {
    "noise": 0.25,  # a standard deviation of 10 levels
    "blur": 0.4,  # a Gaussian of 0.5 % of the long side: 1.8 px at 384
    "blocks": 0.3,  # JPEG of quality 22
    "darkness": 0.6,  # half of the light gone
    "flicker": 0.06,  # exposure off by 1.5 %, colours by 0.5 %
    "boil": 0.15,  # 4.5 levels
    "drift": 0.3,  # 30 % of the way to another figure
    "torn": 0.2,  # parts of 8 % of the figure's height, displaced by 5 % of it
    "jitter": 0.15,  # 0.4 % of the long side: 1.4 px at 384
    "stutter": 0.2,  # one frame in ten repeats
    "freeze": 0.15,  # of the time
    "swap": 0.2,  # 20 % of the way to another place
    "jump": 0.15,  # 1.2 % of the width at most
}
"""How strong a fault may be in a pair that is worth keeping: about what an eye finds when told to look for
it. A choice, made in these units."""

TOLERATED_DB = 20.0
"""The other yardstick: neither the figure nor the place of a good pair has a PSNR under this against the
truth. It knows nothing of time: flicker that hurts the eyes is a small error in each frame."""


def true_error_db(made: Clip, truth: Clip) -> tuple[float, float]:
    """PSNR of the figure (where it is, or should be) and of the place, over the whole clip; 99 for equals."""
    figure = (made.alpha > 0.5) | (truth.alpha > 0.5)
    squared = np.square(made.frames.astype(np.float32) - truth.frames).mean(axis=-1)
    return _decibels(squared[figure]), _decibels(squared[~figure])


def write_truth(true: Loaded, folder: Path) -> Conditions | None:
    """Write what all pairs of a true clip have in common: the driver, the character, the pose asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, matte = true.reference.rgb, np.rint(true.reference.alpha * 255).astype(np.uint8)
    write_mp4(folder / "source.mp4", true.driver_frames, true.fps)
    write_png(folder / "reference.png", true.driver_frames[0])
    write_png(folder / "character.png", np.dstack([picture, matte]))
    if true.poses is None:
        return None
    write_poses(true.poses, folder / "poses.json")
    poses = FileRef.of(folder / "poses.json", folder)
    # Scoring looks at the poses alone; nothing else is drawn.
    unused = dict.fromkeys(("placement", "body", "hands", "face", "mask"), poses)
    return Conditions(
        poses=poses,
        **unused,
        num_frames=true.poses.n_frames,
        fps=true.fps,
        width_px=true.poses.width_px,
        height_px=true.poses.height_px,
        mean_confidence=float(true.poses.confidence.mean()),
    ).placed(folder)


def write_pair(made: Clip, fps: float, folder: Path, name: str) -> Pair:
    """Write a clip, beside the truth that is written there, as the pair that the pipeline would have made."""
    width, height = write_mp4(folder / f"{name}.mp4", made.frames, fps)
    write_lossless(folder / f"{name}.mkv", np.rint(made.alpha * 255).astype(np.uint8), fps)
    return Pair(
        synthesized=FileRef.of(folder / f"{name}.mp4", folder),
        source=FileRef.of(folder / "source.mp4", folder),
        reference=FileRef.of(folder / "reference.png", folder),
        figure=FileRef.of(folder / f"{name}.mkv", folder),
        character=FileRef.of(folder / "character.png", folder),
        signal="rgb",
        segment=0,
        start_frame=0,
        source_name="driver",
        source_sha256="0" * 64,
        character_name="character",
        character_sha256="0" * 64,
        seed=0,
        num_frames=len(made.frames),
        fps=fps,
        width_px=width,
        height_px=height,
    ).placed(folder)


def _decibels(squared: NDArray[np.float32]) -> float:
    error = float(squared.mean(dtype=np.float64)) if squared.size else 0.0
    return 99.0 if error == 0 else min(99.0, float(10.0 * np.log10(255.0**2 / error)))
