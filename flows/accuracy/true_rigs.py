"""True rigs: where the sixteen joints of a rig are on a human of the puppet world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.rig import INDEX, JOINTS, Skeleton
from flows.world.read import Still
from models.puppet.driver import COCO_OF_JOINT, NECK_SHARE
from models.world.truth import FigureTruth

Floats = NDArray[np.float64]

_EARS = (3, 4)
_HAND = ("Hand", "HandMiddle1")
_KNUCKLE_SHARE = 0.5
"""A rig's hand is in the hand: half the way from the wrist to the middle finger's base."""

LIMB_JOINTS = tuple(
    INDEX[f"{side}_{joint}"] for side in ("right", "left") for joint in ("elbow", "hand", "knee", "foot")
)
"""The joints that move a puppet's arms and legs."""


def true_joints_px(figure: FigureTruth) -> Floats:
    """A human's joints in the picture [T, 16, 2]; hidden ones too. NaN behind the camera."""
    return _joints(figure.joints.xy_px, figure.keypoints.xy_px, figure)


def true_joints_m(figure: FigureTruth) -> Floats:
    """A human's joints in the world [T, 16, 3], metres."""
    return _joints(figure.joints.xyz_world_m, figure.keypoints.xyz_world_m, figure)


def true_skeleton(still: Still) -> Skeleton:
    """The rig that a person with perfect knowledge would lay into a human's still, sure of every joint."""
    height, width = still.alpha.shape
    return Skeleton(true_joints_px(still.figure)[0], np.ones(len(JOINTS)), width, height)


def _joints(joints: Floats, keypoints: Floats, figure: FigureTruth) -> Floats:
    if figure.kind != "human":
        raise InputError("an animal has no rig of a human", where=figure.identity, got=figure.kind)
    out = np.zeros((len(joints), len(JOINTS), joints.shape[2]))
    for name, k in COCO_OF_JOINT.items():
        out[:, INDEX[name]] = keypoints[:, k]
    for side in ("Left", "Right"):
        wrist, base = (joints[:, figure.joint_names.index(f"{side}{name}")] for name in _HAND)
        out[:, INDEX[f"{side.lower()}_hand"]] = wrist + _KNUCKLE_SHARE * (base - wrist)
    for name, kind in (("root", "hip"), ("chest", "shoulder")):
        out[:, INDEX[name]] = 0.5 * (out[:, INDEX[f"right_{kind}"]] + out[:, INDEX[f"left_{kind}"]])
    head, chest = keypoints[:, list(_EARS)].mean(axis=1), out[:, INDEX["chest"]]
    out[:, INDEX["head"]] = head
    out[:, INDEX["neck"]] = chest + NECK_SHARE * (head - chest)
    return out
