"""Limbs of a BVH motion on a figure: directions of bones are kept, and where elbows and knees bend."""

from __future__ import annotations

import numpy as np

from models.motion.forward_kinematics import axis_rotation
from models.motion.humanoid import FINGERS
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.arms import REST_ARM, arm_locals
from models.world.motions.bvh_source import BvhSource
from models.world.motions.posture import RELAXED
from models.world.motions.turning import blended, least_turn, pointing

_AHEAD, _UP, _LEFT = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])

BENT_DEG = (12.0, 30.0)
"""Bends of an elbow or a knee from which on its plane tells the turn of the upper bone about itself."""

TOES_FREE = 0.15
"""Height of the toes, in leg lengths, from which on they need no floor."""


def _upper(rest: Floats, parent: Floats, along: Floats, bend: Floats, rest_bend: Floats) -> Floats:
    """Rotation of an upper bone: its direction is kept; where the next bone bends, so is the bend's plane.

    Args:
        rest: the bone [3] at rest.
        parent: rotations [T, 3, 3] of the parent, from which a straight limb turns the least.
        along: directions [T, 3] of the bone.
        bend: directions [T, 3] of the next bone.
        rest_bend: [3] whither the next bone bends at rest.
    """
    rest, along, bend = unit(rest), unit(along), unit(bend)
    local = np.einsum("tji,tj->ti", parent, along)
    least = parent @ least_turn(np.tile(rest, (len(local), 1)), local)
    bent_deg = np.degrees(np.arccos(np.clip(np.sum(along * bend, axis=1), -1, 1)))
    known = np.clip((bent_deg - BENT_DEG[0]) / (BENT_DEG[1] - BENT_DEG[0]), 0, 1)
    pole = bend + 1e-6 * np.einsum("tij,j->ti", least, rest_bend)
    # Never further than a joint turns about its own axis: from the least turn, half way round at most.
    return blended(least, pointing(rest, rest_bend, along, pole), known)


def turn_arm(skeleton: Skeleton, source: BvhSource, rotations: Floats, side: str) -> None:
    """Rotations of an arm's and a hand's joints in the world."""
    points, Side = source.points, side.capitalize()
    chest = rotations[:, skeleton.index("Chest")]
    frames = len(chest)
    upper, lower = (
        points[f"{side}_{b}"] - points[f"{side}_{a}"] for a, b in (("shoulder", "elbow"), ("elbow", "wrist"))
    )
    offsets = {
        name: unit(skeleton.offsets_m[skeleton.index(f"{Side}{name}")]) for name in ("ForeArm", "Hand")
    }
    arm = _upper(offsets["ForeArm"], chest, upper, lower, _AHEAD)
    along = np.einsum("tji,tj->ti", arm, unit(lower))
    forearm = arm @ least_turn(np.tile(offsets["Hand"], (frames, 1)), along)
    hand = forearm
    knuckles = [f"{side}_{finger}_1" for finger in ("index", "middle", "pinky")]
    if all(name in points for name in knuckles):
        rest = skeleton.rest_m()
        wrist = rest[skeleton.index(f"{Side}Hand")]
        index, middle, pinky = (rest[skeleton.index(f"{Side}Hand{f}1")] for f in ("Index", "Middle", "Pinky"))
        hand = pointing(unit(middle - wrist), unit(index - pinky),
                        unit(points[knuckles[1]] - points[f"{side}_wrist"]),
                        unit(points[knuckles[0]] - points[knuckles[2]]))  # fmt: skip
    rotations[:, skeleton.index(f"{Side}Shoulder")] = chest
    for name, rotation in (("Arm", arm), ("ForeArm", forearm), ("Hand", hand)):
        rotations[:, skeleton.index(f"{Side}{name}")] = rotation
    _turn_fingers(skeleton, source, rotations, side, hand)


def _turn_fingers(skeleton: Skeleton, source: BvhSource, rotations: Floats, side: str, hand: Floats) -> None:
    """Directions of the phalanges where the file has them, else relaxed fingers."""
    points, Side = source.points, side.capitalize()
    relaxed = arm_locals(
        {name: np.zeros(len(hand)) for name in REST_ARM}, np.tile(RELAXED, (len(hand), 1)), Side
    )
    for finger in FINGERS:
        parent = hand
        for phalanx in (1, 2, 3):
            joint = f"{Side}Hand{finger.capitalize()}{phalanx}"
            ends = [f"{side}_{finger}_{phalanx + k}" for k in (0, 1)]
            if all(name in points for name in ends):
                tip = skeleton.index(joint[:-1] + (str(phalanx + 1) if phalanx < 3 else "3_end"))
                along = np.einsum("tji,tj->ti", parent, unit(points[ends[1]] - points[ends[0]]))
                rest = np.tile(unit(skeleton.offsets_m[tip]), (len(hand), 1))
                rotation = parent @ least_turn(rest, along)
            else:
                rotation = parent @ relaxed[joint]
            rotations[:, skeleton.index(joint)] = parent = rotation
        rotations[:, skeleton.index(f"{Side}Hand{finger.capitalize()}3_end")] = parent


def turn_leg(skeleton: Skeleton, source: BvhSource, rotations: Floats, side: str) -> None:
    """Rotations of a leg's joints in the world; the foot is flat where the file's is."""
    points, Side = source.points, side.capitalize()
    hips = rotations[:, skeleton.index("Hips")]
    frames = len(hips)
    hip, knee, ankle = (points[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
    rest = {joint: unit(skeleton.offsets_m[skeleton.index(f"{Side}{joint}")]) for joint in ("Leg", "Foot")}
    thigh = _upper(rest["Leg"], hips, knee - hip, ankle - knee, -_AHEAD)
    along = np.einsum("tji,tj->ti", thigh, unit(ankle - knee))
    shin = thigh @ least_turn(np.tile(rest["Foot"], (frames, 1)), along)
    foot = toes = shin
    if f"{side}_toe" in points:
        toe = points[f"{side}_toe"]
        foot = _foot(toe - ankle, source.standing[side].slope, shin)
        # Toes near the floor stay flat while the heel rises.
        raised_deg = np.degrees(np.arcsin(np.clip(-foot[:, 1, 2], 0, 1)))
        near = 1 - np.clip((toe[:, 1] - source.standing[side].toe) / TOES_FREE, 0, 1)
        toes = foot @ axis_rotation("X", -np.minimum(raised_deg, 60.0) * near)
    for name, rotation in (("UpLeg", thigh), ("Leg", shin), ("Foot", foot), ("ToeBase", toes)):
        rotations[:, skeleton.index(f"{Side}{name}")] = rotation


def _foot(to_toe: Floats, flat: float, shin: Floats) -> Floats:
    """Rotations [T, 3, 3] of a foot.

    Files place the ankle higher or lower over the toes than the figure has it, so the slope is taken against
    the one, `flat`, of the file's standing feet.
    """
    along = unit(to_toe)
    left = np.cross(_UP, along) + 0.15 * shin[:, :, 0]
    return pointing(np.array([0.0, np.sin(flat), np.cos(flat)]), _LEFT, along, left)
