"""As BVH: a performance as a motion file, which every tool that reads BVH can play."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from data_contracts.bvh import BvhMotion
from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton

_CM = 100.0
"""Lengths in files of people are centimetres by custom; the format has no unit."""
_TURNS = ("Zrotation", "Xrotation", "Yrotation")
_PLACES = ("Xposition", "Yposition", "Zposition")


def bvh_of(skeleton: Skeleton, poses: JointPoses, fps: float) -> BvhMotion:
    """The motion of a skeleton: the root has a position, every joint that is no end a rotation.

    Args:
        skeleton: the bones.
        poses: positions [T, J, 3] in metres, rotations [T, J, 3, 3].
        fps: frames a second.
    """
    order = _depth_first(skeleton.parents)
    columns: list[Floats] = []
    channels: list[tuple[str, ...]] = []
    for joint in order:
        parent, local = skeleton.parents[joint], poses.rotations[:, joint]
        if skeleton.names[joint].endswith("_end"):
            channels.append(())
            continue
        if parent < 0:
            columns.append(poses.positions[:, joint] * _CM)
        else:
            local = np.swapaxes(poses.rotations[:, parent], 1, 2) @ local
        channels.append((_PLACES + _TURNS) if parent < 0 else _TURNS)
        columns.append(Rotation.from_matrix(local).as_euler("ZXY", degrees=True))
    return BvhMotion(
        joint_names=tuple(skeleton.names[joint] for joint in order),
        parents=tuple(
            order.index(parent) if parent >= 0 else -1 for parent in np.take(skeleton.parents, order)
        ),
        offsets=skeleton.offsets_m[order] * _CM,
        channels=tuple(channels),
        values=np.concatenate(columns, axis=1),
        frame_time_s=1.0 / fps,
    )


def _depth_first(parents: tuple[int, ...]) -> list[int]:
    """The order in which a BVH file nests its joints."""
    order: list[int] = []
    waiting = [joint for joint, parent in enumerate(parents) if parent < 0]
    while waiting:
        joint = waiting.pop(0)
        order.append(joint)
        waiting[:0] = [child for child, parent in enumerate(parents) if parent == joint]
    return order
