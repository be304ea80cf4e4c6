"""Reading and writing pose sequences: our JSON, OpenPose and DWPose JSON, COCO-WholeBody annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError, InputError
from data_contracts.linked_people import link_people
from data_contracts.openpose_json import parse_openpose_frames, read_openpose_folder
from data_contracts.pose_sequence import (
    FACE,
    FEET,
    LEFT_HAND,
    N_KEYPOINTS,
    RIGHT_HAND,
    PoseSequence,
)

FORMAT = "bunraku-poses"
DEFAULT_FPS = 30.0
"""For formats that carry no frame rate and where the caller names none."""

_COCO_PARTS = (
    ("keypoints", slice(0, 17)),
    ("foot_kpts", FEET),
    ("face_kpts", FACE),
    ("lefthand_kpts", LEFT_HAND),
    ("righthand_kpts", RIGHT_HAND),
)


def read_poses(
    path: Path, *, fps: float | None = None, width_px: int | None = None, height_px: int | None = None
) -> PoseSequence:
    """Read a folder of per-frame JSONs or one JSON file, whichever of the known forms it has.

    `fps` and the size count for forms that carry none themselves. Raises InputError.
    """
    try:
        return _read_poses(path, fps or DEFAULT_FPS, width_px, height_px)
    except ContractError as error:
        raise InputError.of(error.at(path)) from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise InputError(
            "the pose file is damaged",
            where=path,
            expected="frames of OpenPose, DWPose or COCO-WholeBody",
            got=f"{type(error).__name__}: {error}",
            hint="Make the file again.",
        ) from error


def _read_poses(path: Path, rate: float, width_px: int | None, height_px: int | None) -> PoseSequence:
    if path.is_dir():
        return read_openpose_folder(path, fps=rate, width_px=width_px, height_px=height_px)
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "the pose file is not JSON",
            where=path,
            expected="OpenPose, DWPose or COCO-WholeBody JSON",
            got=error,
            hint="Check that the file is whole, and that it is the right one.",
        ) from error
    if isinstance(value, Mapping) and value.get("format") == FORMAT:
        return _from_json(value, str(path))
    if isinstance(value, Mapping) and {"images", "annotations"} <= value.keys():
        return parse_coco_wholebody(value, str(path), fps=rate)
    if isinstance(value, Mapping) and isinstance(value.get("frames"), list):
        value = value["frames"]
    frames = value if isinstance(value, list) else [value]
    if not frames:
        raise InputError("the pose file has no frames", where=path, hint="Make the file again.")
    named = [(f"{path}, frame {i}", frame) for i, frame in enumerate(frames)]
    return parse_openpose_frames(named, fps=rate, width_px=width_px, height_px=height_px)


def write_poses(poses: PoseSequence, path: Path) -> None:
    """Write our JSON: one line a frame, so that a person can find and mend a frame. Rounds to 1e-3."""
    head = {
        "format": FORMAT,
        "version": 1,
        "layout": "coco-wholebody-133",
        "fps": poses.fps,
        "width_px": poses.width_px,
        "height_px": poses.height_px,
        "xyz_unit": poses.xyz_unit if poses.xyz_camera is not None else None,
    }
    lines = []
    for t in range(poses.n_frames):
        people = []
        for p in range(poses.n_people):
            points = [poses.keypoints_xy_px[t, p], poses.confidence[t, p, :, None]]
            person: dict[str, Any] = {"xyc": _rounded(np.concatenate(points, axis=1), 3)}
            if poses.xyz_camera is not None:
                person["xyz"] = _rounded(poses.xyz_camera[t, p], 4)
            people.append(person)
        lines.append(json.dumps({"people": people}, separators=(",", ":")))
    body = ",\n".join(lines)
    path.write_text(f'{json.dumps(head)[:-1]}, "frames": [\n{body}\n]}}\n', encoding="utf-8")


def _rounded(values: NDArray[np.float32], digits: int) -> list[list[float]]:
    # Whole numbers (most are zeros of missing points) without ".0": half the size of the file.
    return [[int(v) if float(v).is_integer() else round(float(v), digits) for v in row] for row in values]


def _from_json(value: Mapping[str, Any], where: str) -> PoseSequence:
    if value.get("version") != 1:
        raise InputError(
            "unknown version of our pose JSON", where=where, expected=1, got=value.get("version")
        )
    try:
        if not value["frames"]:
            raise InputError("the pose file has no frames", where=where, hint="Make the file again.")
        frames = [[person["xyc"] for person in frame["people"]] for frame in value["frames"]]
        table = np.array(frames, np.float32)
        xyz = None
        if value.get("xyz_unit"):
            xyz = np.array([[p["xyz"] for p in frame["people"]] for frame in value["frames"]], np.float32)
        return PoseSequence(
            table[..., :2],
            table[..., 2],
            float(value["fps"]),
            int(value["width_px"]),
            int(value["height_px"]),
            xyz,
            value.get("xyz_unit") or "figure_height",
        )
    except (KeyError, TypeError, ValueError, IndexError, ContractError) as error:
        raise InputError(
            "our pose JSON is damaged",
            where=where,
            expected="people with 133 [x, y, confidence] in every frame, fps, width_px, height_px",
            got=error,
            hint="Undo the last edit, or make the file again.",
        ) from error


def parse_coco_wholebody(
    value: Mapping[str, Any], where: str, *, fps: float = DEFAULT_FPS, image_id: int | None = None
) -> PoseSequence:
    """COCO-WholeBody annotations: one frame an image in the file's order, or the one image `image_id`.

    COCO's visibility flags v in {0, 1, 2} become confidence 0, 0.5 (labelled but hidden) and 1.
    """
    images = [image for image in value["images"] if image_id is None or image.get("id") == image_id]
    if not images:
        raise InputError("no such image in the annotations", where=where, got=image_id)
    sizes = {(image["width"], image["height"]) for image in images}
    if len(sizes) > 1:
        raise InputError(
            "the annotated images differ in size and are no clip",
            where=where,
            expected="one size",
            got=sorted(sizes)[:4],
            hint="Give a file for each clip: the frames of one clip are of one size",
        )
    people: list[list[NDArray[np.float32]]] = [[] for _ in images]
    frame_of = {image["id"]: t for t, image in enumerate(images)}
    for number, annotation in enumerate(value["annotations"]):
        if annotation.get("image_id") in frame_of and annotation.get("keypoints"):
            person = _coco_person(annotation, f"{where}, annotation {annotation.get('id', number)}")
            if (person[:, 2] > 0).any():
                people[frame_of[annotation["image_id"]]].append(person)
    n_people = max(map(len, people))
    if n_people == 0:
        raise InputError("no person has keypoints in these annotations", where=where)
    table = np.zeros((len(images), n_people, N_KEYPOINTS, 3), np.float32)
    for t, frame in enumerate(people):
        for p, person in enumerate(frame):
            table[t, p] = person
    xy, confidence = link_people(table[..., :2], table[..., 2])
    width_px, height_px = sizes.pop()
    return PoseSequence(xy, confidence, fps, int(width_px), int(height_px))


def _coco_person(annotation: Mapping[str, Any], where: str) -> NDArray[np.float32]:
    person = np.zeros((N_KEYPOINTS, 3), np.float32)
    for name, part in _COCO_PARTS:
        points = np.array(annotation.get(name) or [], np.float32)
        count = part.stop - part.start
        if points.size not in (0, 3 * count):
            raise InputError(f"{name} has the wrong length", where=where, expected=3 * count, got=points.size)
        if points.size:
            person[part] = points.reshape(count, 3)
    flags = person[:, 2]
    # The body carries flags 0..2, the other parts of COCO-WholeBody scores 0..1 and flags alike.
    person[:17, 2] = flags[:17] / 2
    person[17:, 2] = np.clip(flags[17:], 0, 1)
    seen = person[:, 2] > 0
    person[seen, :2] += 0.5
    person[~seen, :2] = 0
    return person
