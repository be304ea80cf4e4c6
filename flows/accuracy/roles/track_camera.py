"""How well cameras are tracked: where they go, how they turn, and whether those at rest are left there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from data_contracts.errors import EstimationError
from data_contracts.take import Take
from flows.accuracy.real_cameras import FilmedPath, read_real_clip, real_clips
from flows.accuracy.role import Case, Measure, Role, Sources, Target, Values
from flows.world.read import first_of_shots, read_alpha, read_camera_path, read_frames, read_takes
from models.camera import FeaturesConfig, load
from models.camera.alignment import extent, path_error, rotation_angle_deg
from models.measures.trajectories import false_motion_px, rotation_error_deg, step_error
from tasks.track_camera import TrackCameraConfig

MOVES_FROM_M = 0.02
"""A camera that stays within two centimetres has no path whose shape could be measured."""

TURNS_FROM_DEG = 0.5

_QUICK_MOST = 2
"""Takes of one movement in the quick table: a camera that travels is what costs most."""

ATE = Measure(
    "ATE %",
    "lower",
    "Root mean square position error after a similarity fit (Umeyama 1991), in % of the path's length.",
    1.0,
)
ROTATION = Measure(
    "rotation deg", "lower", "Mean angle to the true rotations after the best common turn.", 0.7
)
STEP = Measure("step %", "lower", "RPE: root mean square error of a step, in % of the mean step's length.")
STEP_ROTATION = Measure("step rotation deg", "lower", "RPE: root mean square angle from frame to frame.")
FOCAL = Measure(
    "focal length %",
    "lower",
    "Mean error of the focal length in % of the true one; a camera at rest does not tell it.",
)
ZOOM = Measure("zoom %", "lower", "Of a zooming lens: mean error of its growth since the first frame, in %.")
FALSE_MOTION = Measure(
    "false motion px",
    "lower",
    "Of a camera at rest: how far its path says that the picture's rim moved. 0.5 px cannot be seen.",
    0.5,
)


@dataclass(frozen=True)
class RealClip:
    """A real clip: its folder of assets and its name."""

    assets: Path
    name: str
    lens_known: bool


def cases(sources: Sources) -> list[Case]:
    """Takes by how their cameras move, and the real clips with and without their lens.

    The quick table has one take a shot, as its other identities are before the same camera, and two of a
    movement.
    """
    takes, found = read_takes(sources.world), []
    moved: Counter[str] = Counter()
    for take in first_of_shots(takes) if sources.quick else takes:
        movement = _movement(take)
        moved[movement] += 1
        if not sources.quick or moved[movement] <= _QUICK_MOST:
            found.append(Case(f"puppet world, {movement}", take.name, take))
    if sources.assets is not None:
        for data_set, name in real_clips(sources.assets):
            for known in (False,) if sources.quick else (False, True):
                data_set_name = f"{data_set}, lens {'known' if known else 'unknown'}"
                found.append(Case(data_set_name, name, RealClip(sources.assets, name, known)))
    return found


def _movement(take: Take) -> str:
    path = read_camera_path(take)
    zooms = path.intrinsics_px is not None and _zooms(path.intrinsics_px[:, 0])
    if extent(path.world_from_camera) > MOVES_FROM_M:
        return "travelling and zooming camera" if zooms else "travelling camera"
    if zooms:
        return "zooming camera"
    turn = rotation_angle_deg(path.world_from_camera[:, :3, :3] @ path.world_from_camera[0, :3, :3].T)
    return "turning camera" if turn.max() > TURNS_FROM_DEG else "camera at rest"


def _zooms(focal_px: Floats) -> bool:
    return bool(np.ptp(focal_px) > 0.01 * focal_px[0])


def measure(case: Case, backend: FeaturesConfig, folder: Path) -> Values:
    """Track one clip; what is not trusted by the stage's settings counts as owned up to."""
    filmed, movers, lens_known = _filmed(case)
    if lens_known:
        backend = backend.model_copy(update={"fov_deg": filmed.fov_deg, "centre": filmed.centre})
    estimate = load(backend)(filmed.frames, movers)
    trusted = TrackCameraConfig().min_confidence
    if estimate.kind == "failed" or estimate.confidence < trusted:
        raise EstimationError("the camera cannot be told", where=case.name, got=estimate.reason)
    return _values(estimate.world_from_camera, estimate.intrinsics_px, filmed)


def baseline(case: Case) -> Values:
    """A camera at rest, with the lens of a common phone (a horizontal angle of view of 60 degrees)."""
    filmed, _, _ = _filmed(case)
    height, width = filmed.frames.shape[1:3]
    focal = width / 2 / np.tan(np.radians(30))
    lens = np.tile([focal, focal, width / 2, height / 2], (len(filmed.frames), 1))
    return _values(np.tile(np.eye(4), (len(filmed.frames), 1, 1)), lens, filmed)


def _filmed(case: Case) -> tuple[FilmedPath, NDArray[np.bool_] | None, bool]:
    if isinstance(case.content, RealClip):
        return read_real_clip(case.content.assets, case.content.name), None, case.content.lens_known
    take: Take = case.content
    path = read_camera_path(take)
    assert path.intrinsics_px is not None, "a take's camera has its lens"
    filmed = FilmedPath(read_frames(take), path.world_from_camera, path.intrinsics_px[:, 0])
    return filmed, read_alpha(take) > 0.5, False


def _values(path: Floats, lens: Floats, filmed: FilmedPath) -> dict[str, float]:
    true = filmed.world_from_camera
    height, width = filmed.frames.shape[1:3]
    ratio = lens[:, 0] / filmed.focal_px
    values = {FOCAL.name: 100 * float(np.abs(ratio - 1).mean())}
    if _zooms(filmed.focal_px):
        values[ZOOM.name] = 100 * float(np.abs(ratio / ratio[0] - 1).mean())
    elif np.abs(true - true[0]).max() < 1e-6:
        return {**values, FALSE_MOTION.name: false_motion_px(path, lens, width, height)}
    values[ROTATION.name] = rotation_error_deg(path, true)
    if extent(true) > MOVES_FROM_M:
        steps = step_error(path, true)
        values[ATE.name] = 100 * path_error(path, true).ate_share
        values[STEP.name] = 100 * steps.translation_share
        values[STEP_ROTATION.name] = steps.rotation_deg
    return values


ROLE = Role(
    name="track_camera",
    measures=(ATE, ROTATION, STEP, STEP_ROTATION, FOCAL, ZOOM, FALSE_MOTION),
    backends=(FeaturesConfig(),),
    cases=cases,
    measure=measure,
    baseline=baseline,
    targets=tuple(
        Target(measured.name, data_set, limit)
        for data_set in ("RealEstate10K", "HoloLens", "living room")
        for measured, limit in ((ATE, 1.2), (ROTATION, 0.7))
    ),
)
