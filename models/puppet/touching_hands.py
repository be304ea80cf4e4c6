"""Hands that touch in the driver touch at the reference, whose arms may be longer or shorter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

Floats = NDArray[np.float64]

_ARMS = [[INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "hand")] for side in ("right", "left")]
_TOUCHING, _APART = 0.35, 0.7
"""Distance of two wrists in arm lengths: palms that are laid on each other, and hands that have nothing to do
with each other."""
_SIDE, _FRONT = 0.08, 0.16
"""Shoulder to shoulder as seen, over the height: from the side hands lie on each other that do not touch."""
_LONGEST = 90.0
"""Percentile of what is seen of an arm that counts as its length: without depth it is foreshortened."""


def touching_hands(rest: Floats, local: Floats, joints: Floats, believed: Floats) -> Floats:
    """Joints with hands as near to each other as the driver's where these are close.

    Directions alone keep no contact: arms that are longer than the driver's cross, shorter ones do not meet.
    Both hands go alike, about their middle, to the driver's way from one to the other in arm lengths. The
    elbows go half as far; a bone may get shorter by that, as one that points to the viewer, but no longer
    than it is.

    Args:
        rest: joints of the still [16, 2].
        local: the driver's joints [T, 16, 3] in figure heights; z is 0 throughout where no depth is known.
        joints: the reference's joints [T, 16, 2], posed by directions.
        believed: [T, 16] what is known of each driver's joint.
    """
    right, left = (arm[-1] for arm in _ARMS)
    driver = max(float(np.percentile(_arm_length(local), _LONGEST)), 1e-6)
    between = (local[:, right] - local[:, left]) / driver
    share = np.clip((_APART - np.linalg.norm(between, axis=1)) / (_APART - _TOUCHING), 0, 1)
    share = share * share * (3 - 2 * share) * believed[:, np.ravel(_ARMS)].min(1)
    if not np.any(local[..., 2]):
        across = local[:, INDEX["left_shoulder"], 0] - local[:, INDEX["right_shoulder"], 0]
        share = share * np.interp(np.abs(across), (_SIDE, _FRONT), (0, 1))
    wanted = float(_arm_length(rest[None])[0]) * between[:, :2]
    step = 0.5 * share[:, None] * (wanted - (joints[:, right] - joints[:, left]))
    moved = joints.copy()
    for (shoulder, elbow, hand), way in zip(_ARMS, (step, -step), strict=True):
        target = joints[:, hand] + way
        moved[:, elbow] = _within(
            rest, joints, shoulder, elbow, joints[:, elbow] + 0.5 * way, joints[:, shoulder]
        )
        moved[:, hand] = _within(rest, joints, elbow, hand, target, moved[:, elbow])
    return moved


def _within(rest: Floats, joints: Floats, start: int, end: int, target: Floats, origin: Floats) -> Floats:
    """A target [T, 2] for the end of a bone, so near to where it begins that the bone gets no longer."""
    bone = np.linalg.norm(joints[:, end] - joints[:, start], axis=1)
    longest = np.maximum(bone, np.linalg.norm(rest[end] - rest[start]))
    way = target - origin
    return np.asarray(
        origin + way * np.minimum(1, longest / np.maximum(np.linalg.norm(way, axis=1), 1e-9))[:, None]
    )


def _arm_length(joints: Floats) -> Floats:
    """Mean length of both arms over time [T]."""
    bones = [np.linalg.norm(joints[:, b] - joints[:, a], axis=1) for arm in _ARMS for a, b in pairwise(arm)]
    return np.asarray(np.sum(bones, axis=0) / len(_ARMS))
