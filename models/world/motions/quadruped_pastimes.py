"""Quadrupeds at rest: looking around with a wagging tail, sitting down, and a stretch with the chest down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.act import Act
from models.world.motions.footfalls import standing
from models.world.motions.paws import leg_m, stand
from models.world.motions.timing import eased, seconds, wander, wave
from models.world.motions.trunk import assembled, bent
from models.world.motions.turning import turn


class _Attitude(NamedTuple):
    """How far the trunk has left its standing pose, per frame [T]; lengths in legs."""

    hips_up: Floats
    hips_ahead: Floats
    pitch_deg: Floats
    """The chest's fall against the hips."""
    neck_deg: Floats
    """The neck's fall, against the chest."""
    tail_deg: Floats
    hocks_deg: Floats
    """How far the hocks sink back towards the floor."""


def _at_rest(skeleton: Skeleton, time_s: Floats, rng: np.random.Generator, attitude: _Attitude) -> JointPoses:
    """Feet stand; the trunk takes the attitude, breathes, and the head and tail are alive."""
    leg, rest = leg_m(skeleton), skeleton.rest_m()
    heading = np.full(len(time_s), rng.uniform(0, 360))
    look = float(rng.uniform(25, 45)) * wander(time_s, rng, 1.9)
    nod = 8.0 * wander(time_s, rng, 1.6)
    tilt = 7.0 * wander(time_s, rng, 2.3)
    breath = wave(time_s, float(rng.uniform(1.6, 2.4)), float(rng.uniform(0, 2)))
    wag_s = float(rng.uniform(0.35, 0.6))
    vigour = float(rng.uniform(12, 30)) * (0.7 + 0.3 * wander(time_s, rng, 2.0))
    wag = vigour * wave(time_s, wag_s)
    shift = 0.03 * wander(time_s, rng, 2.2)
    along = attitude.hips_ahead + 0.4 * shift
    middle = rest[0, 2] / leg
    offset = np.stack([shift, attitude.hips_up - 0.02 + 0.004 * breath, along + middle], axis=-1)
    root = leg * np.einsum("tij,tj->ti", turn(heading), offset) + [0, rest[0, 1], 0]
    pitch, none = attitude.pitch_deg, np.zeros(len(time_s))
    back = _pitched(pitch)
    bends = {
        "Hips": turn(heading) @ back["Hips"],
        "Spine": back["Spine"] @ bent(0.0, 0.6 * breath, 0.08 * look),
        "Chest": back["Chest"] @ bent(0.0, -0.4 * breath, 0.08 * look),
        "Neck": bent(none, attitude.neck_deg + 0.6 * nod, 0.45 * look),
        "Head": bent(tilt, nod - 0.4 * pitch - 0.4 * attitude.neck_deg, 0.45 * look),
        "Tail1": bent(none, attitude.tail_deg, wag),
        "Tail2": bent(none, 0.3 * attitude.tail_deg, 1.2 * vigour * wave(time_s, wag_s, 0.14 * wag_s)),
        "LeftEar": bent(6 * wander(time_s, rng, 1.3), none, none),
        "RightEar": bent(6 * wander(time_s, rng, 1.3), none, none),
    }
    feet_root = leg * np.einsum("tij,tj->ti", turn(heading[:1]), np.array([[0, 0, middle]]))
    feet_root[:, 1] = rest[0, 1]
    feet = pose(skeleton, feet_root, assembled(skeleton, 1, {"Hips": turn(heading[:1])}))
    tracks = standing(skeleton, len(time_s), feet)
    for name in ("LeftHind3_end", "RightHind3_end"):
        tracks[name] = tracks[name]._replace(flex_deg=-attitude.hocks_deg)
    return stand(skeleton, root, bends, tracks)


def look_around(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Stands, turns the head to this and that, and wags the tail."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    none = np.zeros(num_frames)
    rise = -float(rng.uniform(5, 30)) + none
    return _at_rest(
        skeleton, time_s, rng, _Attitude(none, none, none, 6.0 * wander(time_s, rng, 2.5), rise, none)
    )


def sit(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Sits down on the haunches, the fore legs straight."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    down = eased((time_s - float(rng.uniform(0.1, 0.4))) / float(rng.uniform(0.8, 1.2)))
    pitch = np.degrees(np.arcsin(min(0.44 / _trunk(skeleton), 0.7)))
    rise, ahead = _shoulders_moved(skeleton, -pitch)
    # The shoulders come down a little and back over the paws; the hips go wherever that takes them.
    hips_up, hips_ahead = -0.08 - rise, -0.42 - ahead
    # Seen from the side, the tail ends up level: it neither sweeps nor enters the floor.
    tail = skeleton.offsets_m[skeleton.index("Tail2")]
    tail_up = 1.1 * pitch + max(0.0, 8.0 - float(np.degrees(np.arctan2(tail[1], -tail[2]))))
    attitude = _Attitude(
        hips_up * down, hips_ahead * down, -pitch * down, 0.3 * pitch * down, tail_up * down, 28.0 * down
    )
    return _at_rest(skeleton, time_s, rng, attitude)


def _shoulders_moved(skeleton: Skeleton, pitch_deg: float) -> tuple[float, float]:
    """How far up and ahead, in legs, the shoulders get as the trunk pitches about the hips."""
    local = assembled(skeleton, 1, _pitched(np.array([pitch_deg])))
    joint = skeleton.index("LeftFore1")
    moved = pose(skeleton, skeleton.offsets_m[:1], local).positions[0, joint] - skeleton.rest_m()[joint]
    return float(moved[1] / leg_m(skeleton)), float(moved[2] / leg_m(skeleton))


def _pitched(pitch_deg: Floats) -> dict[str, Floats]:
    """The trunk's joints as the back rounds."""
    return {
        "Hips": bent(0.0, 1.1 * pitch_deg, 0.0),
        "Spine": bent(0.0, -0.1 * pitch_deg, 0.0),
        "Chest": bent(0.0, 0.1 * pitch_deg, 0.0),
    }


def bow(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """A stretch: the chest goes down between the fore legs, the rump stays up; then it rises again."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    begin, lasts = float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.7, 1.0))
    hold = float(rng.uniform(0.4, 0.9))
    down = eased((time_s - begin) / lasts) - eased((time_s - begin - lasts - hold) / lasts)
    depth = float(rng.uniform(0.20, 0.27))
    pitch = np.degrees(np.arcsin(min(depth / _trunk(skeleton), 0.6)))
    attitude = _Attitude(
        0.01 * down, -0.20 * down, pitch * down, -0.9 * pitch * down, -0.8 * pitch * down, 0.0 * down
    )
    return _at_rest(skeleton, time_s, rng, attitude)


def _trunk(skeleton: Skeleton) -> float:
    """From the hips to the chest, in legs."""
    rest = skeleton.rest_m()
    return float((rest[skeleton.index("Chest"), 2] - rest[0, 2]) / leg_m(skeleton))


QUADRUPED_PASTIMES: dict[str, Act] = {"look_around": look_around, "sit": sit, "bow": bow}
"""What quadrupeds do on the spot."""
