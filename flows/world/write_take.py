"""Writing a take: film it, and lay every kind of truth into files of its folder."""

from __future__ import annotations

import time
from pathlib import Path

from data_contracts.camera_formats import format_json
from data_contracts.image import write_png
from data_contracts.npz import write_npz
from data_contracts.pose_formats import write_poses
from data_contracts.record import FileRef
from data_contracts.take import Take
from data_contracts.video import write_lossless, write_mp4
from flows.world.joints_file import write_joints
from flows.world.take_order import TakeOrder
from models.world.film_still import film_still
from models.world.film_take import FilmedTake, film_take
from models.world.film_views import film_views
from models.world.places.build import build_place
from models.world.shot import Drawn, ShotPlan
from models.world.true_poses import true_poses


def write_take(order: TakeOrder, folder: Path) -> Take:
    """Film a take and write it into an empty folder.

    Returns:
        The take's record, whose paths are relative to the folder.
    """
    started = time.perf_counter()
    plan, performers = order.plan, order.performers
    place = build_place(plan.place.kind, plan.place.seed)
    filmed = film_take(plan, performers, place, order.motions)
    files = {
        **_write_clips(folder, plan, filmed),
        **_write_truth(folder, plan, filmed),
        **_write_still(folder, order),
    }
    views: dict[str, list[FileRef] | FileRef] = {}
    if plan.num_views:
        shot = film_views(
            filmed.performances[0],
            plan.num_frames // 2,
            plan.num_views,
            min(plan.width_px, plan.height_px),
            place.light,
            plan.style,
            plan.camera.seed,
        )
        pictures = [write_png(folder / f"view_{n:02d}.png", view) for n, view in enumerate(shot.rgba)]
        views["views"] = [FileRef.of(path, folder) for path in pictures]
        arrays = {name: getattr(shot, name) for name in shot._fields if name != "rgba"}
        views["views_truth"] = FileRef.of(write_npz(folder / "views.npz", arrays), folder)
    return Take(
        shot=plan.shot,
        split=plan.split,
        identity=performers.name,
        motion=plan.cast[0].motion_name,
        camera=plan.camera.name,
        place=plan.place.name,
        style=plan.style,
        figure_kind=plan.cast[0].kind,
        num_figures=len(plan.cast),
        width_px=plan.width_px,
        height_px=plan.height_px,
        fps=plan.fps,
        num_frames=plan.num_frames,
        still_style=performers.still.style,
        still_place=performers.still.place.name,
        seconds=round(time.perf_counter() - started, 3),
        **files,
        **views,
    )


def _write_clips(folder: Path, plan: ShotPlan, filmed: FilmedTake) -> dict[str, FileRef]:
    write_mp4(folder / "clip.mp4", filmed.rgb, plan.fps)
    paths = {"clip": folder / "clip.mp4"}
    for name, frames in (
        ("frames", filmed.rgb),
        ("clean", filmed.clean),
        ("alpha", filmed.alpha),
        ("figures", filmed.figures),
        ("parts", filmed.parts),
    ):
        paths[name] = write_lossless(folder / f"{name}.mkv", frames, plan.fps)
    return {name: FileRef.of(path, folder) for name, path in paths.items()}


def _write_truth(folder: Path, plan: ShotPlan, filmed: FilmedTake) -> dict[str, FileRef]:
    camera = filmed.camera_path(plan.fps)
    (folder / "camera.json").write_text(format_json(camera), encoding="utf-8")
    arrays = {name: getattr(filmed, name) for name in ("depth_m", "normal", "clean_depth_m")}
    paths = {
        "camera_path": folder / "camera.json",
        "geometry": write_npz(folder / "geometry.npz", arrays),
        "joints": write_joints(folder / "joints.json", filmed.truths),
    }
    if all(truth.kind == "human" for truth in filmed.truths):
        write_poses(true_poses(filmed.truths, camera, plan.fps), folder / "poses.json")
        paths["poses"] = folder / "poses.json"
    return {name: FileRef.of(path, folder) for name, path in paths.items()}


def _write_still(folder: Path, order: TakeOrder) -> dict[str, FileRef]:
    where: Drawn = order.performers.still.place
    still = film_still(order.plan, order.performers, build_place(where.kind, where.seed))
    frame = still.frame
    paths = {
        "still": write_png(folder / "still.png", frame.rgb),
        "still_alpha": write_png(folder / "still_alpha.png", frame.alpha),
        "still_clean": write_png(folder / "still_clean.png", frame.clean_rgb),
        "still_parts": write_png(folder / "still_parts.png", frame.surfaces.part),
        "still_joints": write_joints(folder / "still_joints.json", [still.truth]),
    }
    return {name: FileRef.of(path, folder) for name, path in paths.items()}
