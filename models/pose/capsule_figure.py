"""A flat puppet of tapered capsules: 14 joints, 18 capsules, limbs that foreshorten.

A frame's pose is 24 numbers (`POSE`), a clip shares six proportions (`SHARED`). Lengths and radii
are shares of the figure's height, from the mean of common anthropometric tables, rounded.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

JOINTS: Final = (
    "nose", "neck",
    "right_shoulder", "right_elbow", "right_wrist",
    "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle",
    "left_hip", "left_knee", "left_ankle",
)  # fmt: skip
"""Order of the figure's joints: the first 14 of OpenPose-18."""

POSE: Final = 24
"""Numbers of a pose: 0-1 root x, y; 2 torso angle; 3 torso foreshortening logit; 4 signed width (positive:
faces the camera); 5 head angle; 6-9 right upper arm, forearm, left upper arm, forearm; 10-13 right thigh,
shank, left thigh, shank; 14-21 their foreshortening logits; 22-23 feet. Angles in radians: upper limbs
against the torso's downward axis, lower limbs against the upper ones."""

SHARED: Final = 6
"""Log factors shared by a clip: arm length, leg length, shoulder width, bulk, overall scale, head."""

MIRRORED_JOINTS: Final = [0, 1, *range(5, 8), *range(2, 5), *range(11, 14), *range(8, 11)]
"""Order of the joints with left and right exchanged."""

CAPSULES: Final = 18
JOINT_NUMBERS: Final = 2 * len(JOINTS)
NUMBERS: Final = JOINT_NUMBERS + 6 * CAPSULES
"""Length of a placed figure: joints x, y, then for each capsule ax, ay, bx, by, radius a, radius b."""

TORSO, UPPER_ARM, FOREARM, HAND = 0.29, 0.165, 0.145, 0.06
THIGH, SHANK, FOOT, SHOULDER, HIP = 0.245, 0.235, 0.063, 0.105, 0.06

HEAD_RADIUS, NECK, CHIN, CROWN = 0.0615, 0.053, 0.064, 0.055
"""Half the head's breadth; the neck below the chin, chin to nose, and nose to the crown's centre. All but the
neck go with the head's factor: 0.75 for a photographed adult, 1 to 1.4 for most drawn figures, 2 or more for
dolls."""

_BODY_HEIGHT: Final = 1.01 * TORSO + THIGH + SHANK + 0.022 + NECK
LEAST_HEAD, MOST_HEAD = 0.7, 3.0

Array = NDArray[np.float64]


@compiled()
def _foreshortening(logit: float) -> float:
    return 0.25 + 0.8 / (1 + math.exp(-logit))


@compiled()
def _capsule(
    out: Array, index: int, ax: float, ay: float, bx: float, by: float, ra: float, rb: float
) -> None:
    k = JOINT_NUMBERS + 6 * index
    out[k], out[k + 1], out[k + 2], out[k + 3] = ax, ay, bx, by
    out[k + 4], out[k + 5] = ra, rb


@compiled()
def _arm(
    out: Array, pose: Array, angle: int, logit: int, shoulder: int, capsule: int,
    heading: float, size: float, h: float, bulk: float,
) -> None:  # fmt: skip
    sx, sy = out[2 * shoulder], out[2 * shoulder + 1]
    upper = heading + pose[angle]
    lower = upper + pose[angle + 1]
    f1, f2 = _foreshortening(pose[logit]), _foreshortening(pose[logit + 1])
    ex = sx - np.sin(upper) * UPPER_ARM * size * f1
    ey = sy + np.cos(upper) * UPPER_ARM * size * f1
    dx, dy = -np.sin(lower), np.cos(lower)
    wx, wy = ex + dx * FOREARM * size * f2, ey + dy * FOREARM * size * f2
    j = 2 * (shoulder + 1)
    out[j], out[j + 1], out[j + 2], out[j + 3] = ex, ey, wx, wy
    _capsule(out, capsule, sx, sy, ex, ey, 0.034 * bulk, 0.028 * bulk)
    _capsule(out, capsule + 1, ex, ey, wx, wy, 0.027 * bulk, 0.020 * bulk)
    _capsule(
        out, capsule + 2, wx, wy, wx + dx * HAND * h * f2, wy + dy * HAND * h * f2, 0.020 * bulk, 0.018 * bulk
    )


@compiled()
def _leg(
    out: Array, pose: Array, angle: int, logit: int, foot: int, hip: int, capsule: int,
    heading: float, size: float, h: float, bulk: float,
) -> None:  # fmt: skip
    hx, hy = out[2 * hip], out[2 * hip + 1]
    upper = heading + pose[angle]
    lower = upper + pose[angle + 1]
    f1, f2 = _foreshortening(pose[logit]), _foreshortening(pose[logit + 1])
    kx, ky = hx - np.sin(upper) * THIGH * size * f1, hy + np.cos(upper) * THIGH * size * f1
    ax, ay = kx - np.sin(lower) * SHANK * size * f2, ky + np.cos(lower) * SHANK * size * f2
    j = 2 * (hip + 1)
    out[j], out[j + 1], out[j + 2], out[j + 3] = kx, ky, ax, ay
    tx, ty = ax - np.sin(pose[foot]) * FOOT * h, ay + np.cos(pose[foot]) * FOOT * h
    _capsule(out, capsule, hx, hy, kx, ky, 0.055 * bulk, 0.036 * bulk)
    _capsule(out, capsule + 1, kx, ky, ax, ay, 0.036 * bulk, 0.022 * bulk)
    _capsule(out, capsule + 2, ax, ay, tx, ty, 0.022 * bulk, 0.018 * bulk)


@compiled()
def place(pose: Array, shared: Array, height: float, out: Array) -> None:
    """Place the figure: write its joints and capsules to `out` (`NUMBERS` long).

    Args:
        pose: float64 [24], see `POSE`; root in pixels.
        shared: float64 [6], see `SHARED`.
        height: the figure's nominal height in pixels, before the shared scale.
        out: float64 [136], written to.
    """
    h = height * np.exp(shared[4])
    arm, leg = h * np.exp(shared[0]), h * np.exp(shared[1])
    bulk = h * np.exp(shared[3])
    width = np.tanh(pose[4]) * h * np.exp(shared[2])
    heading = pose[2]
    down_x, down_y = -np.sin(heading), np.cos(heading)
    right_x, right_y = down_y, -down_x  # towards the picture's right, for an upright figure
    root_x, root_y = pose[0], pose[1]
    trunk = TORSO * h * (0.75 + 0.3 / (1 + np.exp(-pose[3])))
    neck_x, neck_y = root_x - down_x * trunk, root_y - down_y * trunk
    up = heading + pose[5]
    head_x, head_y = np.sin(up), -np.cos(up)
    head = np.exp(shared[5]) * h
    nose = NECK * h + CHIN * head
    out[0], out[1] = neck_x + head_x * nose, neck_y + head_y * nose
    out[2], out[3] = neck_x, neck_y
    for shoulder, hip, side in ((2, 8, -1.0), (5, 11, 1.0)):
        out[2 * shoulder] = neck_x + side * right_x * width * SHOULDER + down_x * 0.02 * h
        out[2 * shoulder + 1] = neck_y + side * right_y * width * SHOULDER + down_y * 0.02 * h
        out[2 * hip] = root_x + side * right_x * width * HIP
        out[2 * hip + 1] = root_y + side * right_y * width * HIP
    crown = nose + CROWN * head
    _capsule(
        out, 0, out[0], out[1], neck_x + head_x * crown, neck_y + head_y * crown,
        HEAD_RADIUS * head, HEAD_RADIUS * head,
    )  # fmt: skip
    _capsule(out, 1, neck_x, neck_y, out[0], out[1], 0.030 * bulk, 0.030 * bulk)
    _capsule(out, 2, out[4], out[5], out[16], out[17], 0.060 * bulk, 0.065 * bulk)
    _capsule(out, 3, out[10], out[11], out[22], out[23], 0.060 * bulk, 0.065 * bulk)
    _capsule(out, 4, neck_x, neck_y, root_x, root_y, 0.065 * bulk, 0.075 * bulk)
    _capsule(out, 5, out[4], out[5], out[10], out[11], 0.040 * bulk, 0.040 * bulk)
    _arm(out, pose, 6, 14, 2, 6, heading, arm, h, bulk)
    _arm(out, pose, 8, 16, 5, 9, heading, arm, h, bulk)
    _leg(out, pose, 10, 18, 22, 8, 12, heading, leg, h, bulk)
    _leg(out, pose, 12, 20, 23, 11, 15, heading, leg, h, bulk)


def joints_of(placed: Array) -> Array:
    """Joints [..., 14, 2] of placed figures [..., 136]."""
    return placed[..., :JOINT_NUMBERS].reshape(*placed.shape[:-1], len(JOINTS), 2)


def capsules_of(placed: Array) -> Array:
    """Capsules [..., 18, 6] of placed figures [..., 136]: ends and radii, see `NUMBERS`."""
    return placed[..., JOINT_NUMBERS:].reshape(*placed.shape[:-1], CAPSULES, 6)


def standing_height(head: float) -> float:
    """Height of a standing figure with a head of this factor, as a share of the nominal height."""
    return _BODY_HEIGHT + (CHIN + CROWN + HEAD_RADIUS) * head


def head_factor(radius: float) -> float:
    """Factor of a head whose radius is this share of the standing figure's height."""
    rest = HEAD_RADIUS - (CHIN + CROWN + HEAD_RADIUS) * radius
    return float(np.clip(_BODY_HEIGHT * radius / rest if rest > 0 else MOST_HEAD, LEAST_HEAD, MOST_HEAD))


def mirrored(placed: Array) -> Array:
    """Placed figures [B, 136] with left and right exchanged: the same outline, seen from behind."""
    capsules = [0, 1, 3, 2, 4, 5, *range(9, 12), *range(6, 9), *range(15, 18), *range(12, 15)]
    parts = joints_of(placed)[:, MIRRORED_JOINTS], capsules_of(placed)[:, capsules]
    return np.concatenate([part.reshape(len(placed), -1) for part in parts], axis=1)


@compiled()
def draw_figure(out: Array, height: int, width: int) -> NDArray[np.bool_]:
    """Mask [height, width] of the pixels whose centre (integer index) lies in a capsule."""
    mask = np.zeros((height, width), np.bool_)
    for c in range(CAPSULES):
        k = JOINT_NUMBERS + 6 * c
        ax, ay, bx, by, ra, rb = out[k], out[k + 1], out[k + 2], out[k + 3], out[k + 4], out[k + 5]
        dx, dy = bx - ax, by - ay
        length = max(dx * dx + dy * dy, 1e-3)
        reach = max(ra, rb)
        for y in range(max(0, int(min(ay, by) - reach)), min(height, int(max(ay, by) + reach) + 2)):
            for x in range(max(0, int(min(ax, bx) - reach)), min(width, int(max(ax, bx) + reach) + 2)):
                u = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / length))
                r = ra * (1 - u) + rb * u
                if (x - ax - u * dx) ** 2 + (y - ay - u * dy) ** 2 <= r * r:
                    mask[y, x] = True
    return mask
