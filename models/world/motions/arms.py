"""Arms and hands: from angles that name what a body does, or so that a hand comes to a place."""

from __future__ import annotations

import numpy as np

from models.motion.forward_kinematics import JointPoses, axis_rotation
from models.motion.wholebody import unit
from models.world.figures.skeleton import FINGERS, Floats, Skeleton
from models.world.motions.turning import blended, pointing

REST_ARM = {
    "lift": -74.0,  # of the upper arm over the horizontal: -90 hangs, 0 to the side, 90 up
    "across": 0.0,  # of a lifted arm to the front: 0 to the side, 90 ahead
    "swing": 0.0,  # of a hanging arm forwards
    "roll": 0.0,  # about the upper arm: 0 the forearm bends ahead, 90 upwards when the arm is to the side
    "elbow": 16.0,
    "twist": 0.0,  # of the forearm: positive as roll; at 0 the palm of a hanging arm faces the body
    "wrist": 6.0,  # towards the palm
    "tilt": 0.0,  # of the hand towards the thumb
    "spread": 0.0,  # of the fingers
}
"""Degrees of a relaxed arm, the same for both sides."""

SHOULDER_SHARE = 0.16
"""Share of an arm's lift that the collar bone does near the horizontal and above it (Inman 1944: more)."""

_THUMB_AXIS = unit(np.array([0.55, 0.70, -0.43]))
_SPREAD = {"Index": 1.0, "Middle": 0.25, "Ring": -0.5, "Pinky": -1.3}


def arm_locals(angles: dict[str, Floats], fingers_deg: Floats, side: str) -> dict[str, Floats]:
    """Rotations [T, 3, 3] of an arm's joints against their parents.

    Args:
        angles: the names of REST_ARM -> [T] degrees.
        fingers_deg: [T, 5] bend of each joint of a finger, thumb first.
        side: "Left" or "Right".
    """
    rise = SHOULDER_SHARE * 20 * np.logaddexp(0, (angles["lift"] + 20) / 20)
    shoulder = axis_rotation("Z", rise)
    arm = (
        axis_rotation("X", -angles["swing"])
        @ axis_rotation("Y", -angles["across"])
        @ axis_rotation("Z", angles["lift"])
        @ axis_rotation("X", -angles["roll"])
    )
    local = {
        "Shoulder": shoulder,
        "Arm": np.swapaxes(shoulder, 1, 2) @ arm,
        "ForeArm": axis_rotation("Y", -angles["elbow"]) @ axis_rotation("X", -0.6 * angles["twist"]),
        "Hand": axis_rotation("X", -0.4 * angles["twist"])
        @ axis_rotation("Y", -angles["tilt"])
        @ axis_rotation("Z", -angles["wrist"]),
    }
    local.update(_finger_locals(fingers_deg, angles["spread"]))
    mirror = np.diag([1.0 if side == "Left" else -1.0, 1.0, 1.0])
    return {f"{side}{joint}": mirror @ rotation @ mirror for joint, rotation in local.items()}


def _finger_locals(fingers_deg: Floats, spread_deg: Floats) -> dict[str, Floats]:
    """Of the left hand: fingers bend towards the palm (down at rest), the thumb across it."""
    local = {}
    for number, finger in enumerate(FINGERS):
        bend_deg = fingers_deg[:, number]
        for phalanx, share in ((1, 0.8), (2, 1.1), (3, 0.8)):
            if finger == "Thumb":
                turned = _about(_THUMB_AXIS, bend_deg * (0.5, 0.8, 0.9)[phalanx - 1])
            else:
                turned = axis_rotation("Z", -share * bend_deg)
            if phalanx == 1 and finger in _SPREAD:
                turned = axis_rotation("Y", -_SPREAD[finger] * spread_deg) @ turned
            local[f"Hand{finger}{phalanx}"] = turned
    return local


def _about(axis: Floats, angle_deg: Floats) -> Floats:
    """Rotations [T, 3, 3] about a unit axis [3] (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(angle_deg)[:, None, None]
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross, np.float64)


def reaching_locals(
    skeleton: Skeleton,
    poses: JointPoses,
    local: Floats,
    side: str,
    target_m: Floats,
    elbow: Floats,
    weight: Floats,
) -> tuple[Floats, Floats]:
    """Rotations of upper arm and forearm that bring the wrist to `target_m` [T, 3], or as near as it reaches.

    Args:
        skeleton: the bones.
        poses: the figure as the angles have it.
        local: rotations [T, J, 3, 3] of all joints as the angles have them.
        side: "Left" or "Right".
        target_m: place of the wrist in the world.
        elbow: [T, 3] direction in which the elbow points.
        weight: [T] 0: as the angles have it, 1: reached.
    """
    arm, forearm, hand = (skeleton.index(f"{side}{joint}") for joint in ("Arm", "ForeArm", "Hand"))
    parent = poses.rotations[:, skeleton.index(f"{side}Shoulder")]
    upper, lower = (float(np.linalg.norm(skeleton.offsets_m[joint])) for joint in (forearm, hand))
    reach = target_m - poses.positions[:, arm]
    distance = np.clip(
        np.linalg.norm(reach, axis=1), 1.02 * abs(upper - lower) + 0.02, 0.999 * (upper + lower)
    )
    ahead = unit(reach)
    aside = unit(elbow - ahead * np.sum(elbow * ahead, axis=1, keepdims=True))
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    angle = np.arccos(np.clip(cosine, -1, 1))[:, None]
    along_upper = np.cos(angle) * ahead + np.sin(angle) * aside
    along_lower = ahead * distance[:, None] - along_upper * upper
    # At rest the forearm bends ahead, so the elbow's side is behind.
    behind = np.array([0.0, 0.0, -1.0])
    across = np.cross(ahead, aside)
    first = pointing(skeleton.offsets_m[forearm], behind, along_upper, np.cross(across, along_upper))
    second = pointing(skeleton.offsets_m[hand], behind, along_lower, np.cross(across, along_lower))
    reached = np.swapaxes(parent, 1, 2) @ first
    return (
        blended(local[:, arm], reached, weight),
        blended(local[:, forearm], np.swapaxes(first, 1, 2) @ second, weight),
    )
