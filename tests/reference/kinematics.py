"""Forward kinematics joint by joint and frame by frame, with SciPy's Euler angles: slow and plain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.bvh import BvhMotion


def joint_positions(motion: BvhMotion) -> NDArray[np.float64]:
    """World positions [T, J, 3]."""
    first = np.cumsum([0, *map(len, motion.channels)])
    out = np.zeros((motion.n_frames, len(motion.joint_names), 3))

    def walk(frame: int, joint: int, origin: NDArray[np.float64], turn: Rotation) -> None:
        values = dict(
            zip(motion.channels[joint], motion.values[frame, first[joint] : first[joint + 1]], strict=True)
        )
        offset = [values.get(f"{axis}position", motion.offsets[joint, i]) for i, axis in enumerate("XYZ")]
        here = origin + turn.apply(offset)
        out[frame, joint] = here
        names = [name for name in motion.channels[joint] if name.endswith("rotation")]
        if names:
            order = "".join(name[0] for name in names)
            turn = turn * Rotation.from_euler(order, [values[name] for name in names], degrees=True)
        for child, parent in enumerate(motion.parents):
            if parent == joint:
                walk(frame, child, here, turn)

    for frame in range(motion.n_frames):
        walk(frame, 0, np.zeros(3), Rotation.identity())
    return out
