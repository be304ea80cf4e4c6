"""Which parts are drawn before which, from their depths, without flicker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

Order = tuple[str, ...]

_FRONT, _BEHIND = 0.04, 0.10
"""An arm goes behind the body past 0.10 figure heights and comes back before 0.04."""
_LEG_MARGIN = 0.03
_SHORTEST_S = 0.25
"""An order that lasts for less is not taken."""
_PASSING_S = 0.17


@dataclass(frozen=True)
class Passing:
    """Another order of which a frame shows a share in 0..1."""

    order: Order
    share: float


def draw_orders(depth: NDArray[np.float64], fps: float) -> list[Order]:
    """Parts from back to front for every frame.

    Args:
        depth: [T, 16] depth of the joints away from the viewer, in figure heights, in any common origin.
        fps: frames a second.
    """
    arms = {side: _arm_in_front(depth, side, fps) for side in ("right", "left")}
    farther_first = sorted(arms, key=lambda side: -float(depth[:, INDEX[f"{side}_hand"]].mean()))
    right_leg_front = _right_leg_in_front(depth, fps)
    orders = []
    for t in range(len(depth)):
        legs = ["left_leg", "right_leg"] if right_leg_front[t] else ["right_leg", "left_leg"]
        behind = [f"{side}_arm" for side in farther_first if not arms[side][t]]
        before = [f"{side}_arm" for side in ("right", "left") if arms[side][t]]
        orders.append((*behind, *legs, "torso", "head", *before))
    return orders


def passings(orders: Sequence[Order], fps: float) -> list[Passing | None]:
    """Per frame what was drawn before a change of order that is near, and how far the change has gone.

    Parts that lie on each other when their order changes would jump from one picture to another; mixed over
    a sixth of a second they pass.
    """
    half = max(1.0, 0.5 * _PASSING_S * fps)
    changes = [t for t in range(1, len(orders)) if orders[t] != orders[t - 1]]
    near: list[Passing | None] = [None] * len(orders)
    for t in range(len(orders)):
        change = min(changes, key=lambda change: abs(t + 0.5 - change), default=None)
        if change is not None and abs(t + 0.5 - change) < half:
            share = (t + 0.5 - change + half) / (2 * half)
            # The frame's own order is drawn, and the other one of the two mixed into it.
            near[t] = Passing(orders[change], share) if t < change else Passing(orders[change - 1], 1 - share)
    return near


def swapped(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of parts of which another one is in front in the other order."""
    return [(a, b) for k, a in enumerate(one) for b in one[k + 1 :] if other.index(a) > other.index(b)]


def _arm_in_front(depth: NDArray[np.float64], side: str, fps: float) -> NDArray[np.bool_]:
    hand = 0.6 * depth[:, INDEX[f"{side}_hand"]] + 0.4 * depth[:, INDEX[f"{side}_elbow"]]
    return _switch(hand - depth[:, INDEX["chest"]], _FRONT, _BEHIND, fps)


def _right_leg_in_front(depth: NDArray[np.float64], fps: float) -> NDArray[np.bool_]:
    right, left = (
        0.5 * (depth[:, INDEX[f"{side}_knee"]] + depth[:, INDEX[f"{side}_foot"]])
        for side in ("right", "left")
    )
    return _switch(right - left, -_LEG_MARGIN, _LEG_MARGIN, fps)


def _switch(signal: NDArray[np.float64], low: float, high: float, fps: float) -> NDArray[np.bool_]:
    """True from when the signal falls below ``low`` until it rises over ``high``; short episodes removed."""
    state = bool(signal[0] < 0.5 * (low + high)) if len(signal) else True
    states = np.empty(len(signal), bool)
    for t, value in enumerate(signal):
        state = value < high if state else value < low
        states[t] = state
    shortest = max(1, round(_SHORTEST_S * fps))
    changes = np.flatnonzero(np.diff(states)) + 1
    bounds = [0, *changes.tolist(), len(states)]
    for a, b in pairwise(bounds[1:-1]):
        if b - a < shortest:
            states[a:b] = states[a - 1]
    return states
