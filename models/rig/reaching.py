"""Limbs of a figure that reach along branches of the medial axis: thin limbs are seldom met by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from models.rig.figure import P, joints_of

Floats = NDArray[np.float64]

SIDES = (("right", -1.0), ("left", 1.0))
_KINDS = {"arm": (4, "upper_arm", "elbow_bend"), "leg": (10, "thigh", "knee_bend")}
"""Index of the limb's first joint on the right, its first length, its bend."""


def reached(parameters: Floats, cost: Callable[[Floats], float], limbs: Sequence[Floats]) -> Floats:
    """The figure whose arms, then legs, reach along the branches that make it cost least; the body is kept.

    Args:
        parameters: of the figure (`models.rig.figure.PARAMETERS`).
        cost: what a figure costs.
        limbs: lines [K, 2] from tips inwards, in the figure's units.
    """
    best, lowest = parameters, cost(parameters)
    for kind in _KINDS:
        body = best
        for pair in permutations([None, None, *limbs], 2):
            if _crossed(*pair):
                continue
            tried = reach(body, kind, pair)
            if (value := cost(tried)) < lowest:
                best, lowest = tried, value
    return best


def _crossed(right: Floats | None, left: Floats | None) -> bool:
    """Whether the right limb would end on the left of the left one, as it does in a figure that faces us."""
    return right is not None and left is not None and bool(right[0, 0] > left[0, 0])


def reach(parameters: Floats, kind: str, ways: Sequence[Floats | None]) -> Floats:
    """The figure whose right and left limb of a kind ('arm', 'leg') go along two lines; None leaves one."""
    first, length, bend = _KINDS[kind]
    joints = np.empty((16, 2))
    joints_of(parameters, joints)
    bones = [None if way is None else _bones(joints[first + 3 * k], way) for k, way in enumerate(ways)]
    p = parameters.copy()
    seen = [np.linalg.norm(bone, axis=1) for bone in bones if bone is not None]
    if seen:
        p[P[length] : P[length] + 2] = np.mean(seen, axis=0)
    for (side, sign), bone in zip(SIDES, bones, strict=True):
        if bone is not None:
            upper, lower = np.arctan2(sign * bone[:, 0], bone[:, 1])
            p[P[f"{side}_{kind}"]] = upper
            p[P[f"{side}_{bend}"]] = (lower - upper + np.pi) % (2 * np.pi) - np.pi
    return p


def _bones(start: Floats, way: Floats) -> Floats | None:
    """Two bones [2, 2] from a joint along a branch to its tip, bent in the middle of the way."""
    leave = int(np.linalg.norm(way - start, axis=1).argmin())
    if leave == 0:
        return None
    line = np.concatenate([start[None], way[leave::-1]])
    along = np.append(0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1)))
    middle = np.array([np.interp(0.5 * along[-1], along, line[:, k]) for k in range(2)])
    return np.stack([middle - start, line[-1] - middle])
