"""What body belongs to a head whose eyes are seen: they tell its size, and so what is left for the rest."""

from __future__ import annotations

import numpy as np

from models.rig.silhouette import FitGrid

_RADIUS, _RADII = 1.2, (0.05, 0.24)
"""Of a head, in distances of its eyes, and in heights."""
_LENGTH = 2.1
"""Of a head with its neck, in radii."""
_LEAST = 0.3
_LEGS, _BIG_HEADED, _ADULT = (0.48, 0.54), 0.15, 0.87
"""Share of the legs in what is below the chin, which an adult's is 0.87 of the height; a big head's body has
shorter ones (the shares of `models.rig.search`'s kinds of bodies)."""
_NECK = 0.02
_UPPER_ARM, _FOREARM = 0.18, 0.17


def body_below(grid: FitGrid, legs: float) -> dict[str, float]:
    """Parameters (`models.rig.figure.PARAMETERS`) of the head with the grid's eyes and of a body below it.

    ``legs``: their length over the usual.
    """
    x, y, apart = np.array(grid.eyes) / grid.scale - [
        grid.offset[0] / grid.scale,
        grid.offset[1] / grid.scale,
        0,
    ]
    radius = float(np.clip(_RADIUS * apart, *_RADII))
    chin = float(y) + radius
    below = max(1 - chin, _LEAST)
    leg = legs * below * float(np.clip(_LEGS[1] + _BIG_HEADED * (below - _ADULT), *_LEGS))
    return {
        "root_x": float(x),
        "root_y": 1 - leg,
        "torso": 1 - leg - chin - _NECK,
        "head_length": _LENGTH * radius,
        "head_radius": radius,
        "thigh": 0.5 * leg,
        "shin": 0.5 * leg,
        "upper_arm": _UPPER_ARM * below,
        "forearm": _FOREARM * below,
    }
