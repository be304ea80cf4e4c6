"""The 133 keypoints of a moved reference: limbs from its joints; face, hands and feet carried rigidly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.puppet.driver import COCO_OF_JOINT, BodyMotion
from models.puppet.facing import figure_height

Floats = NDArray[np.float64]

FACE = [*range(5), *range(23, 91)]
# A group of keypoints follows the bone that ends where it is attached.
_GROUPS: tuple[tuple[list[int], str, str], ...] = (
    (FACE, "neck", "head"),
    (list(range(91, 112)), "left_elbow", "left_hand"),
    (list(range(112, 133)), "right_elbow", "right_hand"),
    (list(range(17, 20)), "left_knee", "left_foot"),
    (list(range(20, 23)), "right_knee", "right_foot"),
)
_LEG_KEYPOINTS = [*range(13, 23)]


def carried_keypoints(
    body: BodyMotion, joints: Floats, rest: Floats, height_px: float, legs: bool
) -> tuple[Floats, Floats]:
    """Keypoints [T, 133, 2] and confidence [T, 133] of the reference in the driver's pose.

    Face, hands and feet keep the driver's shape: they are turned by as much as the bone they hang on is
    turned against the driver's, and scaled by the figures' heights (the face: by the heads' lengths).

    Args:
        body: the driver.
        joints: the reference's joints [T, 16, 2].
        rest: the reference's joints at rest [16, 2].
        height_px: the reference's standing height.
        legs: whether the reference has legs; otherwise knees, ankles and feet are missing.
    """
    points = np.zeros((len(joints), 133, 2))
    confidence = body.keypoint_weight.copy()
    for name, k in COCO_OF_JOINT.items():
        points[:, k] = joints[:, INDEX[name]]
        confidence[:, k] = np.maximum(body.weight[:, INDEX[name]], 0.3)
    size = height_px / figure_height(body)
    head = np.linalg.norm(body.xyz[:, INDEX["head"]] - body.xyz[:, INDEX["neck"]], axis=1)
    own_head = float(np.linalg.norm(rest[INDEX["head"]] - rest[INDEX["neck"]]))
    head_size = np.full(len(joints), own_head / max(float(np.median(head)), 1e-6))
    for members, a, b in _GROUPS:
        i, j = INDEX[a], INDEX[b]
        theirs = body.xyz[:, j, :2] - body.xyz[:, i, :2]
        ours = joints[:, j] - joints[:, i]
        scale = head_size if b == "head" else size
        turn = np.arctan2(ours[:, 1], ours[:, 0]) - np.arctan2(theirs[:, 1], theirs[:, 0])
        local = body.keypoints[:, members, :2] - body.xyz[:, j, None, :2]
        c, s = (np.cos(turn) * scale)[:, None], (np.sin(turn) * scale)[:, None]
        moved = np.stack([c * local[..., 0] - s * local[..., 1], s * local[..., 0] + c * local[..., 1]], -1)
        points[:, members] = joints[:, j, None] + moved
    if not legs:
        confidence[:, _LEG_KEYPOINTS] = 0
    points[confidence <= 0] = 0
    return points, np.clip(confidence, 0, 1)
