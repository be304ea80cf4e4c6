"""An animal of tapered capsules, seen from its side: 35 numbers give sixteen joints and a silhouette.

Lengths are in units of the square root of the silhouette's area, which tails and antlers hardly change;
angles in radians. The joints are those of a rig: forelegs (of a bird: wings) are its arms, hind legs its
legs. The animal looks to the right if ``facing`` is 1 and to the left if it is -1. Legs are given as the near
and the far one of a pair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.rig.figure import _put

PARAMETERS = (
    "root_x",
    "root_y",
    "trunk",
    "pitch",
    "rump_radius",
    "chest_radius",
    "neck",
    "neck_rise",
    "neck_radius",
    "skull_radius",
    "muzzle",
    "muzzle_rise",
    "muzzle_radius",
    "tail",
    "tail_rise",
    "tail_radius",
    "fore_upper",
    "fore_lower",
    "hind_upper",
    "hind_lower",
    "thigh_radius",
    "shin_radius",
    "hock",
    "near_fore",
    "near_fore_bend",
    "far_fore",
    "far_fore_bend",
    "near_hind",
    "near_hind_bend",
    "far_hind",
    "far_hind_bend",
    "far_x",
    "far_y",
    "behind",
    "toe",
)
"""Rises count from the horizon, pitch from a level trunk, both upwards; of legs 0 hangs down, positive
forwards. ``hock``: how far the heel stands out behind the line from knee to foot, in its lengths. ``far_x``
and ``far_y``: where the far legs begin against the near ones, ahead and below. ``behind``: how far the trunk
goes on behind the hips. ``toe``: how far feet reach ahead of the leg."""

A = {name: index for index, name in enumerate(PARAMETERS)}
LENGTHS = np.array(
    [A[name] for name in PARAMETERS if name.endswith("radius")]
    + [A[name] for name in ("trunk", "muzzle", "fore_upper", "fore_lower", "hind_upper", "hind_lower")]
)
"""Parameters that must stay positive."""

# Proportions of standing dogs, cats, deer, horses and cattle, and of birds with folded wings; how far they
# and their poses stray.
QUADRUPED = np.array(
    [
        *(0.0, 0.0, 0.97, 0.0, 0.21, 0.24, 0.34, 0.80, 0.13, 0.16, 0.20, -0.3, 0.08, 0.55, 0.1, 0.05),
        *(0.39, 0.40, 0.34, 0.52, 0.11, 0.05, 0.22),
        *(-0.55, 0.9, -0.55, 0.9, 0.45, -0.95, 0.45, -0.95, 0.0, 0.0, 0.0, 0.06),
    ]
)
BIRD = np.array(
    [
        *(0.0, 0.0, 0.35, 0.8, 0.28, 0.32, 0.25, 1.1, 0.17, 0.21, 0.22, -0.3, 0.06, 0.65, -0.45, 0.09),
        *(0.1, 0.1, 0.24, 0.54, 0.12, 0.04, 0.05),
        *(0.0, 0.0, 0.0, 0.0, 0.65, -0.8, 0.65, -0.8, 0.0, 0.0, 0.26, 0.12),
    ]
)
SPREAD = np.array(
    [
        *(0.12, 0.12, 0.15, 0.22, 0.05, 0.05, 0.14, 0.4, 0.035, 0.03, 0.1, 0.35, 0.025, 0.3, 0.5, 0.02),
        *(0.09, 0.1, 0.09, 0.12, 0.03, 0.015, 0.1),
        *(0.5, 0.5, 0.5, 0.5, 0.5, 0.45, 0.5, 0.45, 0.1, 0.05, 0.06, 0.04),
    ]
)
NUM_CAPSULES = 19


@compiled()
def _limb(
    p: NDArray[np.float64],
    joints: NDArray[np.float64],
    first: int,
    upper: int,
    angle: int,
    far: bool,
    facing: float,
    x: float,
    y: float,
) -> None:
    joints[first, 0] = x + (facing * p[31] if far else 0.0)
    joints[first, 1] = y + (p[32] if far else 0.0)
    turn = p[angle]
    for bone in range(2):
        if bone == 1:
            turn += p[angle + 1]
        joints[first + bone + 1, 0] = joints[first + bone, 0] + facing * np.sin(turn) * p[upper + bone]
        joints[first + bone + 1, 1] = joints[first + bone, 1] + np.cos(turn) * p[upper + bone]


@compiled()
def animal_joints(p: NDArray[np.float64], facing: float, fore: bool, joints: NDArray[np.float64]) -> None:
    """Forward kinematics into ``joints`` [16, 2], in the order of `data_contracts.rig.JOINTS`.

    An animal that looks to the left shows its left side. Without forelegs (``fore``) the arms' joints lie
    along the trunk.
    """
    cos, sin = np.cos(p[3]), np.sin(p[3])
    ahead_x, ahead_y = facing * cos, -sin
    joints[0, 0], joints[0, 1] = p[0], p[1]
    joints[1, 0], joints[1, 1] = p[0] + ahead_x * p[2], p[1] + ahead_y * p[2]
    # The neck begins in the upper front of the chest.
    joints[2, 0] = joints[1, 0] + 0.35 * p[5] * (ahead_x - facing * sin)
    joints[2, 1] = joints[1, 1] + 0.35 * p[5] * (ahead_y - cos)
    joints[3, 0] = joints[2, 0] + facing * np.cos(p[7]) * p[6]
    joints[3, 1] = joints[2, 1] - np.sin(p[7]) * p[6]
    near = 4 if facing > 0 else 7
    far = 7 if facing > 0 else 4
    if fore:
        _limb(p, joints, near, 16, 23, False, facing, joints[1, 0], joints[1, 1])
        _limb(p, joints, far, 16, 25, True, facing, joints[1, 0], joints[1, 1])
    else:
        for k in range(3):
            share = 1 - 0.4 * k
            for first in (near, far):
                joints[first + k, 0] = joints[0, 0] + share * (joints[1, 0] - joints[0, 0])
                joints[first + k, 1] = joints[0, 1] + share * (joints[1, 1] - joints[0, 1])
    _limb(p, joints, near + 6, 18, 27, False, facing, joints[0, 0], joints[0, 1])
    _limb(p, joints, far + 6, 18, 29, True, facing, joints[0, 0], joints[0, 1])


@compiled()
def rump(p: NDArray[np.float64], facing: float, joints: NDArray[np.float64]) -> tuple[float, float]:
    """Where the trunk ends behind."""
    return joints[0, 0] - facing * np.cos(p[3]) * p[33], joints[0, 1] + np.sin(p[3]) * p[33]


@compiled()
def nose_and_tail(
    p: NDArray[np.float64], facing: float, joints: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Tips of the muzzle (or beak) and of the tail: x, y, x, y."""
    nx = joints[3, 0] + facing * np.cos(p[11]) * (p[9] + p[10])
    ny = joints[3, 1] - np.sin(p[11]) * (p[9] + p[10])
    tail = max(p[13], 0.0) + p[4]
    rx, ry = rump(p, facing, joints)
    return nx, ny, rx - facing * np.cos(p[14]) * tail, ry - np.sin(p[14]) * tail


@compiled()
def animal_capsules(
    p: NDArray[np.float64],
    facing: float,
    fore: bool,
    joints: NDArray[np.float64],
    capsules: NDArray[np.float64],
) -> None:
    """Fill ``capsules`` [19, 6] with rows (x0, y0, x1, y1, radius0, radius1); unused ones have no radius."""
    capsules[:] = 0.0
    thigh, shin = p[20], p[21]
    rx, ry = rump(p, facing, joints)
    _put(capsules, 0, rx, ry, joints[1, 0], joints[1, 1], p[4], p[5])
    base = 0.5 * (p[5] + p[8])
    _put(capsules, 1, joints[2, 0], joints[2, 1], joints[3, 0], joints[3, 1], base, p[8])
    _put(capsules, 2, joints[3, 0], joints[3, 1], joints[3, 0], joints[3, 1], p[9], p[9])
    nx, ny, tx, ty = nose_and_tail(p, facing, joints)
    sx, sy = joints[3, 0] + 0.5 * (nx - joints[3, 0]), joints[3, 1] + 0.5 * (ny - joints[3, 1])
    back = p[12] / max(1e-6, np.hypot(nx - joints[3, 0], ny - joints[3, 1]))
    ex, ey = nx - back * (nx - joints[3, 0]), ny - back * (ny - joints[3, 1])
    _put(capsules, 3, sx, sy, ex, ey, 1.3 * p[12], p[12])
    _put(capsules, 4, rx, ry, tx, ty, 1.6 * p[15], 0.7 * p[15])
    k = 5
    for paw in (6, 9, 12, 15):
        if fore or paw > 9:
            toe = joints[paw, 0] + facing * p[34]
            _put(capsules, k, joints[paw, 0], joints[paw, 1], toe, joints[paw, 1], shin, 0.8 * shin)
        k += 1
    for first in (4, 7):
        if fore:
            a, b, c = first, first + 1, first + 2
            wide = 0.85 * thigh
            _put(capsules, k, joints[a, 0], joints[a, 1], joints[b, 0], joints[b, 1], wide, 1.4 * shin)
            _put(capsules, k + 1, joints[b, 0], joints[b, 1], joints[c, 0], joints[c, 1], 1.3 * shin, shin)
        k += 2
    for first in (10, 13):
        a, b, c = first, first + 1, first + 2
        dx, dy = joints[c, 0] - joints[b, 0], joints[c, 1] - joints[b, 1]
        # The heel stands out behind the shin.
        hx = joints[b, 0] + 0.55 * dx - facing * p[22] * dy
        hy = joints[b, 1] + 0.55 * dy + facing * p[22] * dx
        _put(capsules, k, joints[a, 0], joints[a, 1], joints[b, 0], joints[b, 1], thigh, 1.5 * shin)
        _put(capsules, k + 1, joints[b, 0], joints[b, 1], hx, hy, 1.5 * shin, 1.05 * shin)
        _put(capsules, k + 2, hx, hy, joints[c, 0], joints[c, 1], shin, shin)
        k += 3
