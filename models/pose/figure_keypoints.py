"""From a placed capsule figure to COCO-WholeBody keypoints with a confidence for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import N_KEYPOINTS
from models.pose.capsule_figure import JOINTS, TORSO_CAPSULES, draw_figure
from models.pose.estimate import BODY_FROM_FIGURE, PoseEstimate
from models.pose.hand_cue import assign
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

GOOD_OVERLAP, POOR_OVERLAP = 0.82, 0.55
"""Silhouette overlap (IoU) at which a frame's joints count fully, and not at all; on rendered figures
the error falls with the overlap between the two."""

HIDDEN, OFF_SILHOUETTE, GUESSED = 0.35, 0.5, 0.3
"""Factors for a joint inside the trunk's outline, off the matte, and placed by proportion alone."""

SEEN = 0.85
"""Factor for a wrist inside the trunk's outline with a hand-coloured patch at it."""

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


def _depth_in_trunk(figure: Array, point: Array) -> float:
    """How far a point lies inside the trunk, as a share of the trunk's radius; negative outside."""
    deepest = -np.inf
    for capsule in TORSO_CAPSULES:
        ax, ay, bx, by, ra, rb = figure[28 + 6 * capsule : 34 + 6 * capsule]
        start, axis = np.array([ax, ay]), np.array([bx - ax, by - ay])
        u = float(np.clip((point - start) @ axis / max(float(axis @ axis), 1e-3), 0, 1))
        radius = ra * (1 - u) + rb * u
        deepest = max(deepest, (radius - float(np.linalg.norm(point - start - u * axis))) / radius)
    return float(deepest)


def _joint_confidence(field: SilhouetteField, t: int, figure: Array) -> dict[str, float]:
    joints = figure[:28].reshape(14, 2)
    height, width = field.masks.shape[1:]
    factors = {}
    for name, (x, y) in zip(JOINTS, joints, strict=True):
        inside = -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5
        factor = 1.0 if inside else 0.0
        if inside:
            if field.gap[t, min(height - 1, max(0, round(y))), min(width - 1, max(0, round(x)))] > 1.5:
                factor *= OFF_SILHOUETTE
            limb = name.endswith(("elbow", "wrist"))
            if limb and _depth_in_trunk(figure, np.array([x, y])) > 0.1:
                factor *= HIDDEN
        factors[name] = factor
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
    """
    count = len(placed)
    xy = np.zeros((count, 1, N_KEYPOINTS, 2), np.float64)
    confidence = np.zeros((count, 1, N_KEYPOINTS), np.float32)
    quality = np.clip((overlap(field, placed) - POOR_OVERLAP) / (GOOD_OVERLAP - POOR_OVERLAP), 0.05, 1)
    quality = np.where(field.valid, quality, 0.0)
    unit = height * float(np.exp(shared[4]))
    for t, figure in enumerate(placed):
        factors = _joint_confidence(field, t, figure)
        wrists = figure[:28].reshape(14, 2)[[4, 7]]
        for wrist, _ in assign(wrists, hands[t] if hands else np.zeros((0, 2)), 0.06 * unit):
            factors[("right_wrist", "left_wrist")[wrist]] = SEEN
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
