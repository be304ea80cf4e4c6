"""Whole figures read off the medial axis: which branches are arms and legs, and where trunk and head are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from models.rig.figure import CHEST, HEAD_CENTRE, P
from models.rig.limbs import meeting
from models.rig.reaching import reach

Floats = NDArray[np.float64]

_SHORTEST_TRUNK = 0.08
"""Heights between where legs and where arms meet: in a stout body all meet in one place, nothing is told."""
_THIN = 0.35
"""Shoulders and hips are as wide as the axis' distance to the outline, times this."""


def figures_on_axis(branches: Sequence[Floats], mean: Floats) -> Iterator[Floats]:
    """Parameters of figures whose legs are two of the branches and whose arms are two others.

    Args:
        branches: lines [K, 3] of `limb_paths`, in the figure's units.
        mean: parameters for what the axis does not tell.
    """
    meetings = {
        pair: meeting(branches[pair[0]], branches[pair[1]]) for pair in combinations(range(len(branches)), 2)
    }
    for legs, root_at in meetings.items():
        root = branches[legs[0]][root_at]
        for arms, chest_at in meetings.items():
            chest = branches[arms[0]][chest_at]
            if set(legs) & set(arms) or np.linalg.norm(chest[:2] - root[:2]) < _SHORTEST_TRUNK:
                continue
            head = _head(branches, {*legs, *arms}, root, chest)
            if head is not None:
                body = _body(mean, root, chest, head)
                yield _limbs(body, [branches[k][:, :2] for k in (*arms, *legs)])


def best_on_axis(branches: Sequence[Floats], mean: Floats, cost: Callable[[Floats], float]) -> Floats | None:
    """The figure on the axis that costs least; None where the axis has too few branches."""
    return min(figures_on_axis(branches, mean), key=cost, default=None)


def _head(branches: Sequence[Floats], limbs: set[int], root: Floats, chest: Floats) -> Floats | None:
    """The thickest place of the axis beyond the chest: x, y, radius."""
    up = chest[:2] - root[:2]
    others = [branch for k, branch in enumerate(branches) if k not in limbs]
    ends = [branch[-1:] for branch in branches[:1]]
    places = np.concatenate([*others, *ends])
    beyond = places[(places[:, :2] - chest[:2]) @ up > 0]
    return beyond[beyond[:, 2].argmax()] if len(beyond) else None


def _body(mean: Floats, root: Floats, chest: Floats, head: Floats) -> Floats:
    p = mean.copy()
    trunk = chest[:2] - root[:2]
    p[[P["root_x"], P["root_y"]]] = root[:2]
    p[P["torso"]] = np.linalg.norm(trunk) / CHEST
    p[P["lean"]] = np.arctan2(trunk[0], -trunk[1])
    neck = root[:2] + trunk / CHEST
    skull = head[:2] - neck
    p[P["head_length"]] = max(float(np.linalg.norm(skull)) / HEAD_CENTRE, 1.2 * head[2])
    turn = np.arctan2(skull[0], -skull[1]) - p[P["lean"]]
    p[P["head_lean"]] = (turn + np.pi) % (2 * np.pi) - np.pi
    p[P["head_radius"]] = head[2]
    for name, place in (("half_shoulders", chest), ("half_hips", root)):
        p[P[name]] = min(float(mean[P[name]]), max(_THIN * place[2], 0.02))
    p[P["chest_radius"]], p[P["waist_radius"]] = chest[2], root[2]
    return p


def _limbs(body: Floats, ways: Sequence[Floats]) -> Floats:
    """The body with arms along the first two lines and legs along the others, right and left as they lie."""
    for kind, pair in (("arm", ways[:2]), ("leg", ways[2:])):
        ordered = sorted(pair, key=lambda way: float(way[0, 0]))
        body = reach(body, kind, ordered)
    return body
