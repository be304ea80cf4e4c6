"""A figure of tapered capsules: 27 numbers give sixteen joints and the figure's silhouette.

Lengths and radii are in units of the whole figure's height, angles in radians. Left and right limbs share
their lengths, so the figure is symmetric by construction; each limb has its own angles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

ANKLE = 0.039
"""Height of the ankle over the sole, in heights of the figure (Drillis and Contini 1966)."""

PARAMETERS = (
    "root_x",
    "root_y",
    "torso",
    "lean",
    "head_length",
    "head_radius",
    "half_shoulders",
    "half_hips",
    "upper_arm",
    "forearm",
    "thigh",
    "shin",
    "right_arm",
    "right_elbow_bend",
    "left_arm",
    "left_elbow_bend",
    "right_leg",
    "right_knee_bend",
    "left_leg",
    "left_knee_bend",
    "chest_radius",
    "waist_radius",
    "arm_radius",
    "leg_radius",
    "skirt",
    "head_lean",
)
"""Arm and leg angles: 0 hangs down, positive outwards."""

P = {name: index for index, name in enumerate(PARAMETERS)}
LENGTHS = np.array([2, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 23])
"""Parameters that must stay positive."""

# Proportions of a standing adult (head about 1/7 of the height) and how far figures stray from them.
MEAN = np.array(
    [
        *(0.5, 0.48, 0.30, 0, 0.16, 0.07, 0.085, 0.055, 0.16, 0.15, 0.24, 0.23),
        *(0.3, 0.2, 0.3, 0.2, 0.08, 0.03, 0.08, 0.03, 0.085, 0.085, 0.033, 0.048, 0, 0),
    ]
)
SPREAD = np.array(
    [
        *(0.08, 0.06, 0.05, 0.12, 0.06, 0.04, 0.03, 0.025, 0.04, 0.04, 0.06, 0.06),
        *(0.9, 0.7, 0.9, 0.7, 0.22, 0.2, 0.22, 0.2, 0.03, 0.03, 0.015, 0.02, 0.06, 0.15),
    ]
)
NUM_CAPSULES = 16
HEAD_CENTRE = 0.55
CHEST = 0.86


@compiled()
def joints_of(p: NDArray[np.float64], joints: NDArray[np.float64]) -> None:
    """Forward kinematics into ``joints`` [16, 2], in the order of `data_contracts.rig.JOINTS`."""
    cos, sin = np.cos(p[3]), np.sin(p[3])
    joints[0, 0], joints[0, 1] = p[0], p[1]
    joints[1, 0], joints[1, 1] = p[0] + sin * p[2] * CHEST, p[1] - cos * p[2] * CHEST
    joints[2, 0], joints[2, 1] = p[0] + sin * p[2], p[1] - cos * p[2]
    angle = p[3] + p[25]
    joints[3, 0] = joints[2, 0] + np.sin(angle) * p[4] * HEAD_CENTRE
    joints[3, 1] = joints[2, 1] - np.cos(angle) * p[4] * HEAD_CENTRE
    for side in range(2):
        sign = -1.0 if side == 0 else 1.0
        a, b = 4 + 3 * side, 10 + 3 * side
        joints[a, 0] = joints[1, 0] + sign * cos * p[6]
        joints[a, 1] = joints[1, 1] + sign * sin * p[6]
        joints[b, 0] = joints[0, 0] + sign * cos * p[7]
        joints[b, 1] = joints[0, 1] + sign * sin * p[7] + 0.01
        for limb in range(2):
            first = a if limb == 0 else b
            upper = p[12 + 4 * limb + 2 * side]
            lower = upper + p[13 + 4 * limb + 2 * side]
            long, short = p[8 + 2 * limb], p[9 + 2 * limb]
            joints[first + 1, 0] = joints[first, 0] + sign * np.sin(upper) * long
            joints[first + 1, 1] = joints[first, 1] + np.cos(upper) * long
            joints[first + 2, 0] = joints[first + 1, 0] + sign * np.sin(lower) * short
            joints[first + 2, 1] = joints[first + 1, 1] + np.cos(lower) * short


@compiled()
def _put(
    capsules: NDArray[np.float64], k: int, ax: float, ay: float, bx: float, by: float, r0: float, r1: float
) -> None:
    capsules[k, 0], capsules[k, 1], capsules[k, 2] = ax, ay, bx
    capsules[k, 3], capsules[k, 4], capsules[k, 5] = by, r0, r1


@compiled()
def head_top(p: NDArray[np.float64], joints: NDArray[np.float64]) -> tuple[float, float]:
    """Top of the skull, on the line from the neck through the head's centre."""
    x, y = joints[3, 0] - joints[2, 0], joints[3, 1] - joints[2, 1]
    return joints[2, 0] + 1.8 * x, joints[2, 1] + 1.8 * y


@compiled()
def capsules_of(p: NDArray[np.float64], joints: NDArray[np.float64], capsules: NDArray[np.float64]) -> None:
    """Fill ``capsules`` [16, 6] with rows (x0, y0, x1, y1, radius0, radius1)."""
    chest, waist, arm, leg, head = p[20], p[21], p[22], p[23], p[5]
    bones = (
        (0, 1, waist, chest),
        (1, 2, 0.6 * chest, arm),
        (2, 3, arm, 0.8 * head),
        (4, 5, 1.15 * arm, arm),
        (5, 6, arm, 0.85 * arm),
        (7, 8, 1.15 * arm, arm),
        (8, 9, arm, 0.85 * arm),
        (10, 11, 1.15 * leg, leg),
        (11, 12, leg, 0.75 * leg),
        (13, 14, 1.15 * leg, leg),
        (14, 15, leg, 0.75 * leg),
        (4, 7, 1.2 * arm, 1.2 * arm),
        (10, 13, 1.2 * leg, 1.2 * leg),
        (3, 3, head, head),
    )
    for k in range(len(bones)):
        i, j, r0, r1 = bones[k]
        _put(capsules, k, joints[i, 0], joints[i, 1], joints[j, 0], joints[j, 1], r0, r1)
    # A skirt is a cone from the pelvis to between the knees.
    mx, my = 0.5 * (joints[11, 0] + joints[14, 0]), 0.5 * (joints[11, 1] + joints[14, 1])
    skirt = max(p[24], 0.0)
    bx, by = joints[0, 0] + 0.8 * (mx - joints[0, 0]), joints[0, 1] + 0.8 * (my - joints[0, 1])
    _put(capsules, 14, joints[0, 0], joints[0, 1], bx, by, waist if skirt > 0.004 else 0.0, 1.6 * skirt)
    tx, ty = head_top(p, joints)
    dx, dy = joints[3, 0] - joints[2, 0], joints[3, 1] - joints[2, 1]
    back = 0.8 * head / max(1e-6, np.hypot(dx, dy))
    _put(capsules, 15, joints[3, 0], joints[3, 1], tx - dx * back, ty - dy * back, head, 0.8 * head)


@compiled()
def occupancy(
    capsules: NDArray[np.float64], scale: float, ox: float, oy: float, out: NDArray[np.float64]
) -> None:
    """Draw the capsules into ``out`` [h, w] with edges two pixels soft; pixel = scale * unit + offset."""
    out[:] = 0.0
    h, w = out.shape
    for k in range(capsules.shape[0]):
        x0, y0 = capsules[k, 0] * scale + ox, capsules[k, 1] * scale + oy
        x1, y1 = capsules[k, 2] * scale + ox, capsules[k, 3] * scale + oy
        r0, r1 = capsules[k, 4] * scale, capsules[k, 5] * scale
        if r0 <= 0 and r1 <= 0:
            continue
        reach = max(r0, r1) + 2
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy + 1e-9
        for y in range(max(0, int(min(y0, y1) - reach)), min(h, int(max(y0, y1) + reach) + 1)):
            for x in range(max(0, int(min(x0, x1) - reach)), min(w, int(max(x0, x1) + reach) + 1)):
                px, py = x + 0.5 - x0, y + 0.5 - y0
                t = min(1.0, max(0.0, (px * dx + py * dy) / square))
                distance = np.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2)
                value = 0.5 + (r0 + t * (r1 - r0) - distance) * 0.5
                if value > out[y, x]:
                    out[y, x] = min(1.0, value)
