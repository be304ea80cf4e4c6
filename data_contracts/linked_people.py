"""The same person at the same place in every frame: detectors list people in any order.

Each frame's people are given to those known so far, all at once, so that the sum of differences is least
(Kuhn 1955). Where somebody is expected follows from how they moved last (constant velocity that dies away),
so that people who cross keep their bodies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import BODY

Floats = NDArray[np.float32]

NEAR = 0.8
"""Mean distance of keypoints from where they are expected, by the body's size, up to which somebody is the
same person in the next frame."""
NEAR_PER_FRAME, FARTHEST = 0.08, 2.5
"""Growth of that distance with each frame in which they were not seen, and its end."""
SIZE_WEIGHT = 0.5
"""Weight of the logarithm of how much larger a body is: near people are not far ones."""
UNSEEN_WEIGHT = 0.03
"""Cost of each frame since somebody was seen: who is there goes before who may come back."""
FADING = 0.85
"""Speed that is left with each further frame in which somebody is not seen."""
STEADINESS = 0.7
"""Share of the former velocity in the present one."""
_FORBIDDEN = 1e3


@dataclass
class _Person:
    """Who was seen: keypoints [133, 2], which of them, pixels a frame, and the body's size in pixels."""

    xy: Floats
    known: NDArray[np.bool_]
    velocity: Floats
    size: float
    frame: int

    def cost(self, xy: Floats, known: NDArray[np.bool_], frame: int) -> float:
        """How unlike a detection is, in body sizes; `_FORBIDDEN` for another person."""
        gap = frame - self.frame
        reach = (1 - FADING**gap) / (1 - FADING)
        expected = self.xy + self.velocity * np.float32(reach)
        shared = _shared(self.known, known)
        if shared.any():
            apart = float(np.linalg.norm(xy[shared] - expected[shared], axis=1).mean())
            growth = abs(float(np.log(_spread(xy[shared]) / _spread(expected[shared]))))
        else:
            apart = float(np.linalg.norm(xy[known].mean(axis=0) - expected[self.known].mean(axis=0)))
            growth = 0.0
        apart /= max(self.size, _extent(xy[known]))
        if apart > min(NEAR + NEAR_PER_FRAME * (gap - 1), FARTHEST):
            return _FORBIDDEN
        return apart + SIZE_WEIGHT * growth + UNSEEN_WEIGHT * (gap - 1)

    def follow(self, xy: Floats, known: NDArray[np.bool_], frame: int) -> None:
        """Take a detection for this person."""
        shared = _shared(self.known, known)
        if shared.any():
            step = np.median(xy[shared] - self.xy[shared], axis=0) / (frame - self.frame)
            kept = STEADINESS if self.velocity.any() else 0.0
            self.velocity = np.asarray(kept * self.velocity + (1 - kept) * step, np.float32)
        self.xy, self.known, self.frame = xy, known, frame
        self.size = max(0.95 * self.size, _extent(xy[known]))


def link_people(xy: Floats, confidence: Floats) -> tuple[Floats, Floats]:
    """Order people so that index p is the same person in every frame.

    Who is too far from everybody known is a new person, so there may be more people than in any one frame.

    Args:
        xy: float32 [T, P, 133, 2] in pixels.
        confidence: float32 [T, P, 133]; 0 = missing.

    Returns:
        The same of [T, Q, 133, ...], people in the order in which they came; zeros where they are not seen.
    """
    n_frames, most = confidence.shape[:2]
    if most == 1:
        return xy, confidence
    from scipy.optimize import linear_sum_assignment  # 0.4 s, which every start of a process would pay

    people: list[_Person] = []
    owner = np.full((n_frames, most), -1)
    for t in range(n_frames):
        there = np.flatnonzero((confidence[t] > 0).any(axis=1))
        known = confidence[t] > 0
        cost = np.array([[person.cost(xy[t, p], known[p], t) for p in there] for person in people])
        if len(people) and len(there):
            for number, column in zip(*linear_sum_assignment(cost), strict=True):
                if cost[number, column] < _FORBIDDEN:
                    owner[t, there[column]] = number
        for p in there:
            if owner[t, p] < 0:
                owner[t, p] = len(people)
                still = np.zeros(2, np.float32)
                people.append(_Person(xy[t, p], known[p], still, _extent(xy[t, p][known[p]]), t))
            else:
                people[owner[t, p]].follow(xy[t, p], known[p], t)
    number = max(1, len(people))
    linked = np.zeros((n_frames, number, *xy.shape[2:]), np.float32)
    trust = np.zeros((n_frames, number, confidence.shape[2]), np.float32)
    frames, slots = np.nonzero(owner >= 0)
    linked[frames, owner[frames, slots]] = xy[frames, slots]
    trust[frames, owner[frames, slots]] = confidence[frames, slots]
    return linked, trust


def _shared(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keypoints seen in both, of the body if there are any."""
    both = a & b
    body = np.zeros_like(both)
    body[BODY] = both[BODY]
    return body if body.sum() >= 3 else both


def _extent(points: Floats) -> float:
    """Diagonal of the box of points [N, 2], at least a pixel."""
    return max(1.0, float(np.linalg.norm(np.ptp(points, axis=0))))


def _spread(points: Floats) -> float:
    """Mean distance of points [N, 2] from their middle, at least a pixel."""
    return max(1.0, float(np.linalg.norm(points - points.mean(axis=0), axis=1).mean()))
