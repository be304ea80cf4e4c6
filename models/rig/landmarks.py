"""Joints within limbs that were fitted as wholes: hips at the crotch, knees half-way, hands in palms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.rig.crotch import hips_to_crotch

Floats = NDArray[np.float64]

_FINGERS = 0.15
"""Of the lower arm that was fitted, which ends in fingers: a rig's hand is in the palm. From the elbow to the
fingertips it is 0.254 of the height, to the middle of the palm 0.173 (Drillis and Contini 1966: forearm
0.146, hand 0.108); the fit comes half-way back by itself, for its limbs end in half discs."""
_KNEES = 0.5
"""Knees lie half-way between hips and ankles (thigh 0.245, shin 0.246 of the height; same source), but a bend
that is seen counts as much."""


def with_palms(joints: Floats) -> Floats:
    """The joints [16, 2] with hands in the palms instead of at the fingers."""
    moved = joints.copy()
    for side in ("right", "left"):
        elbow, hand = INDEX[f"{side}_elbow"], INDEX[f"{side}_hand"]
        moved[hand] += _FINGERS * (joints[elbow] - joints[hand])
    return moved


def with_legs(mask: NDArray[np.bool_], joints: Floats, height: float) -> Floats:
    """The joints [16, 2] with hips where the legs part, and knees nearer to the middle of their legs.

    Args:
        mask: the figure [h, w].
        joints: of a figure that was fitted to it, in pixels of the mask.
        height: of the figure in pixels.
    """
    moved = hips_to_crotch(mask, joints, height)
    for side in ("right", "left"):
        hip, knee, foot = (INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot"))
        way = moved[foot] - moved[hip]
        past = 0.5 - (moved[knee] - moved[hip]) @ way / max(float(way @ way), 1e-9)
        moved[knee] += _KNEES * past * way
    return moved
