"""From a placed capsule figure to COCO-WholeBody keypoints with a confidence for each."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import N_KEYPOINTS
from models.pose.capsule_figure import JOINTS, draw_figure
from models.pose.estimate import BODY_FROM_FIGURE, PoseEstimate
from models.pose.hand_cue import assign
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

GOOD_OVERLAP, POOR_OVERLAP = 0.80, 0.60
"""Silhouette overlap (IoU) at which a frame's joints count fully, and not at all; on rendered figures
the error falls with the overlap between the two, and animals stay below 0.7 mostly."""

HIDDEN, OFF_SILHOUETTE, GUESSED = 0.3, 0.5, 0.75
"""Factors for an end of a limb inside the body's outline, for a joint off the matte, and for one placed by
proportion alone."""

WIDE = (1.3, 2.6)
"""Distance to the outline over the limb's radius at which a limb's end is seen by itself, and not at all."""

SPREAD = 0.06
"""Difference between explanations of the silhouette, by its height, that halves a joint's confidence."""

SEEN = 0.85
"""Factor at least for a wrist with a hand-coloured patch at it."""

EYE, EAR = (0.022, 0.024), (0.057, 0.014)
"""Offsets of eyes and ears from the nose, sideways and up, as shares of the figure's height, for a head of
factor 1."""


def overlap(field: SilhouetteField, placed: Array) -> Array:
    """Intersection over union of the drawn figure and the silhouette, ``[T]``."""
    height, width = field.masks.shape[1:]
    shares = np.zeros(len(placed))
    for t, figure in enumerate(placed):
        drawn, seen = draw_figure(figure, height, width), field.masks[t]
        shares[t] = (drawn & seen).sum() / max(1, (drawn | seen).sum())
    return shares


_ENDS: Final = {
    "right_elbow": 6, "right_wrist": 7, "left_elbow": 9, "left_wrist": 10,
    "right_knee": 12, "right_ankle": 13, "left_knee": 15, "left_ankle": 16,
}  # fmt: skip
"""Capsule whose far end each end of a limb is."""


def _joint_confidence(field: SilhouetteField, t: int, figure: Array, spread: Array) -> dict[str, float]:
    joints = figure[:28].reshape(14, 2)
    height, width = field.masks.shape[1:]
    factors = {}
    for n, (name, (x, y)) in enumerate(zip(JOINTS, joints, strict=True)):
        if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
            factors[name] = 0.0
            continue
        factor = 1 / (1 + (spread[n] / SPREAD) ** 2)
        row, column = min(height - 1, max(0, round(y))), min(width - 1, max(0, round(x)))
        if field.gap[t, row, column] > 1.5:
            factor *= OFF_SILHOUETTE
        if name in _ENDS:
            radius = max(float(figure[33 + 6 * _ENDS[name]]), 1.0)
            hidden = np.clip((field.depth[t, row, column] / radius - WIDE[0]) / (WIDE[1] - WIDE[0]), 0, 1)
            factor *= 1 - (1 - HIDDEN) * float(hidden)
        factors[name] = float(factor)
    return factors


def head(figure: Array, pose: Array, unit: float) -> dict[int, Array]:
    """Eyes and ears by proportion, in grid indices; ``unit`` is the height times the head's factor."""
    nose, neck = figure[0:2], figure[2:4]
    up = (nose - neck) / max(float(np.linalg.norm(nose - neck)), 1e-6)
    right = np.array([-up[1], up[0]])
    # A turned head brings eyes and ears together; its left side is on the picture's right if it faces us.
    side = np.copysign(max(0.4, abs(float(np.tanh(pose[4])))), pose[4])
    points = {}
    for index, (across, above), sign in ((1, EYE, 1), (2, EYE, -1), (3, EAR, 1), (4, EAR, -1)):
        points[index] = nose + unit * (sign * side * across * right + above * up)
    return points


def feet(figure: Array, unit: float) -> dict[int, tuple[Array, str]]:
    """Toes and heels from the foot capsules, in grid indices, with the ankle they hang on."""
    points = {}
    for first, capsule, ankle in ((17, 17, "left_ankle"), (20, 14, "right_ankle")):
        start, toe = figure[28 + 6 * capsule : 30 + 6 * capsule], figure[30 + 6 * capsule : 32 + 6 * capsule]
        along = (toe - start) / max(float(np.linalg.norm(toe - start)), 1e-6)
        across = np.array([-along[1], along[0]])
        points[first] = (toe - 0.008 * unit * across, ankle)
        points[first + 1] = (toe + 0.008 * unit * across, ankle)
        points[first + 2] = (start + np.array([0, 0.02 * unit]), ankle)
    return points


def to_wholebody(
    field: SilhouetteField,
    placed: Array,
    poses: Array,
    shared: Array,
    height: float,
    method: str,
    hands: list[Array],
    doubt: Array | None = None,
) -> PoseEstimate:
    """Keypoints in picture pixels.

    Args:
        field: silhouettes.
        placed: float64 ``[T, 136]``, one figure a frame.
        poses: float64 ``[T, 24]``.
        shared: float64 ``[6]``.
        height: nominal height in grid pixels.
        method: for the manifest.
        hands: centres of hand-like patches in each frame, grid indices; a wrist on one was seen.
        doubt: float64 ``[T, 14]``, how far explanations differ in each joint, by the figure's height.
    """
    count = len(placed)
    xy = np.zeros((count, 1, N_KEYPOINTS, 2), np.float64)
    confidence = np.zeros((count, 1, N_KEYPOINTS), np.float32)
    quality = np.clip((overlap(field, placed) - POOR_OVERLAP) / (GOOD_OVERLAP - POOR_OVERLAP), 0.05, 1)
    quality = np.where(field.valid, quality, 0.0)
    unit = height * float(np.exp(shared[4]))
    spread = np.zeros((count, len(JOINTS))) if doubt is None else doubt
    for t, figure in enumerate(placed):
        factors = _joint_confidence(field, t, figure, spread[t])
        wrists = figure[:28].reshape(14, 2)[[4, 7]]
        for wrist, _ in assign(wrists, hands[t] if hands else np.zeros((0, 2)), 0.06 * unit):
            name = ("right_wrist", "left_wrist")[wrist]
            factors[name] = max(SEEN, factors[name])
        for name, index in BODY_FROM_FIGURE.items():
            joint = JOINTS.index(name)
            xy[t, 0, index] = figure[2 * joint : 2 * joint + 2]
            confidence[t, 0, index] = quality[t] * factors[name]
        for index, point in head(figure, poses[t], unit * float(np.exp(shared[5]))).items():
            xy[t, 0, index] = point
            confidence[t, 0, index] = quality[t] * factors["nose"] * GUESSED
        for index, (point, ankle) in feet(figure, unit).items():
            xy[t, 0, index] = point
            confidence[t, 0, index] = quality[t] * factors[ankle] * OFF_SILHOUETTE
    return PoseEstimate(
        field.to_picture(xy).astype(np.float32), confidence, quality.astype(np.float32), method
    )
