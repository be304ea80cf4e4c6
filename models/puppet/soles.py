"""Soles: feet stay level on their ankles as far as an ankle bends, while the shins above them lean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

Floats = NDArray[np.float64]

SIDES = ("right", "left")
_ANKLE_BENDS = np.radians(35)
"""Within this a foot keeps level; the rest of the shin's turn it does as well. Ankles invert by about 35
degrees, evert by 15, and flex by 20 and 50."""
_UPRIGHT = np.radians(50)
"""A shin that leans more in the still shows a raised foot: nothing tells how it would stand."""
_LOWEST, _TALLEST = 0.08, 0.6
"""A foot's height under its ankle, in lengths of the shin, that is still a foot."""


class Soles:
    """A point under each ankle: where the foot ends below, and where it goes as the leg moves.

    Args:
        joints: [16, 2] at rest.
        legs: cover [H, W] of each leg's layer, by name; of what has none no sole is known.
    """

    def __init__(self, joints: Floats, legs: Mapping[str, NDArray[np.float32]]) -> None:
        self._rest = joints
        self.depths = {
            side: depth
            for side in SIDES
            if (cover := legs.get(f"{side}_leg")) is not None
            if (depth := _depth(joints, side, cover)) > 0
        }
        """How far under its ankle each known sole lies, in pixels."""

    def placed(self, joints: Floats) -> Floats:
        """The known soles [S, 2] under moved joints [16, 2]."""
        soles = []
        for side, depth in self.depths.items():
            turn = _shin(joints, side) - _shin(self._rest, side)
            turn = float(np.angle(np.exp(1j * turn)))
            turn = np.sign(turn) * max(0.0, abs(turn) - _ANKLE_BENDS)
            down = np.array([-np.sin(turn), np.cos(turn)])
            soles.append(joints[INDEX[f"{side}_foot"]] + depth * down)
        return np.array(soles).reshape(-1, 2)


def _shin(joints: Floats, side: str) -> float:
    """Angle of the shin from straight down, clockwise in the picture."""
    x, y = joints[INDEX[f"{side}_foot"]] - joints[INDEX[f"{side}_knee"]]
    return float(np.arctan2(-x, y))


def _depth(joints: Floats, side: str, cover: NDArray[np.float32]) -> float:
    ankle, knee = joints[INDEX[f"{side}_foot"]], joints[INDEX[f"{side}_knee"]]
    shin = float(np.linalg.norm(ankle - knee))
    if abs(_shin(joints, side)) > _UPRIGHT:
        return 0.0
    ys, xs = np.nonzero(cover > 0.5)
    under = ys[(np.abs(xs - ankle[0]) < 0.5 * shin) & (ys > ankle[1])]
    depth = float(under.max()) + 1 - float(ankle[1]) if len(under) else 0.0
    return depth if _LOWEST * shin < depth < _TALLEST * shin else 0.0
