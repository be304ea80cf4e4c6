"""Keypoints as OpenPose and DWPose write them: one JSON a frame, or a list of frames.

Understood: OpenPose ``people`` with 18 or 25 body points, faces of 68 or 70 and hands of 21 points, in
pixels or as shares of ``canvas_width`` x ``canvas_height``; DWPose ``bodies``/``hands``/``faces`` with
coordinates as shares of the frame. These tools count from the centre of the top-left pixel; reading adds
half a pixel, writing takes it away.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.linked_people import link_people
from data_contracts.pose_sequence import (
    FACE,
    LEFT_HAND,
    N_KEYPOINTS,
    OPENPOSE_18,
    OPENPOSE_25,
    RIGHT_HAND,
    PoseSequence,
    mean_of_pair,
)

Person = NDArray[np.float32]
"""One person in one frame: [133, 3] = x, y, confidence in the file's coordinates."""

_PARTS = (
    ("face_keypoints_2d", FACE, (68, 70)),
    ("hand_left_keypoints_2d", LEFT_HAND, (21,)),
    ("hand_right_keypoints_2d", RIGHT_HAND, (21,)),
)


def parse_openpose_frames(
    frames: Sequence[tuple[str, Any]],
    *,
    fps: float,
    width_px: int | None = None,
    height_px: int | None = None,
) -> PoseSequence:
    """Frames as (where, JSON value) pairs to a sequence; people are linked over time.

    The frame size is, in this order: the arguments; the frames' ``canvas_width`` and ``canvas_height``;
    the box of all points with its left and top margins repeated on the right and below.
    Raises InputError where a frame is neither OpenPose nor DWPose, or nobody is in any frame.
    """
    people: list[list[Person]] = []
    canvases: list[tuple[int | None, ...]] = []
    normalised = False
    for where, value in frames:
        if not isinstance(value, Mapping) or not ({"people", "bodies"} & value.keys()):
            got = sorted(value)[:8] if isinstance(value, Mapping) else type(value).__name__
            raise InputError(
                "not an OpenPose or DWPose frame",
                where=where,
                expected="an object with people or bodies",
                got=got,
                hint="Give OpenPose's --write_json output, DWPose's JSON, a BVH or a video.",
            )
        canvas = tuple(_side(value, name, where) for name in ("canvas_width", "canvas_height"))
        if canvases and canvas != canvases[0]:
            raise InputError(
                "the frames differ in size and are no clip",
                where=where,
                expected=f"canvas_width and canvas_height as before, {canvases[0]}",
                got=canvas,
            )
        canvases.append(canvas)
        if "people" in value:
            people.append(_openpose_people(value["people"], where))
        else:
            people.append(_dwpose_people(value, where))
            normalised = True
    if canvases:
        width_px, height_px = width_px or canvases[0][0], height_px or canvases[0][1]
    table = _table(people)
    xy, confidence = table[..., :2], table[..., 2]
    if not (confidence > 0).any():
        where = frames[0][0] if frames else ""
        raise InputError(
            "nobody is in any frame", where=where, hint="Check that this is the right file or folder."
        )
    known = xy[confidence > 0]
    has_canvas = bool(width_px and height_px)
    normalised = normalised or float(np.abs(known).max()) <= 1.0
    if normalised and not has_canvas:
        raise InputError(
            "coordinates are shares of a frame of unknown size",
            where=frames[0][0],
            expected="canvas_width and canvas_height",
            hint="Add both to the JSON, or give the clip's size.",
        )
    if not has_canvas:
        margin_end = known.min(axis=0).clip(min=0) + known.max(axis=0) + 1
        width_px, height_px = (int(np.ceil(v)) for v in margin_end)
    assert width_px is not None and height_px is not None
    scale = np.array([width_px, height_px] if normalised else [1, 1], np.float32)
    seen = (confidence > 0)[..., None]
    xy, confidence = link_people(
        np.where(seen, xy * scale + 0.5, 0).astype(np.float32), np.clip(confidence, 0, 1).astype(np.float32)
    )
    return PoseSequence(xy, confidence, fps, width_px, height_px)


def read_openpose_folder(
    folder: Path, *, fps: float, width_px: int | None = None, height_px: int | None = None
) -> PoseSequence:
    """A folder with one OpenPose or DWPose JSON a frame, in the order of the file names."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError("the folder has no JSON files", where=folder, expected="one OpenPose JSON a frame")
    frames = []
    for path in paths:
        try:
            frames.append((str(path), json.loads(path.read_text(encoding="utf-8-sig"))))
        except (ValueError, OSError, RecursionError) as error:
            raise InputError(
                "the frame is not JSON", where=path, got=error, hint="Remove or mend it."
            ) from error
    return parse_openpose_frames(frames, fps=fps, width_px=width_px, height_px=height_px)


def openpose_frame(poses: PoseSequence, frame: int) -> dict[str, Any]:
    """One frame as OpenPose JSON: 25 body points, 70 face points (pupils missing), two hands, canvas size."""
    people = []
    for xy, confidence in zip(poses.keypoints_xy_px[frame], poses.confidence[frame], strict=True):
        if not (confidence > 0).any():
            continue
        points = np.concatenate([xy, confidence[:, None]], axis=1)
        middles = iter([mean_of_pair(xy, confidence, (5, 6)), mean_of_pair(xy, confidence, (11, 12))])
        body = np.stack([points[i] if i >= 0 else next(middles) for i in OPENPOSE_25])
        parts = {
            "pose_keypoints_2d": body,
            "face_keypoints_2d": np.concatenate([points[FACE], np.zeros((2, 3), np.float32)]),
            "hand_left_keypoints_2d": points[LEFT_HAND],
            "hand_right_keypoints_2d": points[RIGHT_HAND],
        }
        people.append({"person_id": [-1], **{name: _triplets(part) for name, part in parts.items()}})
    return {
        "version": 1.3,
        "people": people,
        "canvas_width": poses.width_px,
        "canvas_height": poses.height_px,
    }


def write_openpose_folder(poses: PoseSequence, folder: Path) -> list[Path]:
    """Write one ``000000_keypoints.json`` a frame, as OpenPose's ``--write_json`` does."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{frame:06d}_keypoints.json" for frame in range(poses.n_frames)]
    for frame, path in enumerate(paths):
        path.write_text(json.dumps(openpose_frame(poses, frame)), encoding="utf-8")
    return paths


def _triplets(points: NDArray[np.float32]) -> list[float]:
    shifted = np.where(points[:, 2:] > 0, points - np.array([0.5, 0.5, 0], np.float32), 0)
    return [round(float(v), 3) for v in shifted.ravel()]


def _side(frame: Mapping[str, Any], name: str, where: str) -> int | None:
    side = frame.get(name)
    if side is None:
        return None
    if isinstance(side, bool) or not isinstance(side, (int, float)) or not 1 <= side < math.inf:
        raise InputError(f"{name} is no size", where=where, expected="pixels", got=repr(side)[:60])
    return int(side)


def _numbers(value: Any, where: str) -> NDArray[np.float32]:
    try:
        numbers = np.array(value if value is not None else [], np.float32)
    except (TypeError, ValueError) as error:
        raise InputError("keypoints must be numbers", where=where, got=str(value)[:60]) from error
    if not np.isfinite(numbers).all():
        raise InputError(
            "keypoints must be finite numbers",
            where=where,
            got="NaN or infinity",
            hint="Give a missing point confidence 0.",
        )
    return numbers


def _openpose_people(value: Any, where: str) -> list[Person]:
    if not isinstance(value, list):
        raise InputError("people must be a list", where=where, expected="[] for nobody", got=str(value)[:60])
    return [_openpose_person(person, f"{where}, person {i}") for i, person in enumerate(value)]


def _openpose_person(person: Any, where: str) -> Person:
    if not isinstance(person, Mapping):
        raise InputError("a person must be an object", where=where, got=type(person).__name__)
    out = np.zeros((N_KEYPOINTS, 3), np.float32)
    body = _numbers(person.get("pose_keypoints_2d"), where).ravel()
    orders = {0: (), 54: OPENPOSE_18, 75: OPENPOSE_25}
    if body.size not in orders:
        raise InputError(
            "pose_keypoints_2d has the wrong length", where=where, expected="54 or 75", got=body.size
        )
    for index, point in zip(orders[body.size], body.reshape(-1, 3), strict=True):
        if index >= 0:
            out[index] = point
    for name, part, counts in _PARTS:
        points = _numbers(person.get(name), where).ravel()
        if points.size and points.size not in [3 * count for count in counts]:
            expected = " or ".join(str(3 * count) for count in counts)
            raise InputError(f"{name} has the wrong length", where=where, expected=expected, got=points.size)
        if points.size:
            out[part] = points.reshape(-1, 3)[: part.stop - part.start]
    return out


def _dwpose_people(value: Mapping[str, Any], where: str) -> list[Person]:
    """DWPose arrays: candidate [P*18, 2], subset [P, 18] (-1 = missing), hands [2P, 21, 2], faces [P, 68, 2].

    The hands of all people come left ones first, then right ones.
    """
    bodies = value["bodies"]
    if not isinstance(bodies, Mapping) or not {"candidate", "subset"} <= bodies.keys():
        raise InputError("DWPose bodies need candidate and subset", where=where, got=str(bodies)[:60])
    candidate = _numbers(bodies["candidate"], where)
    subset = _numbers(bodies["subset"], where)
    candidate, subset = (
        candidate.reshape(-1, candidate.shape[-1] if candidate.ndim > 1 else 2),
        np.atleast_2d(subset),
    )
    n_people = len(subset) if subset.size else 0
    if n_people and subset.shape[1:] != (len(OPENPOSE_18),):
        raise InputError(
            "subset has the wrong shape", where=where, expected="18 joints a person", got=subset.shape
        )
    out = np.zeros((n_people, N_KEYPOINTS, 3), np.float32)
    for person in range(n_people):
        for joint, index in enumerate(OPENPOSE_18):
            row = int(subset[person, joint])
            if index >= 0 and row >= 0:
                if row >= len(candidate):
                    raise InputError("subset points outside candidate", where=where, got=row)
                out[person, index] = (*candidate[row, :2], 1.0)
    hands, faces = _points(value, "hands", 21, where), _points(value, "faces", 68, where)
    for part, points in ((LEFT_HAND, hands[:n_people]), (RIGHT_HAND, hands[n_people:]), (FACE, faces)):
        if points.size and len(points) != n_people:
            raise InputError(
                "hands or faces do not fit the bodies", where=where, expected=n_people, got=len(points)
            )
        if points.size:
            out[:, part, :2] = points
            out[:, part, 2] = (points >= 0).all(axis=-1)
    return list(out)


def _points(value: Mapping[str, Any], name: str, count: int, where: str) -> NDArray[np.float32]:
    numbers = _numbers(value.get(name), where)
    if numbers.size % (2 * count):
        raise InputError(
            f"{name} have the wrong length", where=where, expected=f"{count} points each", got=numbers.shape
        )
    return numbers.reshape(-1, count, 2)


def _table(people: list[list[Person]]) -> NDArray[np.float32]:
    n_people = max([1, *map(len, people)])
    table = np.zeros((len(people), n_people, N_KEYPOINTS, 3), np.float32)
    for t, frame in enumerate(people):
        for p, person in enumerate(frame):
            table[t, p] = person
    return table
