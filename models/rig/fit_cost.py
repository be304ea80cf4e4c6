"""How badly a capsule figure explains a silhouette."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.rig.figure import NUM_CAPSULES, capsules_of, head_top, joints_of, occupancy
from models.rig.fit_terms import BONES_OUTSIDE, EXTREMITY_CAP, PROPORTIONS, bare_bones, misfit, oddness

# Weights of the terms, relative to the silhouette's area. Tuned by eye on drawings, photographs and anime.
EXTREMITIES = 0.55
SEEN_HANDS = 1.0
SEEN_HAND_CAP = 0.5
SEEN_EYES = 1.5
FACE = 0.35  # of the eyes' distance: so far from their middle a head's joint may be
LEFT_LIMBS = 0.35
FAR_FROM_AXIS = 0.05
HEAD_TOP = 0.8
HEAD_TOP_CAP = 0.12
CROSSED_ARMS = 60.0
_BONES = np.array(
    [(0, 2), (2, 3), (4, 5), (5, 6), (7, 8), (8, 9), (10, 11), (11, 12), (13, 14), (14, 15)], np.int64
)
_ENDS = np.array([3, 6, 9, 12, 15], np.int64)


@compiled()
def cost_of(
    p: NDArray[np.float64],
    matte: NDArray[np.float64],
    weight: NDArray[np.float64],
    extremities: NDArray[np.float64],
    hands: NDArray[np.float64],
    axis: NDArray[np.float64],
    eyes: NDArray[np.float64],
    scale: float,
    ox: float,
    oy: float,
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    lengths: NDArray[np.int64],
    canvas: NDArray[np.float64],
) -> float:
    """Cost of the figure with parameters ``p``; ``canvas`` [h, w] is scratch space.

    Sum of: figure outside of the matte and (thickness-weighted) matte outside of the figure; unusual
    proportions; bones whose middle line leaves the matte; extremities far from any hand, foot or head;
    lengths of the medial axis (``axis`` [K, 4]: x, y, distance to the outline, length) that no bone passes;
    a head that does not reach the figure's top, or, where eyes are seen (``eyes`` [3]: the middle
    between them and their distance; NaN for not seen), one that is not there; arms hidden in front of the
    body; hands away from where they were seen (``hands`` [2, 2], NaN for not seen).
    """
    joints = np.empty((16, 2))
    capsules = np.empty((NUM_CAPSULES, 6))
    joints_of(p, joints)
    capsules_of(p, joints, capsules)
    occupancy(capsules, scale, ox, oy, canvas)
    odd = oddness(p, mean, spread, lengths)
    # Arms before the body cost no area: elbows stay outside of the shoulder line, hands on their own side.
    for side in range(2):
        sign = -1.0 if side == 0 else 1.0
        a = 4 + 3 * side
        odd += CROSSED_ARMS * max(0.0, -sign * (joints[a + 1, 0] - joints[a, 0]))
        odd += CROSSED_ARMS * max(0.0, 0.3 * p[6] - sign * (joints[a + 2, 0] - joints[1, 0]))

    lonely = 0.0
    for e in range(extremities.shape[0]):
        nearest = 1e9
        for k in range(len(_ENDS)):
            j = _ENDS[k]
            dx = joints[j, 0] * scale + ox - extremities[e, 0]
            dy = joints[j, 1] * scale + oy - extremities[e, 1]
            distance = np.hypot(dx, dy) / scale
            if j == 3:
                distance = max(0.0, distance - 0.5 * p[4])
            nearest = min(nearest, distance)
        lonely += min(nearest, EXTREMITY_CAP) * extremities[e, 2]

    astray = 0.0
    for side in range(2):
        if not np.isnan(hands[side, 0]):
            dx = joints[6 + 3 * side, 0] * scale + ox - hands[side, 0]
            dy = joints[6 + 3 * side, 1] * scale + oy - hands[side, 1]
            astray += min(np.hypot(dx, dy) / scale, SEEN_HAND_CAP)

    left = 0.0
    for k in range(axis.shape[0]):
        x, y = (axis[k, 0] - ox) / scale, (axis[k, 1] - oy) / scale
        nearest = 1e9
        for b in range(len(_BONES)):
            i, j = _BONES[b, 0], _BONES[b, 1]
            dx, dy = joints[j, 0] - joints[i, 0], joints[j, 1] - joints[i, 1]
            px, py = x - joints[i, 0], y - joints[i, 1]
            t = min(1.0, max(0.0, (px * dx + py * dy) / (dx * dx + dy * dy + 1e-12)))
            nearest = min(nearest, (px - t * dx) ** 2 + (py - t * dy) ** 2)
        away = np.sqrt(nearest) - axis[k, 2] / scale
        left += axis[k, 3] / scale * min(1.0, max(0.0, away / FAR_FROM_AXIS))

    _, top = head_top(p, joints)
    amiss = HEAD_TOP * min(abs(top), HEAD_TOP_CAP)
    if not np.isnan(eyes[0]):
        dx, dy = joints[3, 0] * scale + ox - eyes[0], joints[3, 1] * scale + oy - eyes[1]
        amiss = SEEN_EYES * min(max(0.0, np.hypot(dx, dy) - FACE * eyes[2]) / scale, SEEN_HAND_CAP)
        amiss += HEAD_TOP * min(max(0.0, -top), HEAD_TOP_CAP)
    total: float = (
        misfit(matte, weight, canvas)
        + PROPORTIONS * odd
        + BONES_OUTSIDE * bare_bones(joints, _BONES, matte, scale, ox, oy)
        + EXTREMITIES * lonely
        + SEEN_HANDS * astray
        + LEFT_LIMBS * left
        + amiss
    )
    return total
