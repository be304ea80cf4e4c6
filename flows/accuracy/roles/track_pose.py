"""How well poses are found: keypoints by part of the body, shaking, people, and what confidence is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from data_contracts.errors import NoFigureError
from data_contracts.pose_sequence import BODY, FEET
from flows.accuracy.posed_clips import (
    PosedClip,
    TruePeople,
    posed_clips,
    read_clip_and_matte,
    read_true_people,
)
from flows.accuracy.role import PUPPET_WORLD, Case, Measure, Role, Sources, Target, Values
from models.measures.keypoint_sigmas import COCO_WHOLEBODY_SIGMAS
from models.measures.keypoints import PARTS, PCK_SHARE, box_side_px, jitter, oks, pck
from models.measures.people import match_people, nearest_people, people_errors
from models.measures.trust import trust
from models.pose import RtmlibPose, SilhouettePose, load
from models.pose.mean_shape import mean_shape
from models.pose.silhouette import fit_from
from models.pose_drawing import draw_pose
from models.skeleton_video import read_skeleton_clip

TRUSTED = 0.25
"""Confidence from which on a keypoint moves a puppet (models.puppet.driver)."""

SKELETON_SIDE_PX = 768
"""Long side at which true poses are drawn as skeleton videos."""

LEAST_KNOWN = 6
"""Body keypoints in the picture from which on a person is there to be found: a third of them."""

Points = NDArray[np.float64]

_PCK = {
    part: Measure(
        f"PCK {part}",
        "higher",
        f"Share of the keypoints of the {part} that lie within a tenth of the figure's larger side (PCK@0.1)"
        + (", those behind the figure itself too." if part in ("body", "feet") else " and are seen."),
    )
    for part in PARTS
}
_OKS = {
    part: Measure(
        f"OKS {part}",
        "higher",
        f"Object keypoint similarity of the {part} by COCO-WholeBody's spreads: 1 is perfect, 0.5 COCO's "
        "limit for a match.",
    )
    for part in PARTS
}
JITTER = Measure(
    "jitter %",
    "lower",
    "Shaking of the body's keypoints beyond the true motion's: mean second difference, % of the figure.",
)
MISSED = Measure("missed", "lower", "Share of the people, over frames, whom no estimate is for.")
SWAPPED = Measure("swapped", "lower", "Share of found people who were somebody else a moment before.")
RANK = Measure(
    "confidence rank",
    "higher",
    "Rank correlation of confidence with nearness over the body's keypoints: 1 is an honest confidence, 0 "
    "one that says nothing.",
)
WRONG_TRUSTED = Measure(
    "wrong but trusted",
    "lower",
    f"Share of the body's wrong keypoints (not within a tenth) with a confidence of {TRUSTED:g} or more, "
    "which move a puppet.",
)
RIGHT_TRUSTED = Measure(
    "right and trusted", "higher", f"Share of the right keypoints with a confidence of {TRUSTED:g} or more."
)
CLAIMED = Measure(
    "claimed on animals",
    "lower",
    "Share of the keypoints of a human body that are trusted on an animal, who has none; refusing is 0.",
)


class SkeletonVideoReader(BaseModel):
    """Poses read back from their own drawing: the path of a driving input that is a skeleton video."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1
    kind: Literal["skeleton video"] = "skeleton video"


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """One backend on one clip."""
    clip: PosedClip = case.content
    if clip.drawn != isinstance(backend, SkeletonVideoReader):
        return {}
    if clip.drawn:
        truth = read_true_people(clip)
        return pose_values(*_read_back(clip, truth), truth)
    frames, alpha = read_clip_and_matte(clip)
    try:
        found = load(backend)(frames, alpha, 0)
    except NoFigureError:
        if clip.animal:
            return {CLAIMED.name: 0.0}
        raise
    if clip.animal:
        return {CLAIMED.name: float((found.confidence[..., BODY] >= TRUSTED).mean())}
    return pose_values(found.keypoints_xy_px.astype(np.float64), found.confidence, read_true_people(clip))


def baseline(case: Case) -> Values:
    """One standing shape, scaled into the box of each frame's matte, with full confidence everywhere."""
    clip: PosedClip = case.content
    if clip.drawn:
        return {}
    _, alpha = read_clip_and_matte(clip)
    if clip.animal:
        return {CLAIMED.name: 1.0}
    xy = mean_shape(alpha > 0.5)[:, None]
    confidence = np.zeros(xy.shape[:3], np.float32)
    confidence[..., : FEET.stop] = 1
    return pose_values(xy, confidence, read_true_people(clip))


def oracle(case: Case) -> Values:
    """The silhouette backend's own fit, started from the true joints of the first figure: what is wrong now
    the silhouette cannot say, or the figure of capsules cannot take up."""
    clip: PosedClip = case.content
    if clip.drawn or clip.animal or "several" in case.dataset:
        return {}
    truth = read_true_people(clip)
    frames, alpha = read_clip_and_matte(clip)
    found = fit_from(SilhouettePose(), frames, alpha, truth.xy_px[:, 0, BODY])
    return pose_values(found.keypoints_xy_px.astype(np.float64), found.confidence, truth)


def _read_back(clip: PosedClip, truth: TruePeople) -> tuple[Points, NDArray[np.float32]]:
    """The true keypoints drawn large, and what is read of them."""
    assert clip.take is not None
    width, height = clip.take.width_px, clip.take.height_px
    scale = SKELETON_SIDE_PX / max(width, height)
    size = round(width * scale), round(height * scale)
    drawn = np.stack(
        [
            draw_pose((xy * scale).astype(np.float32), shown.astype(np.float32), *size)
            for xy, shown in zip(truth.xy_px, truth.counted, strict=True)
        ]
    )
    xy, confidence = read_skeleton_clip(drawn)
    return xy.astype(np.float64) / scale, confidence


def pose_values(xy: Points, confidence: NDArray[np.float32], truth: TruePeople) -> dict[str, float]:
    """All numbers of a clip.

    Of several people those that were found are held against whom they lie nearest to; whom nobody was found
    for counts as missed, not as wrong.
    """
    found: NDArray[np.bool_] = np.asarray(confidence > 0)
    there_at: NDArray[np.bool_] = np.asarray(found[..., BODY].any(axis=-1))
    known = truth.counted[..., BODY]
    height = box_side_px(truth.xy_px[..., BODY, :], known)
    there: NDArray[np.bool_] = np.asarray(known.sum(axis=-1) >= LEAST_KNOWN)
    matched = match_people(
        xy[..., BODY, :], found[..., BODY], truth.xy_px[..., BODY, :], known & there[..., None], height
    )
    errors = people_errors(matched, there, there_at)
    values = {MISSED.name: errors.missed}
    if truth.counted.shape[1] > 1:
        values[SWAPPED.name] = errors.swapped
    meant, ours = nearest_people(xy[..., BODY, :], truth.xy_px[..., BODY, :], known)
    picked = np.where(found[ours][..., None], xy[ours], np.nan)
    true_xy, counted = truth.xy_px[meant], truth.counted[meant]
    area, side = truth.area_px[meant], height[meant]
    for part, indices in PARTS.items():
        # A backend that never gives a part is not one for it.
        if not found[..., indices].any():
            continue
        arrays = picked[..., indices, :], true_xy[..., indices, :], counted[..., indices]
        share = pck(*arrays, side)
        if share is not None:
            values[_PCK[part].name] = share
            similar = oks(*arrays, area, COCO_WHOLEBODY_SIGMAS[list(indices)])
            values[_OKS[part].name] = float(np.nanmean(similar))
    body = picked[..., BODY, :], true_xy[..., BODY, :], counted[..., BODY]
    shaking = jitter(*body, side) if len(xy) > 2 and len(np.unique(ours[1])) == 1 else None
    if shaking is not None:
        values[JITTER.name] = 100 * shaking
    return values | _trust_values(*body, side, confidence[ours][..., BODY])


def _trust_values(
    xy: Points, true: Points, counted: NDArray[np.bool_], side: Points, confidence: NDArray[np.float32]
) -> dict[str, float]:
    error = np.linalg.norm(xy - true, axis=-1)[counted] / np.repeat(side[:, None], 17, axis=1)[counted]
    told = trust(confidence[counted], error, limit=PCK_SHARE, trusted=TRUSTED)
    pairs = ((RANK, told.rank), (WRONG_TRUSTED, told.wrong), (RIGHT_TRUSTED, told.right))
    return {kind.name: value for kind, value in pairs if value is not None}


def cases(sources: Sources) -> Sequence[Case]:
    """Takes of the puppet world by who is in them, their poses as skeleton videos, and a photograph."""
    return posed_clips(sources)


ROLE = Role(
    name="track_pose",
    measures=(
        *_PCK.values(), *_OKS.values(), JITTER, MISSED, SWAPPED, RANK, WRONG_TRUSTED, RIGHT_TRUSTED, CLAIMED,
    ),
    backends=(SilhouettePose(), SkeletonVideoReader(), RtmlibPose()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
    targets=(Target(_PCK["body"].name, f"{PUPPET_WORLD}, one figure, true matte", 0.75),),
)  # fmt: skip
