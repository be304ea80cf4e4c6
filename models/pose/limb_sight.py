"""How much of each joint's limb a silhouette shows: what no other part of the figure would cover.

An arm before the trunk leaves no trace in a silhouette: taken away, the drawn figure stays the same. An arm
that stands out is missed at once. So a joint is seen by the share of its limb that only this limb covers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.pose.capsule_figure import CAPSULES, JOINT_NUMBERS, JOINTS
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

MARGIN = 1.0
"""Grid pixels that a limb must stand out from all others: as fine as outlines are."""

_ENDS: Final = {
    "right_shoulder": (6, 0.0, 0.5, 6, 0.0, 0.5), "left_shoulder": (9, 0.0, 0.5, 9, 0.0, 0.5),
    "right_elbow": (6, 0.4, 1.0, 7, 0.0, 0.6), "left_elbow": (9, 0.4, 1.0, 10, 0.0, 0.6),
    "right_wrist": (7, 0.4, 1.0, 8, 0.0, 1.0), "left_wrist": (10, 0.4, 1.0, 11, 0.0, 1.0),
    "right_hip": (12, 0.0, 0.5, 12, 0.0, 0.5), "left_hip": (15, 0.0, 0.5, 15, 0.0, 0.5),
    "right_knee": (12, 0.4, 1.0, 13, 0.0, 0.6), "left_knee": (15, 0.4, 1.0, 16, 0.0, 0.6),
    "right_ankle": (13, 0.4, 1.0, 14, 0.0, 1.0), "left_ankle": (16, 0.4, 1.0, 17, 0.0, 1.0),
    "nose": (0, 0.0, 1.0, 0, 0.0, 1.0), "neck": (1, 0.0, 1.0, 1, 0.0, 1.0),
}  # fmt: skip
"""What shows a joint: two capsules, each from and to which share of its length."""


def limb_sight(field: SilhouetteField, placed: Array) -> Array:
    """Share of each joint's limb that only this limb covers and that the silhouette has.

    Args:
        field: silhouettes.
        placed: float64 [T, 136], one figure a frame.

    Returns:
        float64 [T, 14], 0 for a limb before the trunk, near 1 for one that stands free.
    """
    ends = np.array([_ENDS[name] for name in JOINTS])
    return np.stack([_seen(figure, mask, ends) for figure, mask in zip(placed, field.masks, strict=True)])


@compiled()
def _limb_of(capsule: int) -> int:
    """First capsule of the limb that a capsule belongs to; head and neck are one."""
    if capsule >= 6:
        return 3 * (capsule // 3)
    return 0 if capsule <= 1 else capsule


@compiled()
def _seen(figure: Array, mask: NDArray[np.bool_], ends: Array) -> Array:
    height, width = mask.shape
    distance, along = np.zeros(CAPSULES), np.zeros(CAPSULES)
    free, area = np.zeros(len(ends)), np.zeros(len(ends))
    for y in range(height):
        for x in range(width):
            nearest, second, limb = 1e9, 1e9, -1
            for c in range(CAPSULES):
                k = JOINT_NUMBERS + 6 * c
                ax, ay = figure[k], figure[k + 1]
                dx, dy = figure[k + 2] - ax, figure[k + 3] - ay
                u = ((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-3)
                u = min(1.0, max(0.0, u))
                far = np.sqrt((x - ax - u * dx) ** 2 + (y - ay - u * dy) ** 2)
                distance[c] = far - (figure[k + 4] * (1 - u) + figure[k + 5] * u)
                along[c] = u
                own = _limb_of(c)
                if distance[c] < nearest:
                    if own != limb:
                        second = nearest
                    nearest, limb = distance[c], own
                elif own != limb and distance[c] < second:
                    second = distance[c]
            if nearest > 0.5:
                continue
            for j in range(len(ends)):
                covers = False
                for part in range(0, 6, 3):
                    c = int(ends[j, part])
                    inside = distance[c] <= 0.5 and ends[j, part + 1] <= along[c] <= ends[j, part + 2]
                    covers = covers or inside
                if covers:
                    area[j] += 1
                    if mask[y, x] and limb == _limb_of(int(ends[j, 0])) and second > MARGIN:
                        free[j] += 1
    return free / np.maximum(area, 1.0)
