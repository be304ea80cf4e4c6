"""Held-out views of a place: its first clean picture, and what the take's camera sees of it later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.take import Take
from flows.accuracy.depth_pictures import place_kind
from flows.accuracy.role import Case, Sources
from flows.world.read import first_of_shots, read_camera_path, read_clean, read_geometry, read_takes
from models.camera.alignment import extent

Floats = NDArray[np.float64]

TRAVELS_FROM_M = 0.05
"""Less shows no parallax that a wrong depth could spoil."""

_HELD_OUT = (0.3, 0.65, 1.0)
"""Where on the path, as shares of it."""
_QUICK_TAKES = 3
_SAME_DEPTH = 0.03
"""Depths within so many shares belong to one surface."""
_SKY_M = 1e4
"""Where sky is put for warping: no take's camera travels far enough to see the difference."""


@dataclass(frozen=True)
class Travelled:
    """A take whose camera travels."""

    take: Take
    all_ways: bool
    """Whether all ways of showing it are compared, parts taken away one by one too."""


class HeldOut(NamedTuple):
    """What is known (the first picture, the camera) and what is to be shown."""

    frames: NDArray[np.uint8]
    """[T, H, W, 3], without figures."""
    depth_m: NDArray[np.float32]
    """[T, H, W]; 0 is sky."""
    world_from_camera: Floats
    """[T, 4, 4], frame 0 the identity."""
    intrinsics_px: Floats
    """[T, 4]."""
    picks: NDArray[np.intp]
    """Which frames are held out."""


def held_out_cases(sources: Sources) -> Iterator[Case]:
    """One take of each shot whose camera travels; in the quick table of three kinds of places at most."""
    takes = sorted(first_of_shots(read_takes(sources.world)), key=lambda take: take.shot)
    moving = [take for take in takes if extent(read_camera_path(take).world_from_camera) > TRAVELS_FROM_M]
    if sources.quick:
        of_kind = {place_kind(take): take for take in reversed(moving)}
        moving = [take for take in moving if take in of_kind.values()][:_QUICK_TAKES]
    for take in moving:
        yield Case(
            f"puppet world, {place_kind(take)}", take.shot, Travelled(take, all_ways=not sources.quick)
        )


def read_held_out(travelled: Travelled) -> HeldOut:
    """Read a take's place along its camera.

    Raises:
        ContractError: a file is damaged.
    """
    take = travelled.take
    path = read_camera_path(take)
    assert path.intrinsics_px is not None, "a take's camera has its lens"
    poses = np.linalg.inv(path.world_from_camera[0]) @ path.world_from_camera
    picks = np.round(np.array(_HELD_OUT) * (take.num_frames - 1)).astype(np.intp)
    depth = read_geometry(take).clean_depth_m
    return HeldOut(read_clean(take), depth, poses, path.intrinsics_px, picks)


def seen_before(view: HeldOut, pick: int) -> NDArray[np.bool_]:
    """Pixels [H, W] of a later frame that show what the first picture shows too, by true depth and camera."""
    map_x, map_y, depth = _in_first(view, pick, view.depth_m[pick])
    first = np.where(view.depth_m[0] > 0, view.depth_m[0], _SKY_M).astype(np.float32)
    there = cv2.remap(first, map_x, map_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(np.abs(there / depth - 1) < _SAME_DEPTH, np.bool_)


def plane_view(view: HeldOut, pick: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The first picture on an upright plane at its median depth, from the true camera; and its depth.

    Beyond the picture's rim, the rim goes on.
    """
    first = view.depth_m[0]
    plane_m = float(np.median(first[first > 0]))
    pose, lens = view.world_from_camera[pick], view.intrinsics_px[pick]
    rays = _rays(lens, *first.shape)
    slope = rays @ pose[:3, :3].T
    depth = (plane_m - pose[2, 3]) / np.maximum(slope[..., 2], 1e-3)
    map_x, map_y, _ = _in_first(view, pick, np.maximum(depth, 1e-3).astype(np.float32))
    picture = cv2.remap(view.frames[0], map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(picture, np.uint8), np.maximum(depth, 1e-3).astype(np.float32)


def _in_first(
    view: HeldOut, pick: int, depth_m: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Where points at a later frame's pixels fall in the first picture (OpenCV's pixels), and how deep."""
    lens, pose = view.intrinsics_px[pick], view.world_from_camera[pick]
    depth = np.where(depth_m > 0, depth_m, _SKY_M).astype(np.float64)
    points = _rays(lens, *depth.shape) * depth[..., None] @ pose[:3, :3].T + pose[:3, 3]
    fx, fy, cx, cy = view.intrinsics_px[0]
    z = points[..., 2]
    safe = np.maximum(z, 1e-3)
    x, y = points[..., 0] / safe * fx + cx - 0.5, points[..., 1] / safe * fy + cy - 0.5
    return x.astype(np.float32), y.astype(np.float32), np.maximum(z, 1e-3).astype(np.float32)


def _rays(lens: Floats, height: int, width: int) -> Floats:
    y, x = np.mgrid[:height, :width] + 0.5
    return np.stack([(x - lens[2]) / lens[0], (y - lens[3]) / lens[1], np.ones_like(x)], axis=-1)
