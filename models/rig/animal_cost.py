"""How badly an animal of capsules explains a silhouette."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.rig.animal_figure import NUM_CAPSULES, animal_capsules, animal_joints, nose_and_tail
from models.rig.figure import occupancy
from models.rig.fit_terms import BONES_OUTSIDE, EXTREMITY_CAP, PROPORTIONS, bare_bones, misfit, oddness

EXTREMITIES = 0.35
_BONES = np.array([(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (7, 8), (8, 9), (10, 11), (13, 14)], np.int64)
"""That lie inside of an animal; the heel takes a hind leg's lower bone out of it."""
_PAWS = np.array([6, 9, 12, 15], np.int64)


@compiled()
def animal_cost(
    p: NDArray[np.float64],
    facing: float,
    fore: bool,
    matte: NDArray[np.float64],
    weight: NDArray[np.float64],
    extremities: NDArray[np.float64],
    scale: float,
    ox: float,
    oy: float,
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    lengths: NDArray[np.int64],
    canvas: NDArray[np.float64],
) -> float:
    """Cost of the animal with parameters ``p``; terms and arguments as in `models.rig.fit_cost.cost_of`."""
    joints = np.empty((16, 2))
    capsules = np.empty((NUM_CAPSULES, 6))
    animal_joints(p, facing, fore, joints)
    animal_capsules(p, facing, fore, joints, capsules)
    occupancy(capsules, scale, ox, oy, canvas)
    nx, ny, tx, ty = nose_and_tail(p, facing, joints)
    lonely = 0.0
    for e in range(extremities.shape[0]):
        x, y = (extremities[e, 0] - ox) / scale, (extremities[e, 1] - oy) / scale
        nearest = min(np.hypot(nx - x, ny - y), np.hypot(tx - x, ty - y))
        # Ears, combs and horns stand on the skull.
        nearest = min(nearest, max(0.0, np.hypot(joints[3, 0] - x, joints[3, 1] - y) - 2.0 * p[9]))
        for k in range(len(_PAWS)):
            if fore or k >= 2:
                j = _PAWS[k]
                nearest = min(nearest, np.hypot(joints[j, 0] - x, joints[j, 1] - y))
        lonely += min(nearest, EXTREMITY_CAP) * extremities[e, 2]
    total: float = (
        misfit(matte, weight, canvas)
        + PROPORTIONS * oddness(p, mean, spread, lengths)
        + BONES_OUTSIDE * bare_bones(joints, _BONES, matte, scale, ox, oy)
        + EXTREMITIES * lonely
    )
    return total
