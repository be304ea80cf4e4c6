"""Pose augmentation: other bodies for the same motion (in-context motion paper, pose augmentation)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, PARENTS, Skeleton

Floats = NDArray[np.float64]

GROUPS: dict[str, tuple[str, ...]] = {
    "torso": ("chest", "neck"),
    "head": ("head",),
    "shoulders": ("right_shoulder", "left_shoulder"),
    "arms": ("right_elbow", "right_hand", "left_elbow", "left_hand"),
    "hips": ("right_hip", "left_hip"),
    "legs": ("right_knee", "right_foot", "left_knee", "left_foot"),
}
"""Bones, by the joint that they end in, that grow together: a body stays symmetric."""


def scaled_bones(skeleton: Skeleton, spread: float, rng: np.random.Generator) -> Skeleton:
    """A skeleton whose bones are longer or shorter, by one factor a group, uniform in 1 ± ``spread``."""
    factors = {group: rng.uniform(1 - spread, 1 + spread) for group in GROUPS}
    of_joint = {joint: factors[group] for group, joints in GROUPS.items() for joint in joints}
    joints = skeleton.joints_xy_px.copy()
    for name, parent in PARENTS.items():
        if parent is not None:
            bone = skeleton.joints_xy_px[INDEX[name]] - skeleton.joints_xy_px[INDEX[parent]]
            joints[INDEX[name]] = joints[INDEX[parent]] + of_joint[name] * bone
    return replace(skeleton, joints_xy_px=joints)


def normalised_to_clip_box(xy: Floats, confidence: Floats, margin: float = 0.05) -> Floats:
    """Keypoints [T, K, 2] in 0..1 of the box that encloses all joints over the whole clip.

    The box is made square round its centre, so that the body keeps its shape, and has ``margin`` on each
    side. Missing keypoints (confidence 0) do not count and come back as 0.
    """
    seen = confidence > 0
    if not seen.any():
        return np.zeros_like(xy)
    low, high = xy[seen].min(0), xy[seen].max(0)
    side = max(float((high - low).max()), 1e-9) / (1 - 2 * margin)
    inside = (xy - (low + high) / 2) / side + 0.5
    return np.where(seen[..., None], inside, 0.0)
