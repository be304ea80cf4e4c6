"""How tall a figure is: as far as its still shows it, and as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, Skeleton

Floats = NDArray[np.float64]

OVER_HEAD = 0.8
"""From the head's middle to its top, by the way from the neck to the middle."""
_ABOVE_HIPS = 0.47
"""From the hips to the top of the head over the standing height (Drillis and Contini 1966)."""


def head_top(joints: Floats) -> Floats:
    """Row of the top of the head [...] of joints [..., 16, 2 or 3], y down."""
    head, neck = joints[..., INDEX["head"], :], joints[..., INDEX["neck"], :]
    over = OVER_HEAD * np.linalg.norm(head - neck, axis=-1)
    return np.asarray(np.minimum(head[..., 1], neck[..., 1]) - over)


def seen_height(rest: Floats, bottom_y: float) -> float:
    """From the top of the head to the feet, or to the picture's border, in pixels of the still."""
    return max(bottom_y - float(head_top(rest)), 1.0)


def whole_height(skeleton: Skeleton) -> float:
    """Standing height, in pixels of the still, of a figure that it cuts: a body goes on below its hips."""
    rest = skeleton.joints_xy_px
    above_hips = seen_height(rest, float(rest[INDEX["root"], 1]))
    return max(above_hips / _ABOVE_HIPS, seen_height(rest, skeleton.height_px))
