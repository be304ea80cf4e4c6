"""Stance: how far apart a figure's legs stand, whatever the driver's legs do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

Floats = NDArray[np.float64]

_SIDES = ("right", "left")
_FROM, _WHOLE, _MOST_APART = np.radians((4.0, 6.0, 12.0))
"""Below the first angle a still merely shows a pose, from the second on it is how the figure stands, and
beyond the third it is a pose again, such as a lunge."""
_SIDE_HIPS, _FRONT_HIPS = 0.03, 0.06
"""Hip to hip as seen, over the height: about 0.1 from the front, and what swings in a walk from the side."""


def own_stance(rest: Floats, local: Floats) -> Floats:
    """The driver's joints with legs as far apart as the figure's.

    A figure with narrow hips and wide boots stands with its legs apart. Moved in the directions of a driver
    whose legs are straight under the body, its feet would meet. So both legs are turned outwards by what the
    figure's stand out more than the driver's usually do, if that is 4 degrees or more; and by less the more
    the driver is seen from the side, where legs that stand apart are seen one before the other.

    Args:
        rest: joints [16, 2] of the figure in its still.
        local: joints [T, 16, 3] of the driver about its root, in figure heights.

    Returns:
        [T, 16, 3], where knees and feet are turned about their hips.
    """
    outwards = {side: np.sign(rest[INDEX[f"{side}_hip"], 0] - rest[INDEX["root"], 0]) for side in _SIDES}
    own = min(float(_splay(rest, side, outwards[side])) for side in _SIDES)
    usual = np.mean([np.median(_splay(local, side, outwards[side])) for side in _SIDES])
    hips = np.abs(local[:, INDEX["left_hip"], 0] - local[:, INDEX["right_hip"], 0])
    apart = np.interp(own - usual, (_FROM, _WHOLE, _MOST_APART), (0, _WHOLE, _MOST_APART))
    apart = apart * np.interp(hips, (_SIDE_HIPS, _FRONT_HIPS), (0, 1))
    turned = local.copy()
    for side in _SIDES:
        c, s = np.cos(apart), outwards[side] * np.sin(apart)
        hip = local[:, INDEX[f"{side}_hip"], :2]
        for name in ("knee", "foot"):
            x, y = (local[:, INDEX[f"{side}_{name}"], :2] - hip).T
            turned[:, INDEX[f"{side}_{name}"], :2] = hip + np.stack([c * x + s * y, c * y - s * x], axis=1)
    return turned


def _splay(joints: Floats, side: str, outwards: float) -> Floats:
    """Angle of a leg from the vertical in the picture, outwards positive, of joints [..., 16, 2 or 3]."""
    leg = joints[..., INDEX[f"{side}_foot"], :2] - joints[..., INDEX[f"{side}_hip"], :2]
    return np.asarray(np.arctan2(outwards * leg[..., 0], leg[..., 1]))
