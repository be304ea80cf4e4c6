"""Posture: how a human stands and bends, in units that hold on every body, and its joints on one skeleton.

Lengths are shares of the leg (thigh plus shin), angles degrees; so the same posture has the same timing,
angles and ground contacts on every identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.arms import REST_ARM, arm_locals, reaching_locals
from models.world.motions.legs import Stance, leg_length_m, leg_locals, root_place_m
from models.world.motions.turning import bend, turn

RELAXED, OPEN, FIST = (
    (22.0, 22.0, 26.0, 30.0, 34.0),
    (4.0, 4.0, 4.0, 5.0, 6.0),
    (50.0, 88.0, 90.0, 90.0, 88.0),
)
POINTING = (48.0, 3.0, 86.0, 88.0, 88.0)
"""Bends of a finger's joints in degrees, thumb to little finger."""


@dataclass(frozen=True)
class Reach:
    """Hands that are to be somewhere, instead of where the arm's angles put them.

    Attributes:
        anchor: "chest": from the own shoulder joint, turning with the chest, in arm lengths; "breast": the
            same, but from the middle between the shoulders; "hips": from the own hip socket, turning with
            the hips, in leg lengths.
        place: [T, 2, 3] of the left and right wrist: outwards, up, ahead.
        weight: [T, 2]; 0 the arm's angles, 1 the place.
        elbow: where the elbow points: outwards, up, ahead.
    """

    anchor: Literal["chest", "breast", "hips"]
    place: Floats
    weight: Floats
    elbow: tuple[float, float, float] = (0.6, -0.7, -0.4)


@dataclass(frozen=True)
class Posture:
    """A human over T frames.

    Attributes:
        hips: [T, 3] x, height, z; height 1: straight legs on flat feet.
        heading_deg: [T] where the hips face, 0 along +z, positive to the figure's left.
        ankles: [T, 2, 3] left and right; 0: flat on the floor, below the hip socket of a figure at the origin
            that faces as the foot does.
        foot_heading_deg: [T, 2] which way the feet face (the toes turn out further by `toe_out_deg`).
        heel_deg: [T, 2] positive: heel raised, standing on the ball; negative: toes raised.
        pivot_deg: [T, 2] turn of the foot about its ball.
        toe_out_deg: how far feet turn out.
        bends_deg: trunk joint -> [T, 3]: lean to the right, forwards, turn to the left.
        arms_deg: angle by name -> [T, 2], see arms.REST_ARM; angles that are missing are those at rest.
        fingers_deg: [T, 2, 5] bend of each joint of a finger, thumb first.
        reaches: places of hands.
    """

    hips: Floats
    heading_deg: Floats
    ankles: Floats
    foot_heading_deg: Floats
    heel_deg: Floats
    pivot_deg: Floats
    toe_out_deg: float = 12.0
    bends_deg: dict[str, Floats] = field(default_factory=dict)
    arms_deg: dict[str, Floats] = field(default_factory=dict)
    fingers_deg: Floats = field(default_factory=lambda: np.zeros((1, 2, 5)))
    reaches: tuple[Reach, ...] = ()


def standing(num_frames: int) -> Posture:
    """Upright with hanging arms and relaxed fingers."""
    flat = np.zeros((num_frames, 2))
    hips = np.tile([0.0, 0.994, 0.0], (num_frames, 1))
    arms = {name: np.full((num_frames, 2), value) for name, value in REST_ARM.items()}
    fingers = np.tile(np.array(RELAXED), (num_frames, 2, 1))
    ankles = np.zeros((num_frames, 2, 3))
    return Posture(hips, np.zeros(num_frames), ankles, flat, flat, flat, 12.0, {}, arms, fingers)


def mirrored(posture: Posture) -> Posture:
    """Left and right exchanged."""
    flip, swap = np.array([-1.0, 1.0, 1.0]), [1, 0]
    return replace(
        posture,
        hips=posture.hips * flip,
        heading_deg=-posture.heading_deg,
        ankles=posture.ankles[:, swap] * flip,
        foot_heading_deg=-posture.foot_heading_deg[:, swap],
        heel_deg=posture.heel_deg[:, swap],
        pivot_deg=-posture.pivot_deg[:, swap],
        bends_deg={name: bends * (-1.0, 1.0, -1.0) for name, bends in posture.bends_deg.items()},
        arms_deg={name: angles[:, swap] for name, angles in posture.arms_deg.items()},
        fingers_deg=posture.fingers_deg[:, swap],
        reaches=tuple(
            replace(reach, place=reach.place[:, swap], weight=reach.weight[:, swap])
            for reach in posture.reaches
        ),
    )


def stand_up(skeleton: Skeleton, posture: Posture) -> JointPoses:
    """The posture on a human skeleton: positions [T, J, 3] in metres, rotations [T, J, 3, 3]."""
    frames = len(posture.hips)
    local = np.tile(np.eye(3), (frames, len(skeleton.names), 1, 1))
    for joint, bends in posture.bends_deg.items():
        local[:, skeleton.index(joint)] = bend(bends)
    hips_rotation = turn(posture.heading_deg) @ local[:, 0]
    local[:, 0] = hips_rotation
    stances = [
        Stance(
            posture.ankles[:, number],
            posture.foot_heading_deg[:, number],
            posture.heel_deg[:, number],
            posture.pivot_deg[:, number],
            posture.toe_out_deg,
        )
        for number in (0, 1)
    ]
    root_m = root_place_m(skeleton, posture.hips, hips_rotation, stances)
    for side, stance in zip(("Left", "Right"), stances, strict=True):
        for joint, rotation in leg_locals(skeleton, root_m, hips_rotation, stance, side).items():
            local[:, skeleton.index(joint)] = rotation
    arms = {name: posture.arms_deg.get(name, np.full((frames, 2), rest)) for name, rest in REST_ARM.items()}
    for number, side in enumerate(("Left", "Right")):
        angles = {name: values[:, number] for name, values in arms.items()}
        for joint, rotation in arm_locals(angles, posture.fingers_deg[:, number], side).items():
            local[:, skeleton.index(joint)] = rotation
    for reach in posture.reaches:
        _reach(skeleton, root_m, local, reach)
    return pose(skeleton, root_m, local)


def _reach(skeleton: Skeleton, root_m: Floats, local: Floats, reach: Reach) -> None:
    """Turn upper arms and forearms so that the hands come to their places."""
    poses = pose(skeleton, root_m, local)
    frame = poses.rotations[:, skeleton.index("Hips" if reach.anchor == "hips" else "Chest")]
    for number, side in enumerate(("Left", "Right")):
        joint = f"{side}UpLeg" if reach.anchor == "hips" else f"{side}Arm"
        start = poses.positions[:, skeleton.index(joint)]
        if reach.anchor == "breast":
            start = 0.5 * (
                start + poses.positions[:, skeleton.index("RightArm" if number == 0 else "LeftArm")]
            )
        unit = skeleton.length_m(f"{side}ForeArm") + skeleton.length_m(f"{side}Hand")
        unit = leg_length_m(skeleton) if reach.anchor == "hips" else unit
        outwards = np.array([1.0 if number == 0 else -1.0, 1.0, 1.0])
        offset = np.einsum("tij,tj->ti", frame, reach.place[:, number] * outwards * unit)
        target = start + offset
        elbow = np.einsum("tij,j->ti", frame, np.array(reach.elbow) * outwards)
        arm, forearm = skeleton.index(f"{side}Arm"), skeleton.index(f"{side}ForeArm")
        local[:, arm], local[:, forearm] = reaching_locals(
            skeleton, poses, local, side, target, elbow, reach.weight[:, number]
        )
