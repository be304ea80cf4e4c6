"""The parts of a body: their bones, and how thick they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import ANIMALS, BLOBS, INDEX

Bone = tuple[str, str]
_SIDES = ("right", "left")

PARTS: dict[str, tuple[Bone, ...]] = {
    "torso": (
        ("root", "chest"),
        ("chest", "neck"),
        ("chest", "right_shoulder"),
        ("chest", "left_shoulder"),
        ("root", "right_hip"),
        ("root", "left_hip"),
    ),
    "head": (("neck", "head"),),
    "right_arm": (("right_shoulder", "right_elbow"), ("right_elbow", "right_hand")),
    "left_arm": (("left_shoulder", "left_elbow"), ("left_elbow", "left_hand")),
    "right_leg": (("right_hip", "right_knee"), ("right_knee", "right_foot")),
    "left_leg": (("left_hip", "left_knee"), ("left_knee", "left_foot")),
}
"""The parts and their bones; label k of a label picture is the k-th part."""

NAMES = tuple(PARTS)
ARMS = ("right_arm", "left_arm")
LEGS = ("right_leg", "left_leg")

_BLOB_LIMB, _BLOB_TRUNK = 0.14, 0.6
"""Half-thickness of a blob's limbs, of their length, and of its trunk, of its spine or shoulders."""
_LEG_GIRTH, _TRUNK_GIRTH = 0.13, 0.35
"""Of an animal's hind leg: half-thickness of its legs where they leave the trunk, and of its trunk."""


def girths(joints: NDArray[np.float64], body: str = "human") -> dict[str, float]:
    """Typical half-thickness of each part in pixels, from the joints [16, 2] of a kind of body."""

    def between(a: str, b: str) -> float:
        return float(np.linalg.norm(joints[INDEX[a]] - joints[INDEX[b]]))

    if body in BLOBS:
        trunk = max(12.0, between("right_shoulder", "left_shoulder"), between("root", "chest"))
        limbs = {
            name: _BLOB_LIMB * max(12.0, sum(between(*bone) for bone in PARTS[name]))
            for name in (*ARMS, *LEGS)
        }
        return {"torso": _BLOB_TRUNK * trunk, "head": _BLOB_TRUNK * trunk} | limbs
    if body in ANIMALS:
        legs = (between(f"{s}_hip", f"{s}_knee") + between(f"{s}_knee", f"{s}_foot") for s in _SIDES)
        length = max(12.0, *legs)
        leg = _LEG_GIRTH * length
        head = max(4.0, 0.5 * between("neck", "head"))
        return {"torso": _TRUNK_GIRTH * length, "head": head} | dict.fromkeys((*ARMS, *LEGS), leg)
    shoulders = max(8.0, between("right_shoulder", "left_shoulder"))
    hips = max(6.0, between("right_hip", "left_hip"))
    head = max(4.0, between("neck", "head"))
    arm, leg = 0.24 * shoulders, 0.5 * hips
    return {
        "torso": 0.5 * shoulders,
        "head": 0.715 * head,
        "right_arm": arm,
        "left_arm": arm,
        "right_leg": leg,
        "left_leg": leg,
    }
