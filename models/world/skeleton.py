"""The skeleton of the demo's motions, and how poses of it are put together: bends, and legs that reach."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.bvh import BvhMotion

Floats = NDArray[np.float64]

# Name, parent, offset from the parent in cm at rest: a T-pose; y up, facing +z, left at +x.
_JOINTS: tuple[tuple[str, str, tuple[float, float, float]], ...] = (
    ("Hips", "", (0, 92, 0)),
    ("Spine", "Hips", (0, 10, 0)),
    ("Chest", "Spine", (0, 18, 0)),
    ("Neck", "Chest", (0, 21, 0)),
    ("Head", "Neck", (0, 8, 1)),
    ("Head_end", "Head", (0, 23, 0)),
    ("LeftShoulder", "Chest", (4, 17, 0)),
    ("LeftArm", "LeftShoulder", (13, 0, 0)),
    ("LeftForeArm", "LeftArm", (27, 0, 0)),
    ("LeftHand", "LeftForeArm", (24, 0, 0)),
    ("LeftHand_end", "LeftHand", (14, 0, 0)),
    ("RightShoulder", "Chest", (-4, 17, 0)),
    ("RightArm", "RightShoulder", (-13, 0, 0)),
    ("RightForeArm", "RightArm", (-27, 0, 0)),
    ("RightHand", "RightForeArm", (-24, 0, 0)),
    ("RightHand_end", "RightHand", (-14, 0, 0)),
    ("LeftUpLeg", "Hips", (9.5, -3, 0)),
    ("LeftLeg", "LeftUpLeg", (0, -41, 0)),
    ("LeftFoot", "LeftLeg", (0, -40, 0)),
    ("LeftToeBase", "LeftFoot", (0, -6, 12)),
    ("LeftToeBase_end", "LeftToeBase", (0, 0, 7)),
    ("RightUpLeg", "Hips", (-9.5, -3, 0)),
    ("RightLeg", "RightUpLeg", (0, -41, 0)),
    ("RightFoot", "RightLeg", (0, -40, 0)),
    ("RightToeBase", "RightFoot", (0, -6, 12)),
    ("RightToeBase_end", "RightToeBase", (0, 0, 7)),
)
JOINT_NAMES = tuple(name for name, _, _ in _JOINTS)
THIGH_CM, SHIN_CM, ANKLE_CM = 41.0, 40.0, 8.0
TOE_OUT_DEG = 16.0
HIP_SOCKET_CM = np.array([9.5, -3.0, 0.0])
_ORDER = ("Zrotation", "Xrotation", "Yrotation")


@dataclass
class Posture:
    """One frame: where the hips and ankles are, and how the joints above the hips bend.

    Attributes:
        hips_cm: position [3] of the hips.
        bends_deg: joint -> rotations about z, x, y in degrees, applied in this order.
        ankles_cm: positions [2, 3] that the left and the right ankle are to reach.
        toes_deg: how far each foot points downwards.
    """

    hips_cm: Floats
    ankles_cm: Floats
    bends_deg: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    toes_deg: tuple[float, float] = (0.0, 0.0)


def as_motion(postures: list[Posture], fps: float) -> BvhMotion:
    """The frames as a BVH motion in centimetres; legs are bent so that the ankles reach their places."""
    values = np.array([_channel_values(posture) for posture in postures])
    parents = tuple(JOINT_NAMES.index(parent) if parent else -1 for _, parent, _ in _JOINTS)
    channels = tuple(_channels(name) for name in JOINT_NAMES)
    offsets = np.array([offset for _, _, offset in _JOINTS], np.float64)
    return BvhMotion(JOINT_NAMES, parents, offsets, channels, values, 1.0 / fps)


def _channels(name: str) -> tuple[str, ...]:
    if name.endswith("_end"):
        return ()
    return ("Xposition", "Yposition", "Zposition", *_ORDER) if name == "Hips" else _ORDER


def _channel_values(posture: Posture) -> list[float]:
    bends = dict(posture.bends_deg)
    hips = Rotation.from_euler("ZXY", bends.get("Hips", (0, 0, 0)), degrees=True)
    for number, side in enumerate(("Left", "Right")):
        bends.update(_leg_bends(posture, hips, number, side))
    values = [float(v) for v in posture.hips_cm]
    for name in JOINT_NAMES:
        if not name.endswith("_end"):
            values += bends.get(name, (0.0, 0.0, 0.0))
    return values


def _leg_bends(
    posture: Posture, hips: Rotation, number: int, side: str
) -> dict[str, tuple[float, float, float]]:
    """Two-bone inverse kinematics with the knee towards where the hips face."""
    ahead = hips.apply([0.0, 0.0, 1.0])
    socket = posture.hips_cm + hips.apply(HIP_SOCKET_CM * (1 if number == 0 else -1, 1, 1))
    reach = posture.ankles_cm[number] - socket
    length = min(float(np.linalg.norm(reach)), THIGH_CM + SHIN_CM - 0.05)
    down = reach / np.linalg.norm(reach)
    forth = ahead - down * float(ahead @ down)
    forth /= np.linalg.norm(forth)
    cosine = (THIGH_CM**2 + length**2 - SHIN_CM**2) / (2 * THIGH_CM * length)
    bend = float(np.arccos(np.clip(cosine, -1, 1)))
    along_thigh = np.cos(bend) * down + np.sin(bend) * forth
    along_shin = down * length - along_thigh * THIGH_CM
    thigh, shin = _facing(along_thigh, ahead), _facing(along_shin, ahead)
    yaw_deg = float(np.degrees(np.arctan2(ahead[0], ahead[2])))
    yaw_deg += TOE_OUT_DEG if number == 0 else -TOE_OUT_DEG
    foot = Rotation.from_euler("YX", (yaw_deg, posture.toes_deg[number]), degrees=True)
    return {
        f"{side}UpLeg": _angles(hips.inv() * thigh),
        f"{side}Leg": _angles(thigh.inv() * shin),
        f"{side}Foot": _angles(shin.inv() * foot),
    }


def _facing(down: Floats, ahead: Floats) -> Rotation:
    """The rotation that turns -y to ``down`` and keeps +z as near to ``ahead`` as it can."""
    y = -down / np.linalg.norm(down)
    z = ahead - y * float(ahead @ y)
    z /= np.linalg.norm(z)
    return Rotation.from_matrix(np.stack([np.cross(y, z), y, z], axis=-1))


def _angles(rotation: Rotation) -> tuple[float, float, float]:
    z, x, y = rotation.as_euler("ZXY", degrees=True)
    return float(z), float(x), float(y)
