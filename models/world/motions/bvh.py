"""BVH motions on the world's humans: bone directions are kept, lengths are the figure's own."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from data_contracts.bvh import BvhMotion
from data_contracts.errors import InputError
from models.motion.forward_kinematics import JointPoses
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.bvh_limbs import turn_arm, turn_leg
from models.world.motions.bvh_source import BvhSource, read_source
from models.world.motions.legs import HEEL_BEHIND, leg_length_m
from models.world.motions.turning import blended, pointing, turn

_AHEAD, _UP = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])

GROUND_S = 1.2
"""A foot is on the floor at least once in this time: longer than any jump."""


def perform_bvh(motion: BvhMotion, skeleton: Skeleton, num_frames: int, fps: float) -> JointPoses:
    """A BVH motion on a human skeleton: positions [T, J, 3] in metres, rotations [T, J, 3, 3].

    Of the file's longest stretch that stays on the stage the middle is taken; where it is shorter than the
    wanted time, it is played to and fro. The figure stands on the floor, its way is centred on the stage, and
    it faces +z in the mean.

    Raises:
        InputError: the file's skeleton is no humanoid, or the figure is not human.
    """
    if skeleton.kind != "human":
        raise InputError("BVH motions are for humans", expected="human", got=skeleton.kind)
    if num_frames < 1 or not fps > 0:
        raise InputError(
            "a performance takes time", expected="frames >= 1, fps > 0", got=f"{num_frames}, {fps}"
        )
    source = read_source(motion, num_frames, fps)
    rotations = np.zeros((num_frames, len(skeleton.names), 3, 3))
    _turn_trunk(skeleton, source, rotations)
    for side in ("left", "right"):
        turn_arm(skeleton, source, rotations, side)
        turn_leg(skeleton, source, rotations, side)
    hips = 0.5 * (source.points["left_hip"] + source.points["right_hip"]) * leg_length_m(skeleton)
    sockets = np.mean(
        [skeleton.offsets_m[skeleton.index(f"{side}UpLeg")] for side in ("Left", "Right")], axis=0
    )
    poses = _posed(skeleton, hips - rotations[:, 0] @ sockets, rotations)
    return _on_stage(skeleton, poses, fps)


def _turn_trunk(skeleton: Skeleton, source: BvhSource, rotations: Floats) -> None:
    points = source.points
    middle_hips = 0.5 * (points["left_hip"] + points["right_hip"])
    hips_left, chest_left = (unit(points[f"left_{n}"] - points[f"right_{n}"]) for n in ("hip", "shoulder"))
    low = unit(source.middle - middle_hips)
    high = unit(points["neck"] - source.middle)
    straight = np.linalg.norm(points["neck"] - source.middle, axis=1) < 1e-3
    high[straight] = low[straight]
    hips, chest = _upright(low, hips_left), _upright(high, chest_left)
    half = np.full(len(hips), 0.5)
    neck_along = points["head"] - points["neck"]
    neck = pointing(skeleton.offsets_m[skeleton.index("Head")], _AHEAD, neck_along, source.face[:, :, 2])
    for name, rotation in (("Hips", hips), ("Spine", blended(hips, chest, half)), ("Chest", chest),
                           ("Neck", neck), ("Head", source.face), ("Head_end", source.face)):  # fmt: skip
        rotations[:, skeleton.index(name)] = rotation


def _upright(up: Floats, left: Floats) -> Floats:
    """Frames [T, 3, 3] whose x is `left` and whose y is as near `up` as can be."""
    z = unit(np.cross(left, up))
    return np.asarray(np.stack([left, np.cross(z, left), z], axis=-1), np.float64)


def _posed(skeleton: Skeleton, root_m: Floats, rotations: Floats) -> JointPoses:
    """Joints of rotations [T, J, 3, 3] in the world; tips turn with their bones."""
    parents = skeleton.parents
    for joint, name in enumerate(skeleton.names):
        if name.endswith("_end"):
            rotations[:, joint] = rotations[:, parents[joint]]
    local = rotations.copy()
    local[:, 1:] = np.swapaxes(rotations[:, list(parents[1:])], -1, -2) @ rotations[:, 1:]
    return pose(skeleton, root_m, local)


def _on_stage(skeleton: Skeleton, poses: JointPoses, fps: float) -> JointPoses:
    """On the floor, its way centred, facing +z in the mean."""
    ahead = poses.rotations[:, 0, :, 2].mean(axis=0)
    back = turn(-np.degrees(np.arctan2(ahead[0], ahead[2]))[None])[0]
    positions, rotations = poses.positions @ back.T, back @ poses.rotations
    middle = 0.5 * (positions[:, 0].min(axis=0) + positions[:, 0].max(axis=0))
    positions = positions - [middle[0], 0.0, middle[2]]
    lowest = np.min(
        [_sole_m(skeleton, JointPoses(positions, rotations), side) for side in ("Left", "Right")], axis=0
    )
    window = 2 * max(1, round(GROUND_S * fps / 2)) + 1
    # A mean of least heights of windows that all hold the frame is nowhere over the frame's own height.
    ground = uniform_filter1d(
        minimum_filter1d(lowest, 2 * window - 1, mode="nearest"), window, mode="nearest"
    )
    return JointPoses(positions - ground[:, None, None] * _UP, rotations)


def _sole_m(skeleton: Skeleton, poses: JointPoses, side: str) -> Floats:
    """Height [T] of the lowest of heel, ball and toes over where they are at rest."""
    rest = skeleton.rest_m()
    foot, ball, tip = (skeleton.index(f"{side}{name}") for name in ("Foot", "ToeBase", "ToeBase_end"))
    heel = np.array([0.0, -rest[foot, 1], -HEEL_BEHIND * skeleton.offsets_m[ball, 2]])
    heights = [poses.positions[:, joint, 1] - rest[joint, 1] for joint in (ball, tip)]
    heights.append((poses.positions[:, foot] + poses.rotations[:, foot] @ heel)[:, 1])
    return np.asarray(np.min(heights, axis=0), np.float64)
