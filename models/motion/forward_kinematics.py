"""Forward kinematics: channel values to joint positions and orientations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion

Floats = NDArray[np.float64]


class JointPoses(NamedTuple):
    """Joints in the file's world frame: positions [T, J, 3] in file units, rotations [T, J, 3, 3]."""

    positions: Floats
    rotations: Floats


def axis_rotation(axis: str, angle_deg: Floats) -> Floats:
    """Right-handed rotations [T, 3, 3] about the axis "X", "Y" or "Z" by angles [T] in degrees."""
    i = "XYZ".index(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    angle = np.radians(angle_deg)
    rotation = np.zeros((*angle.shape, 3, 3))
    rotation[..., i, i] = 1.0
    rotation[..., j, j] = rotation[..., k, k] = np.cos(angle)
    rotation[..., k, j] = np.sin(angle)
    rotation[..., j, k] = -np.sin(angle)
    return rotation


def forward_kinematics(motion: BvhMotion) -> JointPoses:
    """Positions and rotations of every joint in every frame.

    Rotation channels multiply in the order in which the file lists them (first one outermost); a position
    channel takes the place of the joint's offset along its axis, as in Blender's importer.
    """
    n_frames, n_joints = motion.n_frames, len(motion.joint_names)
    positions = np.zeros((n_frames, n_joints, 3))
    rotations = np.zeros((n_frames, n_joints, 3, 3))
    column = 0
    for joint, (parent, names) in enumerate(zip(motion.parents, motion.channels, strict=True)):
        local_rotation = np.tile(np.eye(3), (n_frames, 1, 1))
        local_position = np.tile(motion.offsets[joint], (n_frames, 1))
        for name in names:
            values = motion.values[:, column]
            column += 1
            if name.endswith("position"):
                local_position[:, "XYZ".index(name[0])] = values
            else:
                local_rotation = local_rotation @ axis_rotation(name[0], values)
        if parent < 0:
            positions[:, joint], rotations[:, joint] = local_position, local_rotation
        else:
            offset = np.einsum("tij,tj->ti", rotations[:, parent], local_position)
            positions[:, joint] = positions[:, parent] + offset
            rotations[:, joint] = rotations[:, parent] @ local_rotation
    return JointPoses(positions, rotations)


def rest_positions(motion: BvhMotion) -> Floats:
    """Joint positions [J, 3] of the file's zero pose (all rotations zero, root at its offset)."""
    positions = np.array(motion.offsets, np.float64)
    for joint, parent in enumerate(motion.parents):
        if parent >= 0:
            positions[joint] += positions[parent]
    return positions
