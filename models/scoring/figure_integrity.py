"""Figure integrity: whether the figure's matte hangs on the skeleton that it was asked to follow.

A torn figure keeps its colours, and so the region features. What it loses is the agreement with the pose that
was drawn for it: bones that run through nothing, and parts of the figure that no bone is near.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import PoseSequence
from models.scoring.response import falling

BONES = (
    (5, 6), (11, 12), (5, 11), (6, 12), (5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14),
    (14, 16), (0, 1), (0, 2), (1, 3), (2, 4), (15, 17), (15, 19), (16, 20), (16, 22), (9, 95), (9, 103),
    (9, 111), (10, 116), (10, 124), (10, 132),
)  # fmt: skip
"""COCO-WholeBody: trunk, limbs, head, feet, and from the wrists to the tips of thumb, middle and little
finger."""
LIMBS = 12
"""The first bones of the list: those that lie inside of the figure, wherever it goes."""

SURE = 0.3
"""Confidence from which a keypoint is believed."""

REACH = 0.7
"""How far from its bones a figure's clothes, hair and hands reach, in lengths of its trunk."""

RIM = 0.06
"""How far out of the matte a bone may lie, in lengths of the trunk: joints are marked that well."""

BARE_HALF, STRAY_HALF, TORN_SLOPE = 0.03, 0.035, 1.5
"""Calibrated on true and torn figures of the puppet world: docs/scores.md."""

Point = NDArray[np.float64]
_SAMPLES = np.linspace(0.1, 0.9, 13)


class Integrity(NamedTuple):
    """How far matte and skeleton part, over a clip."""

    bare: float
    """Share of the limbs' length that runs outside of the figure: 0 for a whole one."""
    stray: float
    """Share of the figure that hangs on no bone, or lies too far from all of them."""


def figure_integrity(figure: NDArray[np.bool_], poses: PoseSequence) -> Integrity | None:
    """Compare mattes bool [T, h, w] with the first person's pose of the same frames, of any picture size.

    Returns:
        None where the skeleton is seen in no frame, or there are no poses of these frames.
    """
    count, height, width = figure.shape
    if poses.n_frames != count:
        return None
    points = poses.keypoints_xy_px[:, 0] * np.array([width / poses.width_px, height / poses.height_px])
    sure = poses.confidence[:, 0] >= SURE
    trunk = _trunk_px(points, sure)
    if trunk is None:
        return None
    parts = [_of_frame(figure[t], points[t], sure[t], trunk) for t in range(count)]
    known = [part for part in parts if part is not None]
    return Integrity(*(float(np.mean(values)) for values in zip(*known, strict=True))) if known else None


def loose_pieces(figure: NDArray[np.bool_]) -> Integrity:
    """What can be said without a skeleton: what is no part of a frame's largest piece [T, h, w] is stray."""
    shares = []
    for mask in figure[figure.any(axis=(1, 2))]:
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        shares.append(1.0 - stats[1:, cv2.CC_STAT_AREA].max() / mask.sum())
    return Integrity(0.0, float(np.mean(shares)) if shares else 0.0)


def integrity_quality(integrity: Integrity) -> float:
    """1 for a whole figure, towards 0 as it is torn."""
    return falling(integrity.bare, BARE_HALF, TORN_SLOPE) * falling(integrity.stray, STRAY_HALF, TORN_SLOPE)


def _trunk_px(points: NDArray[np.float64], sure: NDArray[np.bool_]) -> float | None:
    """Length of the trunk, as long as the clip shows it, in px: turning away and bending shorten it."""
    seen = sure[:, [5, 6, 11, 12]].all(axis=1)
    if not seen.any():
        return None
    middle = points[seen][:, [5, 6]].mean(axis=1) - points[seen][:, [11, 12]].mean(axis=1)
    length = float(np.percentile(np.linalg.norm(middle, axis=-1), 90))
    return length if length >= 4.0 else None


def _of_frame(
    figure: NDArray[np.bool_], points: NDArray[np.float64], sure: NDArray[np.bool_], trunk: float
) -> Integrity | None:
    lines = [(points[a], points[b]) for a, b in BONES if sure[a] and sure[b]]
    lines += _head(points, sure) + _hands(points, sure)
    limbs = [(a, b) for a, b in BONES[:LIMBS] if sure[a] and sure[b]]
    if len(limbs) < LIMBS // 2 or not figure.any():
        return None
    drawn = np.ones(figure.shape, np.uint8)
    for start, end in lines:
        cv2.line(drawn, _pixel(start), _pixel(end), 0)
    if drawn.all():  # the skeleton is outside of the picture
        return None
    to_bone = cv2.distanceTransform(drawn, cv2.DIST_L2, 3)
    to_figure = cv2.distanceTransform((~figure).astype(np.uint8), cv2.DIST_L2, 3)
    _, labels = cv2.connectedComponents(figure.astype(np.uint8), connectivity=8)
    hung = np.unique(labels[figure & (to_bone <= RIM * trunk)])
    near = np.isin(labels, hung) & (to_bone <= REACH * trunk)
    stray = float((figure & ~near).sum() / figure.sum())
    return Integrity(_bare(limbs, points, to_figure > RIM * trunk), stray)


def _head(points: NDArray[np.float64], sure: NDArray[np.bool_]) -> list[tuple[Point, Point]]:
    """From the neck through the face to as far beyond it: drawn heads may be as high as their trunks."""
    if not (sure[5] and sure[6] and sure[:5].any()):
        return []
    neck, face = points[[5, 6]].mean(axis=0), points[:5][sure[:5]].mean(axis=0)
    return [(neck, 2.0 * face - neck)]


def _hands(points: NDArray[np.float64], sure: NDArray[np.bool_]) -> list[tuple[Point, Point]]:
    """From the wrists on by half a forearm, where no fingers are known."""
    arms = [(7, 9, 103), (8, 10, 124)]
    return [
        (points[wrist], points[wrist] + 0.5 * (points[wrist] - points[elbow]))
        for elbow, wrist, finger in arms
        if sure[elbow] and sure[wrist] and not sure[finger]
    ]


def _bare(limbs: list[tuple[int, int]], points: NDArray[np.float64], outside: NDArray[np.bool_]) -> float:
    """Share of the limbs' length that lies outside; what is outside of the picture is not asked."""
    ends = np.array([[points[a], points[b]] for a, b in limbs])
    along = ends[:, :1] + _SAMPLES[None, :, None] * (ends[:, 1:] - ends[:, :1])
    weight = np.repeat(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=-1)[:, None], len(_SAMPLES), axis=1)
    columns, rows = (np.floor(along[..., axis]).astype(int) for axis in (0, 1))
    inside = (columns >= 0) & (rows >= 0) & (columns < outside.shape[1]) & (rows < outside.shape[0])
    weight = weight * inside
    bare = outside[np.clip(rows, 0, outside.shape[0] - 1), np.clip(columns, 0, outside.shape[1] - 1)]
    return float((weight * bare).sum() / max(float(weight.sum()), 1e-9))


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    x, y = np.clip(np.floor(point), -30000, 30000)
    return int(x), int(y)
