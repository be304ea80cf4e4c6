"""Several different explanations of a silhouette on key frames, and the path through them over time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import POSE, SHARED, head_factor, standing_height
from models.pose.descent import Fitted, descend
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

ARMS = ((0.2, 0.1), (1.4, 0.1), (2.6, 0.1), (0.7, -1.5), (0.4, 2.2))
"""Upper arm against hanging, and forearm against upper arm, radians: down, out, up, elbow out with the hand
at the trunk, and hand up at the shoulder. Each with each on the other side."""

LEGS = ((0.05, 0.05), (0.35, 0.35), (-0.3, 0.4), (0.4, -0.3))
"""Right and left thigh: closed, spread, and stepping either way, radians."""

WIDTHS = (1.2, 0.3)
"""Frontal and turned."""

FOLDED = ((0.5, -2.0), (0.5, 0.3))
"""Arms of further starts for figures cut off by the picture, whose hands are often up before the body."""

SHARPNESS = 60.0
"""Energy to log likelihood: differences of a fiftieth are what noise in the outline makes."""


@dataclass(frozen=True)
class Hypotheses:
    """Explanations of key frames.

    Attributes:
        frames: int64 [K], the key frames.
        owner: int64 [B], which key frame each explanation belongs to.
        fitted: `B` of them.
        height: nominal height in grid pixels that they were fitted with.
        rest: float64 [6], the proportions that they were drawn to.
    """

    frames: NDArray[np.int64]
    owner: NDArray[np.int64]
    fitted: Fitted
    height: float
    rest: Array


def _starts(field: SilhouetteField, frame: int, height: float) -> Array:
    """Poses to start from in one frame, [N, 24]."""
    rows, columns = np.nonzero(field.masks[frame])
    top, bottom = rows.min(), rows.max()
    centre = float(np.median(columns[rows < (top + bottom) / 2 + 1]))
    base = np.zeros(POSE)
    base[:2] = centre, top + 0.44 * height
    base[14:22] = 2
    base[[22, 23]] = 0.6, -0.6
    legs = LEGS[:1] if field.cropped else LEGS
    arms = ARMS + FOLDED if field.cropped else ARMS
    poses = []
    for width in WIDTHS:
        for right, left in legs:
            for (right_arm, right_fold), (left_arm, left_fold) in product(arms, arms):
                pose = base.copy()
                pose[[4, 10, 12]] = width, right, -left
                pose[[6, 7, 8, 9]] = right_arm, right_fold, -left_arm, -left_fold
                poses.append(pose)
    return np.array(poses)


def _distinct(fitted: Fitted, candidates: NDArray[np.int64], keep: int, apart: float) -> list[int]:
    """The best candidates that differ by more than `apart` pixels in some joint."""
    chosen: list[int] = []
    for i in candidates[np.argsort(fitted.energy[candidates], kind="stable")][: 3 * keep]:
        if all(np.abs(fitted.joints[i] - fitted.joints[j]).max() > apart for j in chosen):
            chosen.append(int(i))
        if len(chosen) == keep:
            break
    return chosen


def explain(
    field: SilhouetteField,
    frames: NDArray[np.int64],
    height: float,
    *,
    keep: int,
    points: int,
) -> Hypotheses:
    """Fit each key frame from many starts, keep what differs, refine it with shared proportions.

    Args:
        field: silhouettes.
        frames: int64 [K], the key frames.
        height: of the whole figure in grid pixels.
        keep: different explanations kept for each key frame.
        points: sample points used of each kind.
    """
    head = head_factor(field.head_radius / height)
    shared = np.zeros(SHARED)
    # The larger the head, the smaller the body in the same height.
    shared[4], shared[5] = np.log(standing_height(1.0) / standing_height(head)), np.log(head)
    starts = [_starts(field, int(t), height) for t in frames]
    owner = np.repeat(np.arange(len(frames)), [len(s) for s in starts])
    coarse = descend(
        field, frames[owner], np.concatenate(starts), shared, height,
        iterations=45, rate=0.08, points=min(90, points),
    )  # fmt: skip
    kept: list[int] = []
    for k in range(len(frames)):
        kept += _distinct(coarse, np.flatnonzero(owner == k), keep, 0.06 * field.height)
    owner = owner[kept]
    fine = descend(
        field, frames[owner], coarse.poses[kept], coarse.shared, height,
        iterations=60, rate=0.05, points=points, free_shared=True, rest=shared,
    )  # fmt: skip
    return Hypotheses(frames, owner, fine, height, shared)


def mean_best_energy(hypotheses: Hypotheses) -> float:
    """How well the best explanation of each key frame fits, on average."""
    energy, owner = hypotheses.fitted.energy, hypotheses.owner
    return float(np.mean([energy[owner == k].min() for k in range(len(hypotheses.frames))]))


def doubt(hypotheses: Hypotheses, field: SilhouetteField, count: int) -> Array:
    """How far the explanations of a silhouette differ in each joint, float64 [T, 14], by its height.

    Standard deviation over the explanations of a key frame, weighted by how well they explain it; between
    key frames interpolated. A limb before the trunk fits in many places.
    """
    joints, energy = hypotheses.fitted.joints / field.height, hypotheses.fitted.energy
    spread = np.zeros((len(hypotheses.frames), joints.shape[1]))
    for k in range(len(spread)):
        mine = np.flatnonzero(hypotheses.owner == k)
        weight = np.exp(-SHARPNESS * (energy[mine] - energy[mine].min()))
        weight /= weight.sum()
        mean = np.einsum("b,bjc->jc", weight, joints[mine])
        spread[k] = np.sqrt(np.einsum("b,bjc->j", weight, (joints[mine] - mean) ** 2))
    time = np.arange(count)
    return np.stack([np.interp(time, hypotheses.frames, column) for column in spread.T], axis=1)


def cheapest_path(hypotheses: Hypotheses, field: SilhouetteField, flow: NDArray[np.float32] | None) -> Array:
    """Viterbi: one explanation for each key frame, by fit and by how far joints travel beyond the flow.

    Args:
        hypotheses: explanations.
        field: silhouettes.
        flow: float32 [T - 1, h, w, 2] on the grid, or None.

    Returns:
        float64 [K, 24].
    """
    owner, joints, energy = hypotheses.owner, hypotheses.fitted.joints, hypotheses.fitted.energy
    groups = [np.flatnonzero(owner == k) for k in range(len(hypotheses.frames))]
    cost = 40 * energy[groups[0]]
    back = []
    for k in range(1, len(groups)):
        first, last = int(hypotheses.frames[k - 1]), int(hypotheses.frames[k])
        carried = joints[groups[k - 1]] if flow is None else ride(joints[groups[k - 1]], flow[first:last])
        travel = np.linalg.norm(carried[:, None] - joints[groups[k]][None], axis=-1) / field.height
        total = cost[:, None] + 8 * np.minimum(travel, 0.3).mean(axis=-1)
        back.append(total.argmin(axis=0))
        cost = total.min(axis=0) + 40 * energy[groups[k]]
    choice = [int(cost.argmin())]
    for step in back[::-1]:
        choice.append(int(step[choice[-1]]))
    picked = [int(group[c]) for group, c in zip(groups, choice[::-1], strict=True)]
    return hypotheses.fitted.poses[picked]


def ride(points: Array, flow: NDArray[np.float32]) -> Array:
    """Carry points [..., 2] (grid indices) along successive flows [N, h, w, 2]."""
    moved = points.copy()
    limit = np.array(flow.shape[2:0:-1]) - 1
    for step in flow:
        at = np.clip(np.rint(moved), 0, limit).astype(np.int64)
        moved = moved + step[at[..., 1], at[..., 0]]
    return moved
