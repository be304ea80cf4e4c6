"""From a placed capsule figure to COCO-WholeBody keypoints with a confidence for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from data_contracts.pose_sequence import N_KEYPOINTS
from models.pose.capsule_figure import JOINTS, capsules_of, joints_of
from models.pose.confidence import Evidence, confidence_of, expected_errors, frame_quality
from models.pose.estimate import BODY_FROM_FIGURE, PoseEstimate
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

SHOULDER_OUT, SHOULDER_UP, HIP_OUT, HIP_DOWN = 0.042, 0.018, 0.018, 0.030
"""How much farther out, up and down than the figure's a person's shoulders and hips lie, by its height. The
trunk's capsules reach an arm's breadth beyond their joints, so that the fit brings these in; medians over
rendered people, whose shoulders and hips are known, the hips' with a look at Drillis and Contini (1966), who
have 0.288 of the height from shoulders to hips."""

BROAD, FRONTAL = 0.25, 0.45
"""Breadth of a figure, 0 from the side to 1, from which on its shoulders go out by all of it, and from which
on it is seen from the front: arms beside the trunk make it look broad enough with less."""

TURNING = 1.5
"""Frames over which a figure's breadth is smoothed: nobody trembles in the shoulders."""

GUESSED, OFF_SILHOUETTE = 0.97, 0.5
"""Factors for eyes and ears, placed by proportion alone, and for toes and heels."""

EYE, EAR, NOSE_DOWN = (0.030, 0.018), (0.064, 0.015), 0.011
"""Offsets of eyes and ears from the nose, sideways and up, and of the nose from the figure's, down, as shares
of the figure's height, for a head of factor 1; medians over rendered people."""


def head(figure: Array, breadth: float, unit: float) -> dict[int, Array]:
    """Nose, eyes and ears by proportion, in grid indices; `unit` is the height times the head's factor."""
    up = figure[0:2] - figure[2:4]
    up = up / max(float(np.linalg.norm(up)), 1e-6)
    nose, right = figure[0:2] - NOSE_DOWN * unit * up, np.array([-up[1], up[0]])
    # A turned head brings eyes and ears together; its left side is on the picture's right if it faces us.
    side = np.copysign(np.clip(abs(breadth) / FRONTAL, 0.4, 1), breadth)
    points = {0: nose}
    for index, (across, above), sign in ((1, EYE, 1), (2, EYE, -1), (3, EAR, 1), (4, EAR, -1)):
        points[index] = nose + unit * (sign * side * across * right + above * up)
    return points


def feet(figure: Array, unit: float) -> dict[int, tuple[Array, str]]:
    """Toes and heels from the foot capsules, in grid indices, with the ankle they hang on."""
    points = {}
    for first, capsule, ankle in ((17, 17, "left_ankle"), (20, 14, "right_ankle")):
        start, toe = capsules_of(figure)[capsule, :4].reshape(2, 2)
        along = (toe - start) / max(float(np.linalg.norm(toe - start)), 1e-6)
        across = np.array([-along[1], along[0]])
        points[first] = (toe - 0.008 * unit * across, ankle)
        points[first + 1] = (toe + 0.008 * unit * across, ankle)
        points[first + 2] = (start + np.array([0, 0.02 * unit]), ankle)
    return points


def body_joints(figure: Array, breadth: float, unit: float) -> Array:
    """The figure's joints [14, 2] as a person's: shoulders and hips farther out than capsules end.

    `breadth` is -1 to 1: 0 seen from the side, 1 from the front, below 0 from behind.
    """
    joints = joints_of(figure).copy()
    neck, root = joints[1], (joints[8] + joints[11]) / 2
    down = (root - neck) / max(float(np.linalg.norm(root - neck)), 1e-6)
    left = np.array([down[1], -down[0]]) * np.clip(breadth / BROAD, -1, 1)
    for right, across, along in ((2, SHOULDER_OUT, -SHOULDER_UP), (8, HIP_OUT, HIP_DOWN)):
        joints[right] += unit * (along * down - across * left)
        joints[right + 3] += unit * (along * down + across * left)
    return joints


def to_wholebody(
    field: SilhouetteField,
    placed: Array,
    poses: Array,
    shared: Array,
    height: float,
    method: str,
    evidence: Evidence | None = None,
) -> PoseEstimate:
    """Keypoints in picture pixels.

    Args:
        field: silhouettes.
        placed: float64 [T, 136], one figure a frame.
        poses: float64 [T, 24].
        shared: float64 [6].
        height: nominal height in grid pixels.
        method: for the manifest.
        evidence: what the fit knows of itself; None for one whose joints were known.
    """
    count = len(placed)
    xy = np.zeros((count, 1, N_KEYPOINTS, 2), np.float64)
    confidence = np.zeros((count, 1, N_KEYPOINTS), np.float32)
    unit = height * float(np.exp(shared[4]))
    quality = frame_quality(field, placed, shared, evidence)
    trust = quality[:, None] * confidence_of(expected_errors(field, placed, evidence, unit))
    breadth = gaussian_filter1d(np.tanh(poses[:, 4]), TURNING, mode="nearest")
    for t, figure in enumerate(placed):
        joints = body_joints(figure, float(breadth[t]), unit)
        for name, index in BODY_FROM_FIGURE.items():
            joint = JOINTS.index(name)
            xy[t, 0, index] = joints[joint]
            confidence[t, 0, index] = trust[t, joint] * _in_picture(field, joints[joint])
        nose = confidence[t, 0, BODY_FROM_FIGURE["nose"]]
        for index, point in head(figure, float(breadth[t]), unit * float(np.exp(shared[5]))).items():
            xy[t, 0, index] = point
            confidence[t, 0, index] = nose * (1 if index == 0 else GUESSED)
        for index, (point, ankle) in feet(figure, unit).items():
            xy[t, 0, index] = point
            confidence[t, 0, index] = confidence[t, 0, BODY_FROM_FIGURE[ankle]] * OFF_SILHOUETTE
    return PoseEstimate(
        field.to_picture(xy).astype(np.float32), confidence, quality.astype(np.float32), method
    )


def _in_picture(field: SilhouetteField, point: Array) -> bool:
    height, width = field.masks.shape[1:]
    return bool(-0.5 <= point[0] <= width - 0.5 and -0.5 <= point[1] <= height - 0.5)
