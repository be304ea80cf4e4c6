"""Paws that reach: legs of three bones (upper, lower, long foot) of beasts and birds, in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import JointPoses, axis_rotation
from models.motion.wholebody import unit
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.trunk import assembled
from models.world.motions.turning import pointing, turn

LONGEST_REACH = 0.985
"""Share of the two upper bones' length beyond which the third one turns towards the hip: no joint locks."""


class Limb(NamedTuple):
    """Names of a leg's joints from the hip or shoulder down, and where its middle joint points."""

    joints: tuple[str, str, str, str]
    forth: float
    """1: a knee, ahead; -1: an elbow, behind."""
    follow: float
    """How far the long foot leans with the leg: 1 wholly, 0 never."""
    keeps: float
    """How much of its place ahead of or behind the hip at rest a paw keeps in a gait: a fore paw rests far
    behind the point of the shoulder, and could not be left behind still further."""


class Track(NamedTuple):
    """Where one paw is over T frames."""

    place_m: Floats
    """[T, 3]: its joint."""
    heading_deg: Floats
    """[T]."""
    flex_deg: Floats
    """[T]: how far the long foot is folded back, beyond its lean."""
    droop_deg: Floats
    """[T]: how far the paw's toes point down."""


def limbs(skeleton: Skeleton) -> dict[str, Limb]:
    """The legs of a quadruped or a bird, named by their last joint."""
    made = {}
    for side in ("Left", "Right"):
        if skeleton.kind == "bird":
            made[f"{side}Foot_end"] = Limb(_chain(side, "UpLeg", "Leg", "Foot", "Foot_end"), 1.0, 0.35, 1.0)
        else:
            made[f"{side}Hind3_end"] = Limb(
                _chain(side, "Hind1", "Hind2", "Hind3", "Hind3_end"), 1.0, 0.6, 1.0
            )
            made[f"{side}Fore3_end"] = Limb(
                _chain(side, "Fore1", "Fore2", "Fore3", "Fore3_end"), -1.0, 0.7, 0.15
            )
    return made


def _chain(side: str, *joints: str) -> tuple[str, str, str, str]:
    first, second, third, end = (side + joint for joint in joints)
    return first, second, third, end


def leg_m(skeleton: Skeleton) -> float:
    """The unit of all motions: height of the (hind) hip at rest, metres."""
    name = "LeftUpLeg" if skeleton.kind == "bird" else "LeftHind1"
    return float(skeleton.rest_m()[skeleton.index(name), 1])


def stand(
    skeleton: Skeleton, root_m: Floats, bends: Mapping[str, Floats], tracks: Mapping[str, Track]
) -> JointPoses:
    """Pose the trunk, then put every paw where its track says.

    Args:
        skeleton: the bones.
        root_m: [T, 3].
        bends: local rotations [T, 3, 3] of joints by name; others are at rest.
        tracks: of the paws, named as in `limbs`.
    """
    local = assembled(skeleton, len(root_m), bends)
    trunk = pose(skeleton, root_m, local)
    legs = limbs(skeleton)
    for name, track in tracks.items():
        for joint, rotation in _reach(skeleton, trunk, legs[name], track).items():
            local[:, skeleton.index(joint)] = rotation
    return pose(skeleton, root_m, local)


def _reach(skeleton: Skeleton, trunk: JointPoses, limb: Limb, track: Track) -> dict[str, Floats]:
    """Local rotations of one leg's joints."""
    hip, second, third, end = limb.joints
    parent = trunk.rotations[:, skeleton.parents[skeleton.index(hip)]]
    socket, side = trunk.positions[:, skeleton.index(hip)], parent[:, :, 0]
    upper, lower, foot = (skeleton.length_m(joint) for joint in (second, third, end))
    way = track.place_m - socket
    distance = np.linalg.norm(way, axis=1)
    down = way / distance[:, None]
    long_foot = _long_foot(skeleton, limb, track, down, side, distance, (upper + lower, foot))
    way = way - foot * long_foot
    distance = np.linalg.norm(way, axis=1)
    down = way / distance[:, None]
    distance = np.clip(distance, 1.02 * abs(upper - lower) + 1e-4, 0.9999 * (upper + lower))
    forth = limb.forth * unit(np.cross(down, side))
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    angle = np.arccos(np.clip(cosine, -1, 1))[:, None]
    along_upper = np.cos(angle) * down + np.sin(angle) * forth
    along_lower = down * distance[:, None] - along_upper * upper
    across = np.array([1.0, 0.0, 0.0])
    world = [
        pointing(skeleton.offsets_m[skeleton.index(joint)], across, along, side)
        for joint, along in ((second, along_upper), (third, along_lower), (end, long_foot))
    ]
    world.append(turn(track.heading_deg) @ axis_rotation("X", track.droop_deg))
    return {
        joint: np.swapaxes(before, 1, 2) @ after
        for joint, before, after in zip(limb.joints, [parent, *world[:3]], world, strict=True)
    }


def _long_foot(
    skeleton: Skeleton,
    limb: Limb,
    track: Track,
    down: Floats,
    side: Floats,
    distance: Floats,
    lengths: tuple[float, float],
) -> Floats:
    """Directions [T, 3] from the wrist or hock to the paw.

    They follow the leg's lean and the asked flexion, but turn towards the hip where the other two bones would
    not reach: with d the distance from hip to paw, f the foot and r the reach of the others, the angle at
    the paw is at most arccos((d² + f² - r²) / 2 d f).
    """
    reach, foot = LONGEST_REACH * lengths[0], lengths[1]
    ahead = unit(np.cross(side, [0.0, 1.0, 0.0]))
    lean = np.arctan2(np.sum(-down * ahead, axis=1), -down[:, 1])
    rest = skeleton.rest_m()
    hip, end = rest[skeleton.index(limb.joints[0])], rest[skeleton.index(limb.joints[3])]
    rest_lean = np.arctan2(hip[2] - end[2], hip[1] - end[1])
    offset = skeleton.offsets_m[skeleton.index(limb.joints[3])]
    rest_foot = np.arctan2(-offset[2], -offset[1])
    wanted = rest_foot + limb.follow * (lean - rest_lean) + np.radians(track.flex_deg)
    cosine = (distance**2 + foot**2 - reach**2) / (2 * distance * foot)
    most = np.arccos(np.clip(cosine, -1, 1 - 1e-6))
    turned = most * np.tanh((wanted - lean) / most)
    # Positive angles swing a hanging bone back, as positive turns about the side axis do.
    back = np.cross(side, down)
    along_side = side * np.sum(side * down, axis=1, keepdims=True)
    flat = down - along_side
    return np.asarray(flat * np.cos(turned)[:, None] + back * np.sin(turned)[:, None] + along_side)
