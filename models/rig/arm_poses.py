"""Other poses of a fitted figure's arms: the search starts with both alike, and seldom folds one later."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.rig.figure import P

Vector = NDArray[np.float64]

_UPPER = (-0.2, 0.15, 0.5, 0.9, 1.3, 1.7, 2.2, 2.8)
"""Angles of the upper arm to try, radians: hanging to straight up."""
_BEND = (-2.4, -1.9, -1.4, -0.9, -0.4, 0.0, 0.6, 1.2, 1.8, 2.4)
"""Bends of the elbow to try: hand on the hip to hand at the head."""
_ROUNDS = 2


def rearmed(parameters: Vector, cost: Callable[[Vector], float]) -> Vector:
    """The figure with each arm in the pose, of eighty and its own, that costs least; the body is kept.

    Args:
        parameters: of the figure (`models.rig.figure.PARAMETERS`).
        cost: what a figure costs.
    """
    best, lowest = parameters.copy(), cost(parameters)
    for _, side in product(range(_ROUNDS), ("right", "left")):
        arm = [P[f"{side}_arm"], P[f"{side}_elbow_bend"]]
        for pose in product(_UPPER, _BEND):
            tried = best.copy()
            tried[arm] = pose
            if (value := cost(tried)) < lowest:
                best, lowest = tried, value
    return best
