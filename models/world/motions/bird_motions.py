"""Birds in motion: strut, hop, peck, flap on the spot, and take off to hover."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.act import Act
from models.world.motions.footfalls import Gait, footfalls, standing
from models.world.motions.paths import arc_within
from models.world.motions.paws import Track, leg_m, limbs, stand
from models.world.motions.timing import eased, hump, seconds, wander, wave
from models.world.motions.trunk import assembled, bent
from models.world.motions.turning import turn
from models.world.motions.wings import wing_bends

DISC = 2.6
"""Radius of the disc in which a walking bird stays, in legs: 0.7 m for the longest legs."""


class _Carriage(NamedTuple):
    """How a bird holds itself, per frame [T]; lengths in legs, angles in degrees."""

    root: Floats
    """[T, 3]: away from where it stands at rest."""
    heading: Floats
    pitch: Floats
    """The body's fall."""
    roll: Floats
    thrust: Floats
    """How far the head is ahead of its place."""
    look: Floats
    nod: Floats
    tail: Floats
    folded: Floats
    raised: Floats
    swept: Floats


def _held(frames: int) -> _Carriage:
    none = np.zeros(frames)
    return _Carriage(np.zeros((frames, 3)), none, none, none, none, none, none, none, none + 1, none, none)


def _trunk(skeleton: Skeleton, carriage: _Carriage) -> tuple[Floats, dict[str, Floats]]:
    """The root's places and the rotations of all joints but the legs'."""
    rest, leg = skeleton.rest_m(), leg_m(skeleton)
    # The body turns about the hips' joints, not about its own end.
    socket = 0.5 * (rest[skeleton.index("LeftUpLeg")] + rest[skeleton.index("RightUpLeg")]) - rest[0]
    hips = turn(carriage.heading) @ bent(carriage.roll, carriage.pitch, 0.0)
    root = leg * carriage.root + turn(carriage.heading) @ (rest[0] + socket) - hips @ socket
    neck_m = skeleton.length_m("Head")
    dip = np.degrees(np.arctan2(leg * carriage.thrust, neck_m))
    bends = {
        "Hips": hips,
        "Neck": bent(0.0, dip + 0.4 * carriage.nod - 0.5 * carriage.pitch, 0.4 * carriage.look),
        "Head": bent(0.0, -dip + 0.6 * carriage.nod - 0.5 * carriage.pitch, 0.6 * carriage.look),
        "Tail1": bent(0.0, carriage.tail, 0.0),
        **wing_bends(skeleton, carriage.folded, carriage.raised, carriage.swept),
    }
    return root, bends


def _poses(skeleton: Skeleton, carriage: _Carriage) -> JointPoses:
    root, bends = _trunk(skeleton, carriage)
    return pose(skeleton, root, assembled(skeleton, len(root), bends))


def strut(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Walks along an arc; the head waits and is thrust ahead once a step (Frost 1978)."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    period, stride = float(rng.uniform(0.75, 1.05)), float(rng.uniform(0.9, 1.3))
    gait = Gait(period, 0.6, {"LeftFoot_end": 0.0, "RightFoot_end": 0.5}, 0.22, 40.0)
    phase, duration, speed = float(rng.uniform()), num_frames / fps, stride / period
    curve = float(rng.uniform(0.1, 0.5) * rng.choice([-1, 1]))
    path = arc_within(speed * duration, DISC, float(rng.uniform(0, 2 * np.pi)), curve)
    bob, sway = float(rng.uniform(0.10, 0.16)), float(rng.uniform(2, 5))

    def carriage(at_s: Floats) -> _Carriage:
        along, turns = speed * (at_s - 0.5 * duration), at_s / period + phase
        step = 4 * np.pi * turns
        # Back at the body's speed for most of a step, then ahead at once.
        thrust = -bob * (np.sin(step) + 0.28 * np.sin(2 * step))
        root = path.places(along)
        root[:, 1] += 0.015 * np.cos(step - 0.4) - 0.04
        side = sway * np.cos(2 * np.pi * (turns - 0.3))
        heading = np.degrees(path.headings(along)) + 0.6 * side
        held = _held(len(at_s))
        tail = 3 * np.cos(step)
        return held._replace(
            root=root, heading=heading, roll=side, thrust=thrust, tail=tail, pitch=1.0 * np.cos(step)
        )

    def trunk(at_s: Floats) -> JointPoses:
        return _poses(skeleton, carriage(at_s))

    return stand(
        skeleton, *_trunk(skeleton, carriage(time_s)), footfalls(skeleton, gait, time_s, phase, trunk)
    )


def hop(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Hops along an arc on both feet, with a rest between the leaps."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    period, stride = float(rng.uniform(0.55, 0.8)), float(rng.uniform(0.8, 1.2))
    duty = 0.56
    gait = Gait(period, duty, {"LeftFoot_end": 0.0, "RightFoot_end": 0.0}, 0.0, 30.0)
    phase, duration = float(rng.uniform()), num_frames / fps
    height, speed = float(rng.uniform(0.35, 0.55)), stride / period
    curve = float(rng.uniform(0.1, 0.6) * rng.choice([-1, 1]))
    path = arc_within(speed * duration + 0.3 * stride, DISC, float(rng.uniform(0, 2 * np.pi)), curve)

    def leap(turns: Floats) -> Floats:
        """Share of the leap that is done, 0..1."""
        return np.clip((turns % 1 - duty) / (1 - duty), 0, 1)

    def carriage(at_s: Floats) -> _Carriage:
        turns = at_s / period + phase
        middle = 0.5 * (1 + duty)
        pace = np.sin(2 * np.pi * (turns - middle)) / (2 * np.pi)
        along = speed * (at_s - 0.5 * duration) + 0.8 * stride * pace
        root = path.places(along)
        crouch = np.cos(2 * np.pi * (turns - middle)) + 0.35 * np.cos(4 * np.pi * (turns - middle))
        root[:, 1] += 0.09 * crouch - 0.16 + height * hump(leap(turns))
        heading = np.degrees(path.headings(along))
        pitch = -5.0 * np.cos(2 * np.pi * (turns - middle + 0.12))
        held = _held(len(at_s))
        return held._replace(root=root, heading=heading, pitch=pitch, tail=6.0 - pitch, thrust=0.02 * crouch)

    def trunk(at_s: Floats) -> JointPoses:
        return _poses(skeleton, carriage(at_s))

    tracks = footfalls(skeleton, gait, time_s, phase, trunk)
    lift = 0.8 * height * leg_m(skeleton) * hump(leap(time_s / period + phase))
    up = lift[:, None] * np.array([0.0, 1.0, 0.0])
    tracks = {name: track._replace(place_m=track.place_m + up) for name, track in tracks.items()}
    return stand(skeleton, *_trunk(skeleton, carriage(time_s)), tracks)


def peck(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Stands, bows down to the floor now and then, and looks about in between."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    period, first = float(rng.uniform(1.3, 1.8)), float(rng.uniform(-0.6, 0.3))
    bow = hump(((time_s - first) % period) / 0.9)
    held = _standing(skeleton, time_s, rng)
    root = held.root + np.stack([0 * bow, -0.10 * bow, 0 * bow], axis=-1)
    pitch, nod = 38 * bow, held.nod + 55 * bow
    return _on_the_spot(
        skeleton,
        held._replace(root=root, pitch=pitch, nod=nod, look=held.look * (1 - bow), tail=-0.3 * pitch),
    )


def flap(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Stands, spreads the wings, beats them, and folds them again."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    begin, beats = float(rng.uniform(0.1, 0.3)), int(rng.integers(3, 6))
    beat_s = float(rng.uniform(0.38, 0.5))
    lasts = beats * beat_s
    open_ = eased((time_s - begin) / 0.5) * (1 - eased((time_s - begin - 0.5 - lasts) / 0.55))
    held = _standing(skeleton, time_s, rng)
    stroke = wave(time_s, beat_s, begin + 0.35)
    lift = np.stack([0 * open_, 0.02 * open_ - 0.02 * open_ * stroke, 0 * open_], axis=-1)
    return _on_the_spot(
        skeleton, _beating(held, time_s, beat_s, begin + 0.35, open_, float(rng.uniform(30, 42)))._replace(
            root=held.root + lift, pitch=-12 * open_, tail=14 * open_
        ),
    )  # fmt: skip


def take_off(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Crouches, leaps up with beating wings, and hovers."""
    rng, time_s = np.random.default_rng(seed), seconds(num_frames, fps)
    begin, beat_s = float(rng.uniform(0.25, 0.45)), float(rng.uniform(0.34, 0.42))
    height = float(rng.uniform(1.5, 2.4))
    held = _standing(skeleton, time_s, rng)
    crouch = hump((time_s - begin + 0.2) / 0.5)
    air = eased((time_s - begin) / 0.9)
    open_ = eased((time_s - begin + 0.15) / 0.35)
    hover = air * (0.10 * wave(time_s, beat_s, begin) + 0.12 * wander(time_s, rng, 1.8))
    drift = air * 0.35 * wander(time_s, rng, 2.2)
    root = held.root + np.stack([drift, height * air + hover - 0.14 * crouch, 0.2 * drift], axis=-1)
    beating = _beating(held, time_s, beat_s, begin, open_, float(rng.uniform(42, 55)))
    carriage = beating._replace(
        root=root, pitch=14 * crouch * (1 - air) - 24 * air, tail=14 * air + 10 * crouch, roll=8 * drift
    )
    return _on_the_spot(skeleton, carriage, eased((time_s - begin) / 0.5))


def _standing(skeleton: Skeleton, time_s: Floats, rng: np.random.Generator) -> _Carriage:
    """A bird that stands and looks about, breathing."""
    held = _held(len(time_s))
    heading = np.full(len(time_s), rng.uniform(0, 360))
    sink = np.stack([0 * heading, -0.03 + 0.006 * wave(time_s, 1.4), 0 * heading], axis=-1)
    return held._replace(
        heading=heading,
        root=sink,
        look=float(rng.uniform(25, 50)) * wander(time_s, rng, 1.3),
        nod=8 * wander(time_s, rng, 1.1),
        tail=4 * wander(time_s, rng, 0.9),
    )


def _beating(
    held: _Carriage, time_s: Floats, beat_s: float, begin_s: float, spread: Floats, most_deg: float
) -> _Carriage:
    """Wings that beat as far as they are spread; the hand folds a little on the way up (Tobalske 2007)."""
    stroke, upstroke = wave(time_s, beat_s, begin_s), wave(time_s, beat_s, begin_s - 0.25 * beat_s)
    folded = 1 - spread * (0.94 - 0.14 * (1 + upstroke) / 2)
    return held._replace(
        folded=folded, raised=spread * (8 + most_deg * stroke), swept=spread * (4 - 8 * stroke)
    )


def _on_the_spot(skeleton: Skeleton, carriage: _Carriage, aloft: Floats | None = None) -> JointPoses:
    """Feet stand where they do at the heading of the first frame, or hang below the body that is aloft."""
    frames = len(carriage.heading)
    first = _held(1)._replace(heading=carriage.heading[:1])
    tracks = standing(skeleton, frames, _poses(skeleton, first))
    root, bends = _trunk(skeleton, carriage)
    if aloft is not None:
        trunk = pose(skeleton, root, assembled(skeleton, frames, bends))
        tracks = {name: _hanging(skeleton, trunk, name, track, aloft) for name, track in tracks.items()}
    return stand(skeleton, root, bends, tracks)


def _hanging(skeleton: Skeleton, trunk: JointPoses, name: str, track: Track, aloft: Floats) -> Track:
    """A foot that leaves the floor and ends folded below the body."""
    hip = trunk.positions[:, skeleton.index(limbs(skeleton)[name].joints[0])]
    turned = turn(track.heading_deg)
    hanging = hip + leg_m(skeleton) * (turned @ np.array([0.0, -0.68, -0.28]))
    place = track.place_m + aloft[:, None] * (hanging - track.place_m)
    return track._replace(place_m=place, flex_deg=35 * aloft, droop_deg=50 * aloft)


BIRD_ACTS: dict[str, Act] = {"strut": strut, "hop": hop, "peck": peck, "flap": flap, "take_off": take_off}
"""What birds can do."""
