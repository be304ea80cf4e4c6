"""The capsule figure that has given joints: the inverse of placing it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import (
    FOREARM,
    JOINTS,
    POSE,
    SHANK,
    SHARED,
    SHOULDER,
    THIGH,
    TORSO,
    UPPER_ARM,
)

Array = NDArray[np.float64]

LONGEST = 90.0
"""Percentile over time of a bone's length in the picture that counts as its unforeshortened length."""

_LIMBS = (
    # shoulder or hip, angle, foreshortening logit, length of the upper and of the lower bone, its factor
    ("right_shoulder", 6, 14, UPPER_ARM, FOREARM, 0),
    ("left_shoulder", 8, 16, UPPER_ARM, FOREARM, 0),
    ("right_hip", 10, 18, THIGH, SHANK, 1),
    ("left_hip", 12, 20, THIGH, SHANK, 1),
)


class FigurePoses(NamedTuple):
    """Poses with the proportions that they were found with."""

    poses: Array
    """[T, 24]."""
    shared: Array
    """[6]."""


def figure_of_joints(joints: Array, height: float) -> FigurePoses:
    """Angles, foreshortening and proportions of joints over time.

    Args:
        joints: [T, 14, 2] in the figure's order; the neck and the nose are not read exactly.
        height: nominal height of the figure, as `place` takes it.
    """
    at = {name: joints[:, n] for n, name in enumerate(JOINTS)}
    hips, shoulders = (at[f"right_{n}"] / 2 + at[f"left_{n}"] / 2 for n in ("hip", "shoulder"))
    poses, shared = np.zeros((len(joints), POSE)), np.zeros(SHARED)
    # `place` sets the shoulders a fiftieth of the height below the neck.
    trunk = np.linalg.norm(shoulders - hips, axis=1) + 0.02 * height
    shared[4] = np.log(max(float(np.percentile(trunk, LONGEST)) / (TORSO * height), 0.3))
    tall = height * np.exp(shared[4])
    poses[:, :2] = hips
    poses[:, 2] = _heading(hips - shoulders)
    poses[:, 3] = _logit((trunk / (TORSO * tall) - 0.75) / 0.3)
    down = np.stack([-np.sin(poses[:, 2]), np.cos(poses[:, 2])], axis=1)
    right = np.stack([down[:, 1], -down[:, 0]], axis=1)
    breadth = ((at["left_shoulder"] - at["right_shoulder"]) * right).sum(axis=1) / (2 * SHOULDER * tall)
    shared[2] = np.log(np.clip(float(np.percentile(np.abs(breadth), LONGEST)), 0.6, 1.5))
    poses[:, 4] = np.arctanh(np.clip(breadth / np.exp(shared[2]), -0.9, 0.9))
    poses[:, 5] = _wrapped(_heading(shoulders - at["nose"]) - poses[:, 2])
    for root, angle, logit, upper, lower, factor in _LIMBS:
        k = JOINTS.index(root)
        bones = np.diff(joints[:, k : k + 3], axis=1)
        length = np.linalg.norm(bones, axis=-1) / (tall * np.array([upper, lower]))
        shared[factor] += np.log(np.clip(float(np.percentile(length, LONGEST)), 0.6, 1.5)) / 2
        first = _heading(bones[:, 0])
        poses[:, angle] = _wrapped(first - poses[:, 2])
        poses[:, angle + 1] = _wrapped(_heading(bones[:, 1]) - first)
        poses[:, logit : logit + 2] = _logit((length - 0.25) / 0.8)
    poses[:, 22], poses[:, 23] = 0.6 * np.sign(poses[:, 4]), -0.6 * np.sign(poses[:, 4])
    return FigurePoses(poses, shared)


def _heading(bone: Array) -> Array:
    """Angle of a bone against the picture's downward axis, as `place` turns it."""
    return np.asarray(np.arctan2(-bone[..., 0], bone[..., 1]), np.float64)


def _wrapped(angle: Array) -> Array:
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi, np.float64)


def _logit(share: Array) -> Array:
    inside = np.clip(share, 0.05, 0.95)
    return np.asarray(np.log(inside / (1 - inside)), np.float64)
