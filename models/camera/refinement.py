"""Points measured anew once the camera is known: every one by its patch, in all frames that should show it.

Points that are followed from frame to frame drift by a fraction of a pixel each time, and are lost where the
picture changes much. With the path known, the patch around a point in one reference frame is sought near its
projection in each of the others: no drift, and longer tracks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from models.camera.patches import align_patches
from models.camera.structure import Structure
from models.camera.tracks import Grays, Masks

_ROUNDS = 2
"""The second starts from the path that the first one's points tell."""

_REACH_PX = 2.5
"""From a point's projection to where its patch is found: as far as a followed point may be off."""

_LIKENESS = 0.8
"""Least correlation of a patch with its reference: less is another thing, or one that stands before it."""

_MOST_GROWTH = 3.0
"""Patches that grow or shrink in area by more than this look too different."""

_BORDER_PX = 3.0
"""Nearer to the border no patch is sought."""
_LEAST_SIGHTS, _LEAST_POINTS = 3, 20
"""Frames that must show a point, and points that a frame must see."""


def refined(
    structure: Structure,
    grays: Grays,
    movers: Masks | None,
    centre: Floats,
    keys: NDArray[np.int64],
    free_focal: bool,
) -> Structure:
    """The structure from points measured anew; as it was where too few of a frame's points are found again.

    `grays` [T, H, W] and `movers` [T, H, W] are the frames that it was made from, `centre` the principal
    point in pixels. Frames other than `keys` are placed by the points of those.
    """
    images = grays.astype(np.float32)
    between = structure.registered.copy()
    between[keys] = False
    better = structure.seeing(structure.names[structure.track], structure.frame, structure.xy)
    better.registered &= ~between
    for _ in range(_ROUNDS):
        better = _measured(better, images, movers, centre)
        for _ in range(2):
            if not _holds(better):
                return structure
            better.adjust(15, free_focal)
    if between.any():
        better.registered |= between
        better = _measured(better, images, movers, centre)
        for frame in np.flatnonzero(between):
            better.resect(int(frame))
    return better if _holds(better) else structure


def _holds(structure: Structure) -> bool:
    """Whether every placed frame sees enough points."""
    known = structure.has_point[structure.track]
    sights = np.bincount(structure.frame[known], minlength=len(structure.registered))
    return bool(sights[structure.registered].min() >= _LEAST_POINTS)


def _measured(
    structure: Structure, images: NDArray[np.float32], movers: Masks | None, centre: Floats
) -> Structure:
    """The same cameras, with points where their patches are found."""
    ids, frame, xy = _references(structure)
    corners = _patch_corners(structure, ids, frame, xy)
    sought, at, start, shape = [], [], [], []
    for target in np.flatnonzero(structure.registered):
        seen, ahead = _projected(structure, corners, int(target))
        position = seen[:, 0] + centre
        there = np.stack([seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0]], axis=2)
        growth = np.linalg.det(there)
        good = ahead & (frame != target) & (growth > 1 / _MOST_GROWTH) & (growth < _MOST_GROWTH)
        good &= _in_view(position, images.shape[1:], None if movers is None else movers[target])
        rows = np.flatnonzero(good)
        sought.append(rows)
        at.append(np.full(len(rows), target))
        start.append(position[rows])
        shape.append(there[rows])
    point, image = np.concatenate(sought), np.concatenate(at)
    order = np.lexsort((image, point))
    point, image = point[order], image[order]
    # Patches count from the centre of the top-left pixel, positions from its corner.
    found, likeness = align_patches(
        images,
        frame,
        xy + centre - 0.5,
        point,
        image,
        np.concatenate(start)[order] - 0.5,
        np.concatenate(shape)[order],
        _REACH_PX,
    )
    kept = likeness > _LIKENESS
    track, image = np.r_[point[kept], np.arange(len(ids))], np.r_[image[kept], frame]
    position = np.concatenate([found[kept] + 0.5 - centre, xy])
    order = np.lexsort((image, track))
    measured = structure.seeing(structure.names[ids][track[order]], image[order], position[order])
    measured.points = corners[:, 0]
    measured.has_point = np.bincount(track) >= _LEAST_SIGHTS
    return measured


def _patch_corners(
    structure: Structure, ids: NDArray[np.int64], frame: NDArray[np.int64], xy: Floats
) -> Floats:
    """Points [P, 3, 3] in the world: each one on the ray of its reference, and what is a pixel beside it and
    below it on a patch that faces the camera there."""
    rotation, translation = structure.rotation[frame], structure.translation[frame]
    depth = np.einsum("nj,nj->n", rotation[:, 2], structure.points[ids]) + translation[:, 2]
    beside = xy[:, None] + np.array([[0, 0], [1, 0], [0, 1]])
    local = np.concatenate([beside / structure.focal[frame, None, None], np.ones((len(ids), 3, 1))], axis=2)
    local = local * depth[:, None, None] - translation[:, None]
    return np.asarray(np.einsum("nji,nkj->nki", rotation, local), np.float64)


def _projected(structure: Structure, world: Floats, frame: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Where points [P, 3, 3] appear in a frame [P, 3, 2], from the principal point; which lie ahead [P]."""
    local = world @ structure.rotation[frame].T + structure.translation[frame]
    ahead = (local[..., 2] > 1e-6).all(axis=1)
    seen = structure.focal[frame] * local[..., :2] / np.where(ahead[:, None], local[..., 2], 1.0)[..., None]
    return np.asarray(seen, np.float64), np.asarray(ahead, np.bool_)


def _in_view(position: Floats, shape: tuple[int, ...], movers: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Which positions [P, 2] lie in a picture of `shape` and not on a mover."""
    size = np.array(shape[::-1])
    inside = ((position > _BORDER_PX) & (position < size - _BORDER_PX)).all(axis=1)
    if movers is not None:
        x, y = np.clip(position, 0, size - 1).astype(int).T
        inside &= ~movers[y, x]
    return np.asarray(inside, np.bool_)


def _references(structure: Structure) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Of each point: its number, and the frame in the middle of its track with its position there."""
    rows = np.flatnonzero(structure.has_point[structure.track] & structure.registered[structure.frame])
    ids, first, count = np.unique(structure.track[rows], return_index=True, return_counts=True)
    middle = rows[first + (count - 1) // 2]
    return ids, structure.frame[middle], structure.xy[middle]
