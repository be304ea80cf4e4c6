"""A humanoid's joints as the 133 keypoints of COCO-WholeBody in 3D, upright and in figure heights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from data_contracts.errors import InputError
from models.motion.forward_kinematics import forward_kinematics, rest_positions
from models.motion.humanoid import FINGERS
from models.motion.person import person_joints, up_direction

Floats = NDArray[np.float64]

LEG_SHARE = 0.47
"""Thigh plus shin as a share of standing height (Drillis and Contini 1966: 0.245 + 0.246, less the foot)."""

PLACED_CONFIDENCE = 0.5
"""Confidence of points that no joint gives and that proportions place: nose, eyes, ears, toes, heels."""

_BODY = {5: "shoulder", 7: "elbow", 9: "wrist", 11: "hip", 13: "knee", 15: "ankle"}


class WholebodyMotion(NamedTuple):
    """Keypoints over time in an upright world: y up, unit = the figure's standing height.

    `xyz` [T, 133, 3]; `confidence` [133]: 1 for a joint of the file, 0.5 for a placed point, 0 for none;
    `forward` [T, 3]: where the hips and shoulders face, horizontal and of unit length.
    """

    xyz: Floats
    confidence: Floats
    forward: Floats


def unit(vectors: Floats) -> Floats:
    """Vectors [..., 3] scaled to length 1 (zero stays zero)."""
    return np.asarray(
        vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), np.float64
    )


def upright_rotation(up: Floats) -> Floats:
    """Rotation [3, 3] that takes the file's up axis (the axis nearest to `up` [3]) to +y."""
    axis = int(np.argmax(np.abs(up)))
    sign = 1.0 if up[axis] > 0 else -1.0
    if axis == 1:
        return np.diag([1.0, sign, sign])
    if axis == 2:
        return np.array([[1.0, 0, 0], [0, 0, sign], [0, -sign, 0]])
    return np.array([[0, -sign, 0], [sign, 0, 0], [0, 0, 1.0]])


def wholebody_motion(motion: BvhMotion, where: str = "skeleton") -> WholebodyMotion:
    """3D keypoints of a BVH motion. Raises InputError for a skeleton that is no humanoid or has no size."""
    poses, rest = forward_kinematics(motion), rest_positions(motion)
    joint = person_joints(motion, poses.positions, rest, where)
    turn = upright_rotation(up_direction(poses.positions, rest, joint))
    leg = sum(
        np.median(
            np.linalg.norm(
                poses.positions[:, joint[f"{s}_{a}"]] - poses.positions[:, joint[f"{s}_{b}"]], axis=-1
            )
        )
        for s in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    )
    height = float(leg) / 2 / LEG_SHARE
    if not height > 0:
        raise InputError("the skeleton has no size", where=where, expected="legs longer than 0", got=height,
                         hint="Export the motion with its joint offsets.")  # fmt: skip
    points = poses.positions @ turn.T / height
    rotations = turn @ poses.rotations
    rest = rest / height

    xyz = np.zeros((len(points), 133, 3))
    confidence = np.zeros(133)

    def put(index: int, values: Floats, trust: float = 1.0) -> None:
        xyz[:, index] = values
        confidence[index] = trust

    for base, name in _BODY.items():
        put(base, points[:, joint[f"left_{name}"]])
        put(base + 1, points[:, joint[f"right_{name}"]])
    forward = _facing(points, joint)
    _put_head(put, points, joint, _head_axes(points, rotations, rest, joint, forward))
    for side in ("left", "right"):
        _put_foot(put, points, joint, side)
        _put_hand(put, points, joint, side)
    return WholebodyMotion(xyz, confidence, forward)


def _facing(points: Floats, joint: dict[str, int]) -> Floats:
    left = sum(points[:, joint[f"left_{n}"]] - points[:, joint[f"right_{n}"]] for n in ("hip", "shoulder"))
    forward = np.cross(left, [0.0, 1.0, 0.0])
    return unit(forward)


def _head_axes(
    points: Floats, rotations: Floats, rest: Floats, joint: dict[str, int], forward: Floats
) -> tuple[Floats, Floats, Floats]:
    """Left, up and forward of the head [T, 3] each: its rotation against the zero pose, else the body's."""
    rest_left = rest[joint["left_hip"]] - rest[joint["right_hip"]]
    rest_up = rest[joint["head"]] - rest[joint["pelvis"]]
    rest_forward = unit(np.cross(rest_left, rest_up))
    head_forward = rotations[:, joint["head"]] @ rest_forward
    if np.median(np.sum(head_forward * forward, axis=1)) < 0.5:
        # The zero pose is not a standing figure in this file, so it cannot tell where the face is.
        head_forward = forward
    up = unit(points[:, joint["head"]] - points[:, joint["neck"]])
    left = unit(np.cross(up, head_forward))
    return left, unit(np.cross(head_forward, left)), head_forward


def _put_head(
    put: object, points: Floats, joint: dict[str, int], axes: tuple[Floats, Floats, Floats]
) -> None:
    """Nose, eyes and ears by the proportions of a head of 0.13 figure heights (Drillis and Contini 1966)."""
    assert callable(put)
    left, up, forward = axes
    length = 0.13
    centre = points[:, joint["head"]] + 0.45 * length * up
    if "head_top" in joint:
        tip = points[:, joint["head_top"]] - points[:, joint["head"]]
        if 0.05 < np.median(np.linalg.norm(tip, axis=1)) < 0.25:
            centre = points[:, joint["head"]] + 0.5 * tip
    for index, (a, b, c) in enumerate(
        [(0.0, -0.10, 0.55), (0.15, 0.08, 0.45), (-0.15, 0.08, 0.45), (0.36, 0.0, 0.0), (-0.36, 0.0, 0.0)]
    ):
        put(index, centre + length * (a * left + b * up + c * forward), PLACED_CONFIDENCE)


def _put_foot(put: object, points: Floats, joint: dict[str, int], side: str) -> None:
    """Big toe, small toe and heel from ankle and toe, where the file has a toe."""
    assert callable(put)
    if f"{side}_toe" not in joint:
        return
    ankle, knee = points[:, joint[f"{side}_ankle"]], points[:, joint[f"{side}_knee"]]
    toe = points[:, joint.get(f"{side}_toe_end", joint[f"{side}_toe"])]
    foot = toe - ankle
    outward = unit(np.cross(knee - ankle, foot)) * (0.02 if side == "left" else -0.02)
    first = 17 if side == "left" else 20
    put(first, toe - outward, PLACED_CONFIDENCE)
    put(first + 1, toe + outward, PLACED_CONFIDENCE)
    down = unit(ankle - knee)
    heel = ankle - 0.3 * foot + 0.5 * np.sum(foot * down, axis=1, keepdims=True) * down
    put(first + 2, heel, PLACED_CONFIDENCE)


def _put_hand(put: object, points: Floats, joint: dict[str, int], side: str) -> None:
    """The 21 points of a hand, where the file has fingers; the wrist alone is no hand."""
    assert callable(put)
    first = 91 if side == "left" else 112
    fingers = [finger for finger in FINGERS if f"{side}_{finger}_1" in joint]
    if fingers:
        put(first, points[:, joint[f"{side}_wrist"]])
    for finger in fingers:
        for phalanx in range(4):
            index = first + 1 + 4 * FINGERS.index(finger) + phalanx
            put(index, points[:, joint[f"{side}_{finger}_{phalanx + 1}"]])
