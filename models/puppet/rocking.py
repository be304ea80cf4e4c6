"""A figure that moves as a whole: it leans, walks and jumps with the driver, and no limb is moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.puppet.ground import FEET

Floats = NDArray[np.float64]

_MAX_LEAN = np.radians(14)
"""A figure in one piece that leans farther falls over."""


def rocked(rest: Floats, posed: Floats, lift: Floats, walk: Floats) -> Floats:
    """Joints [T, 16, 2] of the picture moved in one piece.

    Args:
        rest: joints of the still [16, 2].
        posed: joints in the driver's pose [T, 16, 2]; their spine says how far the figure leans.
        lift: height of the feet over the floor [T], pixels.
        walk: way to the right [T], pixels.
    """
    lean = _direction(posed[:, INDEX["neck"]] - posed[:, INDEX["root"]])
    lean = lean - _direction(rest[INDEX["neck"]] - rest[INDEX["root"]])
    lean = _MAX_LEAN * np.tanh(lean / _MAX_LEAN)
    # It rocks on the ground, between its feet.
    pivot = np.array([rest[FEET, 0].mean(), rest[FEET, 1].max()])
    x, y = (rest - pivot).T
    c, s = np.cos(lean)[:, None], np.sin(lean)[:, None]
    turned = np.stack([c * x - s * y, s * x + c * y], axis=-1)
    return np.asarray(pivot + turned + np.stack([walk, -lift], axis=1)[:, None])


def slid(rest: Floats, walk: Floats) -> Floats:
    """Joints [T, 16, 2] of a picture that its border cuts, moved sideways: risen or leaning, it would end in
    mid-air."""
    return np.asarray(rest + np.stack([walk, np.zeros_like(walk)], axis=1)[:, None])


def _direction(up: Floats) -> Floats:
    """Angle of a vector [..., 2] from straight up, to the right."""
    return np.asarray(np.arctan2(up[..., 0], -up[..., 1]))
