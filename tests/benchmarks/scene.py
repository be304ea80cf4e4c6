"""What a background costs, how it looks, and which parts of its making pay.

Each stage is timed from picture to clip, in processor time: what else runs does not count. Pictures are our
own drawings, and those in `scenes/` and `refs/` of a folder of real inputs where it is there (see
`flows.accuracy.run.assets_of`). The figure of a reference is cut out and its background completed, as a run
does it; a reference on nothing, or on one colour, has no background to make, and is left out by name.
Pictures are seen through three camera moves, references through the widest. A contact sheet of each
picture's clips is written beside the figures, which are written as they come; the tables of docs/scene.md are
printed, and written beside them too.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.background import Background
from data_contracts.camera_formats import read_camera
from data_contracts.coarse_video import CoarseVideo
from data_contracts.errors import BunrakuError
from data_contracts.frames import scale_down
from data_contracts.image import read_image, write_png
from data_contracts.record import Record
from data_contracts.scene import Scene
from data_contracts.splats_record import SplatField
from data_contracts.video import read_lossless
from flows.accuracy.run import AccuracyRequest, assets_of
from models.camera.presets import preset_path
from models.measures.flicker import DrawnFrame, flicker
from models.world.art.places import draw_street, draw_studio
from tasks.build_scene import BuildSceneConfig, build_scene
from tasks.complete_background import OPAQUE, CompleteBackgroundConfig, complete_background
from tasks.estimate_depth import EstimateDepthConfig, estimate_depth
from tasks.expand_scene import ExpandSceneConfig, expand_scene
from tasks.extend_splats import ExtendSplatsConfig, extend_splats
from tasks.optimize_splats import OptimizeSplatsConfig, optimize_splats
from tasks.render_background import RenderBackgroundConfig, render_background
from tasks.segment import SegmentConfig, segment
from tests.benchmarks.jobs import processor_s
from tests.benchmarks.scene_parts import SHOTS, measure_parts
from tests.benchmarks.scene_tables import parts_table, pictures_table
from tests.tasks.scene_inputs import camera_of, still

SIZE_PX, FRAMES = 512, 48
MOVES = ("orbit", "crane", "dolly_in")
PLAIN_WITHIN = 24
"""Of 255: a rim that mostly stays so near to its median is one colour, with shadows and noise."""
WORKERS = 2
_SHOWN = (0, 12, 24, 36, 47)

R = TypeVar("R", bound=Record)
Picture = NDArray[np.uint8]


class Clock:
    """Runs stages in folders of their own, and keeps each one's seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seconds: dict[str, list[float]] = {}

    def stage(self, name: str, make: Callable[[Path], R]) -> R:
        """Run a stage in an empty folder."""
        out = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder))
        started = processor_s()
        record = make(out)
        self.seconds.setdefault(name, []).append(processor_s() - started)
        return record.placed(out)


def measure_picture(
    rgb: Picture, size_px: int, frames: int, has_figure: bool = False
) -> tuple[dict[str, Any], Picture]:
    """Carry one picture through all stages; its figures, and a sheet with a row of frames for each move.

    Args:
        rgb: uint8 [H, W, 3].
        size_px: longer side that is worked on.
        frames: of each clip.
        has_figure: whether a figure is to be cut out first; only the first move is then made.
    """
    rgb = scale_down(rgb, size_px)
    rows, moves = [], {}
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(Path(folder))
        media = still(Path(folder) / "picture", rgb)
        matte = (
            clock.stage("segment", lambda out: segment(media, SegmentConfig(), out)) if has_figure else None
        )
        background = clock.stage(
            "complete_background",
            lambda out: complete_background(media, matte, CompleteBackgroundConfig(), out),
        )
        scene, field = _once(clock, background)
        for move in MOVES[:1] if has_figure else MOVES:
            coarse = _along(clock, Path(folder), scene, field, preset_path(move, frames))
            moves[move] = _figures(coarse)
            clip = read_lossless(coarse.path(coarse.video))
            rows.append(np.hstack([clip[frame * (frames - 1) // _SHOWN[-1]] for frame in _SHOWN]))
    seconds = {name: round(float(np.median(values)), 3) for name, values in clock.seconds.items()}
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)
    return {"seconds": seconds, "peak_rss_mb": peak_mb, "moves": moves}, np.vstack(rows)


def _once(clock: Clock, background: Background) -> tuple[Scene, SplatField]:
    """What all jobs with this picture share."""
    depth = clock.stage("estimate_depth", lambda out: estimate_depth(background, EstimateDepthConfig(), out))
    scene = clock.stage("build_scene", lambda out: build_scene(background, depth, BuildSceneConfig(), out))
    field = clock.stage("optimize_splats", lambda out: optimize_splats(scene, OptimizeSplatsConfig(), out))
    return scene, field


def _along(
    clock: Clock, folder: Path, scene: Scene, field: SplatField, poses: NDArray[np.float64]
) -> CoarseVideo:
    camera = camera_of(Path(tempfile.mkdtemp(dir=folder)), poses)
    wide = clock.stage("expand_scene", lambda out: expand_scene(scene, camera, ExpandSceneConfig(), out))
    more = clock.stage("extend_splats", lambda out: extend_splats(field, wide, ExtendSplatsConfig(), out))
    return clock.stage(
        "render_background", lambda out: render_background(more, wide, RenderBackgroundConfig(), out)
    )


def _figures(coarse: CoarseVideo) -> dict[str, float]:
    path = read_camera(coarse.path(coarse.track))
    assert path.intrinsics_px is not None, "render_background writes the lens"
    frames = read_lossless(coarse.path(coarse.video))
    with np.load(coarse.path(coarse.depth), allow_pickle=False) as arrays:
        depth_m = arrays["depth_m"].astype(np.float32)
    drawn = [
        DrawnFrame(*frame)
        for frame in zip(frames, depth_m, path.world_from_camera, path.intrinsics_px, strict=True)
    ]
    changes = [flicker(now, before) for before, now in zip(drawn, drawn[1:], strict=False)]
    return {
        "void_pct": round(100 * coarse.void_share, 3),
        "worst_frame_void_pct": round(100 * max(coarse.void_shares), 3),
        "flicker": round(float(np.mean([change for change in changes if change is not None])), 2),
        "detail": round(_detail(frames[-1]) / _detail(frames[0]), 2),
    }


def _detail(rgb: Picture) -> float:
    """Mean absolute Laplacian: what blur takes away."""
    return float(np.abs(cv2.Laplacian(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.CV_32F)).mean())


def pictures() -> dict[str, Picture]:
    """All pictures to measure on, by name."""
    found = {"street": draw_street(SIZE_PX, seed=0), "studio": draw_studio(SIZE_PX, seed=0).image()}
    assets = assets_of(AccuracyRequest(out=Path()))
    paths = sorted((assets / "scenes").glob("*.*")) if assets else []
    return found | {path.stem: np.ascontiguousarray(read_image(path)[..., :3]) for path in paths}


def references() -> tuple[dict[str, Picture], list[str]]:
    """References with a background of their own, by name; and the names of those that have none."""
    assets = assets_of(AccuracyRequest(out=Path()))
    paths = sorted(path for path in (assets / "refs").glob("*.*g") if path.suffix != ".svg") if assets else []
    found, without = {}, []
    for path in paths:
        picture = read_image(path)
        if has_background(picture):
            found[path.stem] = np.ascontiguousarray(picture[..., :3])
        else:
            without.append(path.stem)
    return found, without


def has_background(picture: Picture) -> bool:
    """Whether a picture, uint8 [H, W, 3 or 4], shows more round its figure than nothing or one colour."""
    if picture.shape[2] == 4 and (picture[..., 3] < OPAQUE).mean() > 0.02:
        return False
    rim = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])[:, :3].astype(np.float32)
    return bool((np.abs(rim - np.median(rim, axis=0)).max(axis=1) > PLAIN_WITHIN).mean() > 0.25)


def main() -> None:
    """Write the figures as they come, then the tables, and print those; less of all where time is short."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("path", type=Path)
    asked.add_argument("--size-px", type=int, default=SIZE_PX, help="longer side of the pictures")
    asked.add_argument("--shots", type=int, default=SHOTS, help="filmed for the comparison of parts")
    options = asked.parse_args()
    sheets = options.path.with_suffix("")
    sheets.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {
        "long_side_px": options.size_px,
        "frames": FRAMES,
        "pictures": {},
        "refused": {},
    }

    def keep(**found: Any) -> None:
        figures.update(found)
        options.path.write_text(json.dumps(figures, indent=1) + "\n")

    refs, without = references()
    keep(without_background=without)
    asked_for = [(name, rgb, options.size_px, name in refs) for name, rgb in (pictures() | refs).items()]
    # A process for each picture: its memory is then the picture's.
    with multiprocessing.get_context("spawn").Pool(WORKERS, maxtasksperchild=1) as pool:
        for name, found in pool.imap(_measured, asked_for, chunksize=1):
            if isinstance(found, str):
                keep(refused=figures["refused"] | {name: found})
                continue
            row, sheet = found
            write_png(sheets / f"{name}.png", sheet)
            keep(pictures=figures["pictures"] | {name: row})
    keep(parts=measure_parts(options.shots, workers=WORKERS))
    tables = f"{pictures_table(figures['pictures'])}\n{parts_table(figures['parts']['rows'])}"
    options.path.with_suffix(".md").write_text(tables)
    print(tables)
    print(f"Parts: {figures['parts']['takes']} places. No background of their own: {', '.join(without)}")
    print(f"Refused: {', '.join(figures['refused']) or 'none'}")


def _measured(asked: tuple[str, Picture, int, bool]) -> tuple[str, tuple[dict[str, Any], Picture] | str]:
    """One picture by name, in a process of its own; why not, where a stage refuses it."""
    name, rgb, size_px, has_figure = asked
    try:
        return name, measure_picture(rgb, size_px, FRAMES, has_figure)
    except BunrakuError as error:
        return name, str(error)


if __name__ == "__main__":
    main()
