"""Ground contact: when a foot stands, where the floor is, and how a standing foot is kept in its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from data_contracts.rig import INDEX
from models.puppet.stature import OVER_HEAD

Floats = NDArray[np.float64]

FEET = [INDEX["right_foot"], INDEX["left_foot"]]
_HANDS = [INDEX["right_hand"], INDEX["left_hand"]]

_FLOOR_WINDOW_S = 1.2
"""Longer than any jump: the lowest end within it stood on the floor. Also takes out capture drift."""
_SPEED = 0.45
_HEIGHT = 0.10
"""A foot stands if it is slower than 0.45 figure heights a second and lower than 0.10 of them."""
_BENT = 0.3
"""Sine of a knee's bend in the picture from which on it says to which side it bends."""


def upside_down(driver: Floats) -> Floats:
    """How far [T] a person, joints [T, 16, 2 or 3], leans: 0 up to 60 degrees, 1 from the horizontal on."""
    trunk = driver[:, INDEX["neck"]] - driver[:, INDEX["root"]]
    down = trunk[:, 1] / np.maximum(np.linalg.norm(trunk, axis=1), 1e-9)
    return np.asarray(np.clip(1 + 2 * down, 0, 1))


def lowest_end(joints: Floats, weight: Floats, turned: Floats) -> Floats:
    """Row [T] (y, down) of what a figure stands on, of joints [T, 16, 2 or 3] with weights [T, 16].

    That is the lower foot; the more its driver is `turned` upside down [T], a hand that is seen, or the head.
    """
    neck_y, head_y = joints[:, INDEX["neck"], 1], joints[:, INDEX["head"], 1]
    feet = joints[:, FEET, 1].max(1)
    hands = np.where(weight[:, _HANDS] > 0.5, joints[:, _HANDS, 1], -np.inf).max(1)
    upper = np.maximum(hands, head_y + OVER_HEAD * (head_y - neck_y))
    return np.asarray(feet + turned * np.maximum(upper - feet, 0))


def floor_under(lowest: Floats, fps: float) -> Floats:
    """The local floor's row [T], from the lowest end's [T], in figure heights (y down)."""
    window = max(3, round(_FLOOR_WINDOW_S * fps)) | 1
    floor = uniform_filter1d(maximum_filter1d(lowest, window, mode="nearest"), window, mode="nearest")
    return np.asarray(np.maximum(floor, lowest))


def contacts(feet: Floats, over_floor: Floats, fps: float) -> NDArray[np.bool_]:
    """Whether each foot stands [T, 2], from feet [T, 2, 2 or 3] and their height over the floor [T, 2]."""
    if len(feet) < 2:
        return np.ones((len(feet), 2), bool)
    speed = np.linalg.norm(np.gradient(feet, axis=0), axis=-1) * fps
    stands = ((speed < _SPEED) & (over_floor < _HEIGHT)).astype(np.float64)
    reach = max(1, round(0.03 * fps))
    votes = uniform_filter1d(stands, 2 * reach + 1, axis=0, mode="nearest")
    return np.asarray(votes > 0.5)


def stance_path(feet_x: Floats, standing: NDArray[np.bool_], depths: Floats, free_dx: Floats) -> Floats:
    """The root's x over time [T], so that the standing foot stays where it is.

    Args:
        feet_x: [T, 2] x of both feet relative to the root.
        standing: [T, 2].
        depths: [T, 2] how low each foot is (larger is lower): the lower one carries the weight.
        free_dx: [T] the root's own step where no foot stands.
    """
    path = np.zeros(len(feet_x))
    carrier: int | None = None
    for t in range(1, len(feet_x)):
        down = np.flatnonzero(standing[t])
        if carrier not in down:
            carrier = int(down[np.argmax(depths[t, down])]) if len(down) else None
        step = free_dx[t] if carrier is None else -(feet_x[t, carrier] - feet_x[t - 1, carrier])
        path[t] = path[t - 1] + step
    return path


def hold_foot(
    joints: Floats,
    standing: NDArray[np.bool_],
    chain: tuple[int, int, int],
    ground_y: float,
    ease_frames: int,
) -> None:
    """Hold a foot where its contact began, and let it down to the ground, by two-bone inverse kinematics.

    Args:
        joints: [T, J, 2], changed in place at the chain's knee and foot.
        standing: [T].
        chain: indices of hip, knee, foot.
        ground_y: on which the foot stands.
        ease_frames: how slowly it comes to the ground, and the correction fades after it lifts.
    """
    hip, knee, foot = chain
    target = joints[:, foot].copy()
    shift, held = np.zeros(2), None
    for t in range(len(joints)):
        if standing[t]:
            held = target[t] + shift if held is None else held
            held[1] += (ground_y - held[1]) / ease_frames
            shift = held - target[t]
        else:
            held, shift = None, shift * (1 - 1 / ease_frames)
        target[t] = target[t] + shift
    for t in range(len(joints)):
        joints[t, knee], joints[t, foot] = reach(joints[t, hip], joints[t, knee], joints[t, foot], target[t])


def reach(hip: Floats, knee: Floats, foot: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Knee and foot for a new target: lengths kept, the knee bends to the same side; too far is cut short.

    A leg that is seen nearly straight does not say to which side: its knee bends towards the viewer, and its
    bones get shorter in the picture. To one side it would leap to the other in the next frame.
    """
    thigh, shin = float(np.linalg.norm(knee - hip)), float(np.linalg.norm(foot - knee))
    way = target - hip
    distance = float(np.linalg.norm(way))
    limited = float(np.clip(distance, abs(thigh - shin) + 1e-3, max(thigh + shin - 1e-3, 2e-3)))
    way = way / max(distance, 1e-6)
    bend = (knee[0] - hip[0]) * (foot[1] - knee[1]) - (knee[1] - hip[1]) * (foot[0] - knee[0])
    side = float(np.clip(bend / max(thigh * shin, 1e-9) / _BENT, -1, 1))
    along = (thigh * thigh - shin * shin + limited * limited) / (2 * limited)
    across = float(np.sqrt(max(0.0, thigh * thigh - along * along)))
    return hip + way * along + side * across * np.array([way[1], -way[0]]), hip + way * limited
