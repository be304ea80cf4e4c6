"""Rotations over time: bends, turns, and bones that are to point somewhere."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from models.motion.forward_kinematics import axis_rotation
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats


def turn(heading_deg: Floats) -> Floats:
    """Rotations [T, 3, 3] about y; positive to the figure's left."""
    return axis_rotation("Y", heading_deg)


def bend(degrees: Floats) -> Floats:
    """Rotations [T, 3, 3] of bends [T, 3]: lean to the right (z), forwards (x), turn to the left (y)."""
    lean, forwards, left = np.moveaxis(degrees, -1, 0)
    return axis_rotation("Z", lean) @ axis_rotation("X", forwards) @ axis_rotation("Y", left)


def facing(along: Floats, pole: Floats) -> Floats:
    """Frames [..., 3, 3] whose second column points along `along`, the third as near `pole` as can be."""
    y = unit(along)
    z = unit(pole - y * np.sum(pole * y, axis=-1, keepdims=True))
    return np.asarray(np.stack([np.cross(y, z), y, z], axis=-1), np.float64)


def pointing(rest: Floats, rest_pole: Floats, along: Floats, pole: Floats) -> Floats:
    """Rotations [T, 3, 3] that take a bone [3] along `along` [T, 3], and its pole to near `pole`."""
    return facing(along, pole) @ facing(rest, rest_pole).T


def least_turn(start: Floats, end: Floats) -> Floats:
    """The smallest rotations [T, 3, 3] between unit vectors [T, 3] that are not opposite."""
    axis = np.cross(start, end)
    cosine = np.sum(start * end, axis=-1)[:, None, None]
    cross = np.zeros((len(axis), 3, 3))
    cross[:, 0, 1], cross[:, 0, 2], cross[:, 1, 2] = -axis[:, 2], axis[:, 1], -axis[:, 0]
    cross -= np.swapaxes(cross, 1, 2)
    return np.asarray(np.eye(3) + cross + cross @ cross / np.maximum(1 + cosine, 1e-9), np.float64)


def blended(start: Floats, end: Floats, weight: Floats) -> Floats:
    """Rotations [T, 3, 3] on the shortest way from `start` to `end`, by the shares `weight` [T]."""
    way = Rotation.from_matrix(np.swapaxes(start, -1, -2) @ end).as_rotvec()
    return np.asarray(start @ Rotation.from_rotvec(way * weight[:, None]).as_matrix(), np.float64)
