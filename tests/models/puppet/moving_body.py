"""A standing body of known size as a driver: 133 keypoints, in metres or pixels."""

from __future__ import annotations

import numpy as np

from data_contracts.rig import INDEX, JOINTS, Skeleton
from models.puppet.driver import COCO_OF_JOINT, DriverMotion

STANDING = {
    "right_shoulder": (-0.1, 0.22),
    "left_shoulder": (0.1, 0.22),
    "right_elbow": (-0.13, 0.38),
    "left_elbow": (0.13, 0.38),
    "right_hand": (-0.15, 0.52),
    "left_hand": (0.15, 0.52),
    "right_hip": (-0.05, 0.51),
    "left_hip": (0.05, 0.51),
    "right_knee": (-0.055, 0.745),
    "left_knee": (0.055, 0.745),
    "right_foot": (-0.06, 0.98),
    "left_foot": (0.06, 0.98),
}
FPS = 24.0


def keypoints(frames: int) -> np.ndarray:
    """[T, 133, 3] of a body that stands still, in figure heights; its head at the ears."""
    points = np.zeros((frames, 133, 3))
    for name, (x, y) in STANDING.items():
        points[:, COCO_OF_JOINT[name], :2] = x, y
    points[:, [0, 3, 4], :2] = (0, 0.09), (0.03, 0.08), (-0.03, 0.08)
    return points


def driver(points: np.ndarray, depth: bool = True, confidence: np.ndarray | None = None) -> DriverMotion:
    if confidence is None:
        confidence = np.zeros(points.shape[:2])
        confidence[:, [0, 3, 4, *COCO_OF_JOINT.values()]] = 1
    return DriverMotion(points[..., :2], confidence, FPS, points[..., 2] if depth else None)


def reference(**changes: object) -> Skeleton:
    """A figure 400 px high with short legs and long arms."""
    joints = np.zeros((len(JOINTS), 2))
    place = {
        "root": (200, 260), "chest": (200, 140), "neck": (200, 125), "head": (200, 80),
        "right_shoulder": (160, 140), "right_elbow": (130, 210), "right_hand": (110, 290),
        "left_shoulder": (240, 140), "left_elbow": (270, 210), "left_hand": (290, 290),
        "right_hip": (180, 265), "right_knee": (176, 330), "right_foot": (170, 398),
        "left_hip": (220, 265), "left_knee": (224, 330), "left_foot": (230, 398),
    }  # fmt: skip
    for name, xy in place.items():
        joints[INDEX[name]] = xy
    values = {"joints_xy_px": joints, "confidence": np.ones(len(JOINTS)), "width_px": 400, "height_px": 420}
    return Skeleton(**(values | changes))  # type: ignore[arg-type]


BONES = (
    ("shoulder", "elbow"),
    ("elbow", "hand"),
    ("hip", "knee"),
    ("knee", "foot"),
)


def bone_lengths(joints: np.ndarray) -> np.ndarray:
    """[..., 8] lengths of the limbs' bones, from joints [..., 16, 2]."""
    pairs = [(INDEX[f"{side}_{a}"], INDEX[f"{side}_{b}"]) for side in ("right", "left") for a, b in BONES]
    return np.stack(
        [np.linalg.norm(joints[..., b, :] - joints[..., a, :], axis=-1) for a, b in pairs], axis=-1
    )
