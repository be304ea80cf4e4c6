"""Cameras in a place: where they stand, how they move, and a lens that keeps the subject in the picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from data_contracts.errors import InputError
from models.camera.presets import look_at
from models.world.cameras.paths import PATHS, Path, clock
from models.world.places.place import Place
from models.world.solids import Floats

CAMERA_MOVES: tuple[str, ...] = tuple(PATHS)
"""Names of the moves."""

LEAST_FOV_DEG, MOST_FOV_DEG = 30.0, 55.0
"""Vertical fields of view that are drawn; where a place is too small to stand back, wider."""

WIDEST_FOV_DEG = 85.0

MARGIN_SHARE = 0.03
"""Share of the picture that is left free on each side of the subject."""

SUBJECT_RADIUS_M, SUBJECT_ROOM = 0.8, 1.05
"""A subject moves within this radius, and raises its arms to this share of its height."""

HUMAN_HEIGHT_M = 1.7
"""Heights of subjects that move within all of SUBJECT_RADIUS_M; smaller ones move less."""

_UP = np.array([0.0, 1.0, 0.0])
_CLEARANCE_M = 0.02


class _Setup(NamedTuple):
    """What is drawn from the seed before the move: where the camera stands and what it is aimed at."""

    azimuth: float
    eye_m: float
    target: Floats
    half_tangent: float
    slack: float


def move_camera(
    move: str,
    place: Place,
    size_px: tuple[int, int],
    num_frames: int,
    fps: float,
    seed: int,
    subject_height_m: float = HUMAN_HEIGHT_M,
) -> tuple[Floats, Floats]:
    """A camera that films the middle of the stage.

    Args:
        move: one of CAMERA_MOVES.
        place: where: the camera stays in its box.
        size_px: width and height of the picture.
        num_frames: length of the clip; a single frame is a still of a subject that stands on its spot.
        fps: frames a second, for what shakes and bobs.
        seed: of everything that the move leaves open.
        subject_height_m: what is to be seen from top to toe.

    Returns:
        world_from_camera [T, 4, 4] (OpenCV axes in the world whose y is up), intrinsics_px [T, 4].

    Raises:
        InputError: an unknown move, less than one frame, or sizes that are not over 0.
    """
    _check(move, size_px, num_frames, fps, subject_height_m)
    rng = np.random.default_rng(seed)
    setup = _drawn(rng, subject_height_m)
    path = PATHS[move](clock(num_frames, fps, rng), rng)
    aspect = size_px[0] / size_px[1]
    subject = _subject(subject_height_m, SUBJECT_RADIUS_M if num_frames > 1 else 0.25 * subject_height_m)
    distance = 1.4 * subject_height_m / setup.half_tangent
    poses = _placed(path, setup, distance, place)
    # The nearest distance from which all of the subject is seen; walls may forbid it.
    for _ in range(8):
        distance *= setup.slack * _needed(poses, path.zoom, subject, aspect) / setup.half_tangent
        distance = float(np.clip(distance, 0.5 * subject_height_m, 30.0))
        poses = _placed(path, setup, distance, place)
    widest = np.tan(np.radians(WIDEST_FOV_DEG) / 2)
    half = min(max(setup.half_tangent, _needed(poses, path.zoom, subject, aspect)), float(widest))
    focal = 0.5 * size_px[1] / half * path.zoom
    centre = np.full(num_frames, 0.5)
    return poses, np.stack([focal, focal, centre * size_px[0], centre * size_px[1]], axis=-1)


def _check(move: str, size_px: tuple[int, int], num_frames: int, fps: float, height_m: float) -> None:
    if move not in PATHS:
        raise InputError("there is no such camera move", expected=", ".join(PATHS), got=repr(move))
    if num_frames < 1 or not fps > 0 or min(size_px) < 1 or not height_m > 0:
        raise InputError(
            "a camera films something for some time",
            expected="frames >= 1, fps > 0, a picture and a subject of some size",
            got=f"{num_frames} frames at {fps} fps, {size_px[0]}x{size_px[1]} px, {height_m} m",
        )


def _drawn(rng: np.random.Generator, height_m: float) -> _Setup:
    small = min(height_m / HUMAN_HEIGHT_M, 1.0)
    return _Setup(
        azimuth=np.radians(rng.uniform(-24, 24)),
        eye_m=rng.uniform(0.8, 1.6) * (0.35 + 0.65 * small),
        target=np.array([rng.uniform(-0.04, 0.04), 0.52 + rng.uniform(-0.03, 0.03), 0.0]) * height_m,
        half_tangent=float(np.tan(np.radians(rng.uniform(LEAST_FOV_DEG, MOST_FOV_DEG)) / 2)),
        slack=rng.uniform(1.0, 1.06),
    )


def _subject(height_m: float, radius_m: float) -> Floats:
    """Points [N, 3] round what is to be seen."""
    radius = radius_m * min(1.0, (height_m / HUMAN_HEIGHT_M) ** 0.7)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([radius * np.cos(angle), 0 * angle, radius * np.sin(angle)], axis=-1)
    return np.concatenate([ring, ring + [0.0, SUBJECT_ROOM * height_m, 0.0]])


def _placed(path: Path, setup: _Setup, distance: float, place: Place) -> Floats:
    """Poses [T, 4, 4] of the path at a distance, moved and shrunk as a whole to be inside of the box."""
    ahead = np.array([-np.sin(setup.azimuth), 0.0, -np.cos(setup.azimuth)])
    right = np.array([np.cos(setup.azimuth), 0.0, -np.sin(setup.azimuth)])
    low, high = place.camera_low_m + _CLEARANCE_M, place.camera_high_m - _CLEARANCE_M
    stand = np.array([setup.target[0], setup.eye_m, setup.target[2]]) - distance * ahead
    stand = np.clip(stand, low, high)
    # Lengths of the move go with the distance that there is, not with the one that walls forbid.
    distance = float(np.linalg.norm((stand - setup.target)[[0, 2]]))
    offsets = path.offsets @ np.stack([right, _UP, ahead]) * distance
    spread = np.abs(offsets).max(axis=0)
    room = np.minimum(spread, 0.45 * (high - low))
    stand = np.clip(stand, low + room, high - room)
    offsets *= np.min(np.where(spread > room, room / np.maximum(spread, 1e-12), 1.0))
    positions = stand + offsets
    if path.follows:
        poses = look_at(positions, setup.target, _UP)
    else:
        # The direction in the middle of the move, kept.
        poses = look_at(np.tile(stand, (len(positions), 1)), setup.target, _UP)
        poses[:, :3, 3] = positions
    to_right, upwards, clockwise = path.turns_deg.T
    turns = Rotation.from_euler("YXZ", np.stack([to_right, upwards, clockwise], axis=-1), degrees=True)
    poses[:, :3, :3] = poses[:, :3, :3] @ turns.as_matrix()
    return poses


def _needed(poses: Floats, zoom: Floats, subject: Floats, aspect: float) -> float:
    """Half the picture's height at distance 1 that shows the subject in every frame, with a margin."""
    seen = np.einsum("tji,tnj->tni", poses[:, :3, :3], subject - poses[:, None, :3, 3])
    depth = np.maximum(seen[..., 2], 0.05)
    extent = np.maximum(np.abs(seen[..., 1]), np.abs(seen[..., 0]) / aspect) / depth
    return float((extent.max(axis=1) * zoom).max() / (1 - 2 * MARGIN_SHARE))
