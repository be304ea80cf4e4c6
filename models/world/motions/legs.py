"""Legs that reach: feet stand where they are to stand, and hips and knees follow, in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import axis_rotation
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.turning import least_turn, pointing, turn

LONGEST_REACH = 0.9985
"""Share of the leg's length beyond which the hips come down: a knee is never quite locked."""

SOFTNESS = 0.006
"""Share of the leg's length over which the hips' height gives way to what the legs can reach."""

HEEL_BEHIND = 0.3
"""How far the heel is behind the ankle, as a share of the way from the ankle to the ball."""


class Stance(NamedTuple):
    """One foot over T frames, in the units of a Posture."""

    place: Floats
    heading_deg: Floats
    heel_deg: Floats
    pivot_deg: Floats
    toe_out_deg: float


def leg_length_m(skeleton: Skeleton) -> float:
    """Thigh plus shin, the mean of both sides."""
    return 0.5 * sum(
        skeleton.length_m(f"{side}{bone}") for side in ("Left", "Right") for bone in ("Leg", "Foot")
    )


def root_place_m(skeleton: Skeleton, hips: Floats, hips_rotation: Floats, stances: list[Stance]) -> Floats:
    """Where the hips are [T, 3]: as asked for, but never higher than both legs can reach."""
    length = leg_length_m(skeleton)
    rest = skeleton.rest_m()
    socket, ankle = rest[skeleton.index("LeftUpLeg")], rest[skeleton.index("LeftFoot")]
    root = hips * length
    root[:, 1] += ankle[1] + rest[0, 1] - socket[1]
    heights = [root[:, 1]]
    for side, stance in zip(("Left", "Right"), stances, strict=True):
        ankles, _ = foot_places_m(skeleton, stance, side)
        to_socket = hips_rotation @ skeleton.offsets_m[skeleton.index(f"{side}UpLeg")]
        across = np.linalg.norm((ankles - root - to_socket)[:, [0, 2]], axis=1)
        reach = LONGEST_REACH * length
        up = np.sqrt(np.maximum(reach**2 - across**2, (0.3 * reach) ** 2))
        heights.append(ankles[:, 1] + up - to_socket[:, 1])
    soft = SOFTNESS * length
    stacked = np.stack(heights)
    least = stacked.min(axis=0)
    root[:, 1] = least - soft * np.log(np.exp((least - stacked) / soft).sum(axis=0))
    return root


def foot_places_m(skeleton: Skeleton, stance: Stance, side: str) -> tuple[Floats, Floats]:
    """Places of an ankle [T, 3], and rotations of the foot [T, 3, 3], in the world.

    A raised heel turns about the ball of the foot, raised toes about the heel, a pivot about the ball: the
    point that stands does not move.
    """
    rest = skeleton.rest_m()
    sign = 1.0 if side == "Left" else -1.0
    ball = skeleton.offsets_m[skeleton.index(f"{side}ToeBase")]
    ankle_height = rest[skeleton.index(f"{side}Foot"), 1]
    sideways = turn(stance.heading_deg) @ [rest[skeleton.index(f"{side}UpLeg"), 0], 0.0, 0.0]
    ankle = stance.place * leg_length_m(skeleton) + sideways
    ankle[:, 1] += ankle_height
    yaw_deg = stance.heading_deg + sign * stance.toe_out_deg
    standing, turned = turn(yaw_deg), turn(yaw_deg + stance.pivot_deg)
    ball_place = ankle + standing @ ball
    pitched = turned @ axis_rotation("X", stance.heel_deg)
    on_ball = ball_place - pitched @ ball
    heel = np.array([0.0, -ankle_height, -HEEL_BEHIND * ball[2]])
    on_heel = ball_place - turned @ ball + turned @ heel - pitched @ heel
    raised = (stance.heel_deg >= 0)[:, None]
    return np.where(raised, on_ball, on_heel), pitched


def leg_locals(
    skeleton: Skeleton, root_m: Floats, hips_rotation: Floats, stance: Stance, side: str
) -> dict[str, Floats]:
    """Rotations of a leg's joints against their parents: two-bone inverse kinematics, the knee ahead."""
    offsets = {
        joint: skeleton.offsets_m[skeleton.index(f"{side}{joint}")] for joint in ("UpLeg", "Leg", "Foot")
    }
    thigh, shin = (float(np.linalg.norm(offsets[joint])) for joint in ("Leg", "Foot"))
    ankle, foot = foot_places_m(skeleton, stance, side)
    reach = ankle - root_m - hips_rotation @ offsets["UpLeg"]
    distance = np.clip(
        np.linalg.norm(reach, axis=1), 1.01 * abs(thigh - shin) + 1e-3, 0.9999 * (thigh + shin)
    )
    down = unit(reach)
    toes = foot[:, :, 2] * [1, 0, 1] + hips_rotation[:, :, 2] * [0.8, 0, 0.8]
    forth = np.einsum("tij,tj->ti", least_turn(np.tile([0.0, -1.0, 0.0], (len(down), 1)), down), unit(toes))
    cosine = (thigh**2 + distance**2 - shin**2) / (2 * thigh * distance)
    angle = np.arccos(np.clip(cosine, -1, 1))[:, None]
    along_thigh = np.cos(angle) * down + np.sin(angle) * forth
    along_shin = down * distance[:, None] - along_thigh * thigh
    ahead = np.array([0.0, 0.0, 1.0])
    # Poles across the knee's plane: a bone never points along them, however far the knee bends.
    side_axis = np.cross(down, forth)
    upper = pointing(offsets["Leg"], ahead, along_thigh, np.cross(side_axis, along_thigh))
    lower = pointing(offsets["Foot"], ahead, along_shin, np.cross(side_axis, along_shin))
    toes_deg = -np.maximum(stance.heel_deg, 0)
    return {
        f"{side}UpLeg": np.swapaxes(hips_rotation, 1, 2) @ upper,
        f"{side}Leg": np.swapaxes(upper, 1, 2) @ lower,
        f"{side}Foot": np.swapaxes(lower, 1, 2) @ foot,
        f"{side}ToeBase": axis_rotation("X", toes_deg),
    }
