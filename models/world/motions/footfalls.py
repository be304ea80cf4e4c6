"""Footfalls: when the feet of a gait stand and swing, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.paws import Track, leg_m, limbs
from models.world.motions.timing import eased, hump
from models.world.motions.turning import turn

Trunk = Callable[[Floats], JointPoses]
"""The trunk's poses at times [N]; the legs' joints hang as at rest."""


class Gait(NamedTuple):
    """Rhythm of the feet (Hildebrand 1965): each stands for a share of the period, some later than others."""

    period_s: float
    duty: float
    """Share of the period for which a foot stands."""
    lag: Mapping[str, float]
    """When each foot comes down, as a share of the period."""
    lift: float
    """Height of a swinging paw, in legs."""
    flex_deg: float
    """How far a swinging long foot is folded."""


def footfalls(skeleton: Skeleton, gait: Gait, time_s: Floats, phase: float, trunk: Trunk) -> dict[str, Track]:
    """Tracks of all paws: a standing one does not move, and is where the hip will be half through its stand.

    Args:
        skeleton: the bones.
        gait: the rhythm.
        time_s: [T].
        phase: share of the period that has passed at time 0.
        trunk: gives the hips' places at any time.
    """
    tracks = {}
    for name, limb in limbs(skeleton).items():
        turns = np.asarray(time_s / gait.period_s + phase - gait.lag[name], np.float64)
        cycle = np.floor(turns).astype(int)
        first = int(cycle.min())
        numbers = np.arange(first, int(cycle.max()) + 2)
        middle_s = (numbers + gait.lag[name] - phase + 0.5 * gait.duty) * gait.period_s
        places, headings = standing_places(
            skeleton, trunk(np.asarray(middle_s, np.float64)), limb.joints[0], name, limb.keeps
        )
        share = (turns - cycle - gait.duty) / (1 - gait.duty)
        now = cycle - first
        moved = eased(share)
        place = places[now] + moved[:, None] * (places[now + 1] - places[now])
        place[:, 1] += gait.lift * leg_m(skeleton) * hump(share)
        heading = headings[now] + moved * (headings[now + 1] - headings[now])
        # The foot folds before the middle of its swing; toes hang, but never lower than the lifted foot.
        fold = hump(np.asarray(np.clip(share, 0, 1) ** 0.8, np.float64))
        droop = np.asarray(hump(share) ** 2, np.float64)
        tracks[name] = Track(place, heading, gait.flex_deg * fold, 0.8 * gait.flex_deg * droop)
    return tracks


def standing_places(
    skeleton: Skeleton, poses: JointPoses, hip: str, paw: str, keeps: float = 1.0
) -> tuple[Floats, Floats]:
    """Where a paw stands [N, 3] below the hip of each pose, and its heading [N] in degrees (unwrapped)."""
    rest = skeleton.rest_m()
    hip_at, paw_at = rest[skeleton.index(hip)], rest[skeleton.index(paw)]
    parent = poses.rotations[:, skeleton.parents[skeleton.index(hip)]]
    heading = np.degrees(np.unwrap(np.arctan2(parent[:, 0, 2], parent[:, 2, 2])))
    places = poses.positions[:, skeleton.index(hip)] + turn(heading) @ ((paw_at - hip_at) * [1.0, 1.0, keeps])
    places[:, 1] = paw_at[1]
    return np.asarray(places), np.asarray(heading)


def standing(skeleton: Skeleton, frames: int, trunk: JointPoses) -> dict[str, Track]:
    """Tracks of paws that stand still for all frames, below the hips of one pose (T = 1)."""
    tracks = {}
    for name, limb in limbs(skeleton).items():
        places, headings = standing_places(skeleton, trunk, limb.joints[0], name)
        tracks[name] = Track(
            np.tile(places[0], (frames, 1)), np.full(frames, headings[0]), np.zeros(frames), np.zeros(frames)
        )
    return tracks
