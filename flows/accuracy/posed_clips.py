"""Clips of people with their true keypoints: what the track_pose role measures on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.image import flatten, read_image
from data_contracts.pose_sequence import BODY, FACE, FEET, LEFT_HAND, N_KEYPOINTS, RIGHT_HAND
from data_contracts.take import Take
from flows.accuracy.role import PUPPET_WORLD, Case, Sources
from flows.world.read import (
    first_of_shots,
    read_alpha,
    read_figure_truths,
    read_figures,
    read_frames,
    read_geometry,
    read_takes,
    read_true_poses,
)
from models.matting import MotionMatting, load_clip

MatteSource = Literal["true", "own"]

WHOLE = 0.97
"""Share of body keypoints, over the clip, that must lie in the picture and before the place's surfaces."""

NEARER_M = 0.1
"""A surface of the place that is nearer than a keypoint by more than a hand's breadth hides it."""

COCO_PICTURE = 785
"""A skier whom nothing hides: the one picture of the sample with one annotated person."""

_QUICK_ANIMALS, _QUICK_DRAWN = 2, 2
"""An animal is fitted as long as a person and says but one number; drawn skeletons are all alike."""

_COCO_PARTS = (
    (BODY, "keypoints"), (FEET, "foot_kpts"), (FACE, "face_kpts"), (LEFT_HAND, "lefthand_kpts"),
    (RIGHT_HAND, "righthand_kpts"),
)  # fmt: skip


@dataclass(frozen=True)
class PosedClip:
    """One clip with its truth: a take, or a folder with COCO's annotations."""

    take: Take | None = None
    coco: Path | None = None
    matte: MatteSource = "true"
    drawn: bool = False
    """Whether the true pose is shown as a skeleton video instead of the filmed clip."""
    animal: bool = False


class TruePeople(NamedTuple):
    """Keypoints that are asked for."""

    xy_px: NDArray[np.float64]
    """[T, P, 133, 2]; 0 where not counted."""
    counted: NDArray[np.bool_]
    """[T, P, 133]: body and feet in the picture, seen or not; face and hands where they are seen."""
    area_px: NDArray[np.float64]
    """[T, P]: pixels of the person that are seen, which OKS measures distances by."""


def posed_clips(sources: Sources) -> list[Case]:
    """All cases. The quick table has one take a shot, only true mattes, few animals and skeleton videos."""
    found = list(_of_world(sources))
    if sources.assets is not None and (sources.assets / "pose" / "coco").is_dir():
        coco = PosedClip(coco=sources.assets / "pose" / "coco")
        found.append(Case(f"COCO {COCO_PICTURE}, true matte", "picture", coco))
    return found


def _of_world(sources: Sources) -> Iterator[Case]:
    animals = drawn = 0
    takes = [take for take in read_takes(sources.world) if not _is_mixed(take)]
    for take in first_of_shots(takes) if sources.quick else takes:
        name, dataset = take.name, f"{PUPPET_WORLD}, {kind_of(take)}"
        animal = take.poses is None
        animals += animal
        if sources.quick and animal and animals > _QUICK_ANIMALS:
            continue
        yield Case(f"{dataset}, true matte", name, PosedClip(take, animal=animal))
        if not sources.quick and not animal:
            yield Case(f"{dataset}, own matte", name, PosedClip(take, matte="own"))
        drawn += not animal
        if not animal and not (sources.quick and drawn > _QUICK_DRAWN):
            yield Case(f"{PUPPET_WORLD}, skeleton video", name, PosedClip(take, drawn=True))


def _is_mixed(take: Take) -> bool:
    """Whether people perform with animals: such a take has no true poses, and its people may be found."""
    return take.poses is None and any(figure.kind == "human" for figure in read_figure_truths(take))


def kind_of(take: Take) -> str:
    """'one figure' is one human whose body the picture and the place leave whole, by the truth.

    Of the body's 17 keypoints `WHOLE` must lie in the picture, with no surface of the empty place nearer to
    the camera. A limb behind the figure's own trunk does not count as hidden: that is the pose's difficulty.
    """
    if take.poses is None:
        return "animals"
    if take.num_figures > 1:
        return "several figures"
    poses = read_true_poses(take)
    assert poses is not None and poses.xyz_camera is not None, "a take's poses are in 3D"
    xy, depth = poses.keypoints_xy_px[:, 0, BODY], poses.xyz_camera[:, 0, BODY, 2]
    column, row = (
        np.clip(xy[..., axis], 0, side - 1).astype(np.int64)
        for axis, side in ((0, take.width_px), (1, take.height_px))
    )
    place = read_geometry(take).clean_depth_m[np.arange(len(xy))[:, None], row, column]
    free = (poses.confidence[:, 0, BODY] > 0) & ((place == 0) | (place > depth - NEARER_M))
    return "one figure" if free.mean() >= WHOLE else "one figure, cut or hidden"


def read_clip_and_matte(clip: PosedClip) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """RGB [T, H, W, 3] and the matte [T, H, W] that the pose is looked for in.

    Raises:
        NoFigureError: the embedded matting finds nobody.
    """
    if clip.coco is not None:
        rgb = flatten(read_image(clip.coco / f"{COCO_PICTURE:012d}.jpg"))
        outline = np.array(_annotation(clip.coco)["segmentation"][0], np.float64).reshape(-1, 2)
        mask = np.zeros(rgb.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.rint(outline - 0.5).astype(np.int32)], 1)
        return rgb[None], mask[None].astype(np.float32)
    assert clip.take is not None
    frames = read_frames(clip.take)
    if clip.matte == "own":
        return frames, load_clip(MotionMatting())(frames).alpha
    return frames, read_alpha(clip.take)


def read_true_people(clip: PosedClip) -> TruePeople:
    """The true keypoints; of animals, who have no such keypoints, it must not be asked."""
    if clip.coco is not None:
        return _annotated(_annotation(clip.coco))
    assert clip.take is not None
    poses = read_true_poses(clip.take)
    if poses is None:
        raise InputError("an animal has no keypoints of people", where=clip.take.shot)
    counted: NDArray[np.bool_] = np.asarray(poses.confidence == 1)
    for part in (BODY, FEET):
        counted[..., part] = poses.confidence[..., part] > 0
    numbers = read_figures(clip.take)
    area = [(numbers == person + 1).sum(axis=(1, 2)) for person in range(poses.n_people)]
    xy = np.where(counted[..., None], poses.keypoints_xy_px, 0.0).astype(np.float64)
    return TruePeople(xy, counted, np.stack(area, axis=1).astype(np.float64))


def _annotation(folder: Path) -> dict[str, Any]:
    path = folder / "test_coco_wholebody.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["annotations"]
    found = [row for row in rows if row["image_id"] == COCO_PICTURE]
    if len(found) != 1:
        raise InputError("one person is annotated in the picture", where=path, expected=1, got=len(found))
    annotation: dict[str, Any] = found[0]
    return annotation


def _annotated(row: dict[str, Any]) -> TruePeople:
    """COCO counts pixels from the first one's corner when it draws, from its centre when it marks points."""
    points = np.zeros((N_KEYPOINTS, 3))
    for part, key in _COCO_PARTS:
        points[part] = np.array(row[key], np.float64).reshape(-1, 3)
    counted: NDArray[np.bool_] = np.asarray(points[:, 2] > 0)
    xy = np.where(counted[:, None], points[:, :2] + 0.5, 0.0)
    return TruePeople(xy[None, None], counted[None, None], np.array([[float(row["area"])]]))
