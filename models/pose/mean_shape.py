"""A standing figure scaled into a silhouette's box: what a pose is without looking at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import JOINTS, NUMBERS, POSE, SHARED, capsules_of, joints_of, place
from models.pose.estimate import BODY_FROM_FIGURE
from models.pose.figure_keypoints import feet, head

ARM = 0.35
"""Angle of the arms against the trunk, radians: between A-pose and hanging."""


def standing() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The capsule figure [136] that stands facing the camera, 1 high, and its pose [24]."""
    pose, figure = np.zeros(POSE), np.zeros(NUMBERS)
    pose[4], pose[14:22] = 1.2, 2.0
    pose[[6, 8, 10, 12, 22, 23]] = ARM, -ARM, 0.1, -0.1, 0.6, -0.6
    place(pose, np.zeros(SHARED), 1.0, figure)
    return figure, pose


def mean_shape(masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The standing figure's keypoints in each mask's box.

    Args:
        masks: bool [T, H, W]; an empty one takes the whole picture's box.

    Returns:
        float64 [T, 133, 2] px; zeros where a standing figure has no such keypoint.
    """
    figure, pose = standing()
    capsules = capsules_of(figure)
    low = np.minimum(capsules[:, :2], capsules[:, 2:4]) - capsules[:, 4:5]
    high = np.maximum(capsules[:, :2], capsules[:, 2:4]) + capsules[:, 4:5]
    low, size = low.min(axis=0), np.ptp(np.concatenate([low, high]), axis=0)
    points = {index: joints_of(figure)[JOINTS.index(name)] for name, index in BODY_FROM_FIGURE.items()}
    points |= head(figure, float(np.tanh(pose[4])), 1.0) | {
        index: xy for index, (xy, _) in feet(figure, 1.0).items()
    }
    shape = np.zeros((133, 2))
    for index, xy in points.items():
        shape[index] = (xy - low) / size
    known = list(points)
    placed = np.zeros((len(masks), 133, 2))
    for t, mask in enumerate(masks):
        shown = mask if mask.any() else np.ones_like(mask)
        rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
        corner = np.array([columns[0], rows[0]])
        extent = np.array([columns[-1], rows[-1]]) + 1 - corner
        placed[t, known] = corner + shape[known] * extent
    return placed
