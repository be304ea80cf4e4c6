"""Trunks: the rotations of a body's joints, by name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.turning import bend


def bent(lean: Floats | float, forwards: Floats | float, left: Floats | float) -> Floats:
    """Rotations [T, 3, 3] of bends in degrees, [T] or one for all: right, forwards, left."""
    return bend(np.stack(np.broadcast_arrays(lean, forwards, left), axis=-1).astype(np.float64))


def assembled(skeleton: Skeleton, frames: int, bends: Mapping[str, Floats]) -> Floats:
    """Local rotations [T, J, 3, 3] of all joints; those without a name are at rest."""
    local = np.tile(np.eye(3), (frames, len(skeleton.parents), 1, 1))
    for joint, rotation in bends.items():
        local[:, skeleton.index(joint)] = rotation
    return local
