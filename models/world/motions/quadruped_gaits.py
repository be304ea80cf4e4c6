"""Quadrupeds in motion: walk, trot and bound along an arc of the stage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Floats, Skeleton, pose
from models.world.motions.act import Act
from models.world.motions.footfalls import Gait, footfalls
from models.world.motions.paths import Arc, arc_within
from models.world.motions.paws import leg_m, stand
from models.world.motions.quadruped_pastimes import QUADRUPED_PASTIMES
from models.world.motions.timing import seconds
from models.world.motions.trunk import assembled, bent
from models.world.motions.turning import turn

DISC = 1.2
"""Radius of the disc in which the middle of the trunk stays, in legs: 0.75 m for the longest legs."""


class _Travel(NamedTuple):
    """One gait's motion of the trunk. Amplitudes in legs and degrees, phases as shares of the period."""

    gait: Gait
    path: Arc
    phase: float
    crouch: float
    """How much lower than at rest the trunk is at most: straight legs could not stride."""
    heave: float
    heaves: int
    """How often the trunk rises and sinks in a period."""
    high: float
    """When it is highest."""
    rock_deg: float
    rear: float
    """When the chest is highest against the hips."""
    arch_deg: float
    gathered: float
    """When the back is arched most."""
    sway_deg: float
    nod_deg: float
    tail_deg: float
    tail_lift_deg: float
    speed: float
    duration_s: float

    def root_and_bends(self, skeleton: Skeleton, time_s: Floats) -> tuple[Floats, dict[str, Floats]]:
        """The root's places [N, 3] and rotations of the trunk's joints."""
        leg = leg_m(skeleton)
        rest = skeleton.rest_m()
        trunk = (rest[skeleton.index("Chest"), 2] - rest[0, 2]) / leg
        along = self.speed * (time_s - 0.5 * self.duration_s)
        root = leg * self.path.places(along - 0.5 * trunk)
        turns = time_s / self.gait.period_s + self.phase
        root[:, 1] = rest[0, 1] + leg * (
            self.heave * _cosine(self.heaves * (turns - self.high)) - self.crouch - self.heave
        )
        sway, rock = self.sway_deg * _cosine(turns - 0.25), self.rock_deg * _cosine(turns - self.rear)
        arch = self.arch_deg * _cosine(turns - self.gathered)
        nod = self.nod_deg * _cosine(self.heaves * (turns - self.high) + 0.15)
        lead = np.degrees(self.path.bend) * 0.5 * trunk
        facing = np.degrees(self.path.headings(along)) - 0.5 * lead
        tail = self.tail_deg * _cosine(turns - 0.1)
        bends = {
            "Hips": turn(facing + sway) @ bent(0.4 * sway, -rock - arch, 0.0),
            "Spine": bent(-0.4 * sway, 2 * arch, lead - 1.6 * sway),
            "Chest": bent(-0.3 * sway, -0.4 * arch, 0.2 * lead + 0.4 * sway),
            "Neck": bent(0.0, 0.6 * rock + nod, 0.5 * lead + 0.1 * sway),
            "Head": bent(0.0, 0.35 * rock - 0.8 * nod - 0.6 * arch, 0.3 * lead + 0.1 * sway),
            "Tail1": bent(0.0, self.tail_lift_deg + 0.6 * arch + 0.8 * rock, tail - 0.3 * lead),
            "Tail2": bent(0.0, 0.5 * self.tail_lift_deg, 1.3 * self.tail_deg * _cosine(turns - 0.25)),
        }
        for side in ("Left", "Right"):
            bends[f"{side}Ear"] = bent(0.0, 1.5 * nod + 0.5 * rock, 0.0)
        return root, bends

    def perform(self, skeleton: Skeleton, time_s: Floats) -> JointPoses:
        """The whole animal at times [T]."""

        def trunk(at_s: Floats) -> JointPoses:
            root, bends = self.root_and_bends(skeleton, at_s)
            return pose(skeleton, root, assembled(skeleton, len(at_s), bends))

        tracks = footfalls(skeleton, self.gait, time_s, self.phase, trunk)
        return stand(skeleton, *self.root_and_bends(skeleton, time_s), tracks)


def _cosine(turns: Floats) -> Floats:
    return np.asarray(np.cos(2 * np.pi * turns))


def _lags(left_hind: float, left_fore: float, right_hind: float, right_fore: float) -> dict[str, float]:
    return {
        "LeftHind3_end": left_hind, "LeftFore3_end": left_fore,
        "RightHind3_end": right_hind, "RightFore3_end": right_fore,
    }  # fmt: skip


def _arc(rng: np.random.Generator, length: float) -> Arc:
    heading, curve = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.6) * rng.choice([-1, 1])
    return arc_within(length, DISC, float(heading), float(curve))


def walk(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """A four-beat walk in lateral sequence: each hind foot is followed by the fore foot of its side."""
    rng = np.random.default_rng(seed)
    period, stride = float(rng.uniform(0.85, 1.15)), float(rng.uniform(0.8, 1.0))
    duration, speed = num_frames / fps, stride / period
    gait = Gait(period, float(rng.uniform(0.62, 0.68)), _lags(0.0, 0.25, 0.5, 0.75), 0.13, 32.0)
    travel = _Travel(
        gait=gait, path=_arc(rng, speed * duration), phase=float(rng.uniform()),
        crouch=0.035, heave=0.012, heaves=2,
        high=0.05,
        rock_deg=0.6, rear=0.2, arch_deg=0.0, gathered=0.0, sway_deg=float(rng.uniform(2.0, 4.0)),
        nod_deg=float(rng.uniform(2.0, 5.0)), tail_deg=float(rng.uniform(6, 16)),
        tail_lift_deg=float(rng.uniform(-15, 20)), speed=speed, duration_s=duration,
    )  # fmt: skip
    return travel.perform(skeleton, seconds(num_frames, fps))


def trot(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """A springy two-beat gait: diagonal feet together, and all feet off the floor for a moment."""
    rng = np.random.default_rng(seed)
    period, stride = float(rng.uniform(0.55, 0.72)), float(rng.uniform(0.75, 1.0))
    duration, speed = num_frames / fps, stride / period
    gait = Gait(period, float(rng.uniform(0.44, 0.48)), _lags(0.0, 0.5, 0.5, 0.0), 0.20, 45.0)
    travel = _Travel(
        gait=gait, path=_arc(rng, speed * duration), phase=float(rng.uniform()),
        crouch=0.035, heave=0.035, heaves=2,
        high=-0.02,
        rock_deg=0.8, rear=0.3, arch_deg=0.0, gathered=0.0, sway_deg=1.0, nod_deg=2.5,
        tail_deg=float(rng.uniform(3, 10)), tail_lift_deg=float(rng.uniform(-30, 0)), speed=speed,
        duration_s=duration,
    )  # fmt: skip
    return travel.perform(skeleton, seconds(num_frames, fps))


def bound(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
    """Playful leaps: both hind feet push off, the back stretches, both fore feet land."""
    rng = np.random.default_rng(seed)
    period, stride = float(rng.uniform(0.62, 0.80)), float(rng.uniform(0.6, 0.85))
    duration, speed = num_frames / fps, stride / period
    lead = float(rng.choice([-1, 1]) * rng.uniform(0.03, 0.08))
    lags = _lags(0.0, 0.47, lead, 0.47 + lead)
    travel = _Travel(
        gait=Gait(period, 0.36, lags, 0.22, 55.0), path=_arc(rng, speed * duration),
        phase=float(rng.uniform()),
        crouch=0.09, heave=0.07, heaves=1, high=0.45, rock_deg=float(rng.uniform(5, 8)),
        rear=0.2, arch_deg=float(rng.uniform(6, 10)), gathered=0.95, sway_deg=0.5, nod_deg=4.0,
        tail_deg=4.0, tail_lift_deg=-20.0, speed=speed, duration_s=duration,
    )  # fmt: skip
    return travel.perform(skeleton, seconds(num_frames, fps))


QUADRUPED_ACTS: dict[str, Act] = {"walk": walk, "trot": trot, "bound": bound, **QUADRUPED_PASTIMES}
"""What quadrupeds can do."""
