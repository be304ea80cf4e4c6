"""Slow motions: tai chi, and standing idly with glances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.angles import arm_angles, hands, trunk_bends
from models.world.motions.posture import OPEN, RELAXED, Posture, Reach, mirrored, standing
from models.world.motions.timing import between, eased, mixed, seconds, wander, wave


def tai_chi(num_frames: int, fps: float, seed: int) -> Posture:
    """Weight goes from leg to leg on bent knees, hands circle before the body at half a turn's distance."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps) + between(rng, 0.0, 6.0)
    period_s, wide, sunk = between(rng, 3.6, 5.5), between(rng, 0.14, 0.24), between(rng, 0.84, 0.9)
    phase = 2 * np.pi * time_s / period_s
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 0] = 0.8 * wide * np.sin(phase)
    hips[:, 1] = sunk - 0.02 * np.cos(2 * phase)
    ankles = posture.ankles.copy()
    ankles[..., 0] = [wide, -wide]
    tall, broad, out = between(rng, 0.24, 0.42), between(rng, 0.2, 0.38), between(rng, 0.55, 0.72)
    rounds = [phase - 0.5, phase - 0.5 + np.pi]
    places = np.stack(
        [
            np.stack([0.08 + s * broad * np.cos(r), tall * np.sin(r) - 0.12, out + 0.12 * np.cos(r - 1)], -1)
            for s, r in zip((1, -1), rounds, strict=True)
        ],
        axis=1,
    )  # fmt: skip
    trunk = trunk_bends(
        num_frames,
        Hips=(-1.5 * np.sin(phase), 3.0, 9 * np.sin(phase - 0.2)),
        Spine=(1.0 * np.sin(phase), 1.0, 6 * np.sin(phase - 0.4)),
        Chest=(0.0, 0.0, 8 * np.sin(phase - 0.6)),
        Head=(0.0, 3.0, 10 * np.sin(phase - 0.7)),
    )
    flow = np.sin(phase - 1.4)
    arms = arm_angles(
        num_frames, lift=-40.0, wrist=(-12 + 22 * flow, -12 - 22 * flow), twist=(22 * flow, -22 * flow)
    )
    reach = Reach("chest", places, np.ones((num_frames, 2)), (0.8, -0.8, -0.2))
    soft = tuple(0.5 * (a + b) for a, b in zip(RELAXED, OPEN, strict=True))
    done = replace(posture, hips=hips, ankles=ankles, bends_deg=trunk, arms_deg=arms, reaches=(reach,),
                   fingers_deg=hands(num_frames, soft), toe_out_deg=20.0)  # fmt: skip
    return mirrored(done) if rng.uniform() < 0.5 else done


def idle(num_frames: int, fps: float, seed: int) -> Posture:
    """Breathing, the weight on one leg and then on the other, glances, a hand that settles."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    breath = wave(time_s, between(rng, 2.6, 3.8), between(rng, 0, 2))
    begin_s = between(rng, 0.8, 2.2)
    shift = mixed(between(rng, 0.03, 0.06), -between(rng, 0.02, 0.06), eased((time_s - begin_s) / 1.1))
    late = mixed(0.045, -0.04, eased((time_s - begin_s - 0.15) / 1.2))
    glance = np.zeros_like(time_s)
    at_s, now = between(rng, 0.2, 0.9), 0.0
    while at_s < time_s[-1]:
        aim = between(rng, -38, 38)
        glance = glance + (aim - now) * eased((time_s - at_s) / 0.45)
        now, at_s = aim, at_s + between(rng, 0.8, 1.8)
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 0] = shift
    hips[:, 1] = 0.992 - 0.08 * np.abs(shift)
    hips[:, 2] = 0.006 * wander(time_s, rng, 2.4)
    ankles = posture.ankles.copy()
    ankles[..., 0] = [between(rng, 0.0, 0.05), -between(rng, 0.0, 0.05)]
    ankles[:, 0, 2] += between(rng, -0.06, 0.1)
    trunk = trunk_bends(
        num_frames,
        Hips=(90 * shift, 0.0, between(rng, -6, 6)),
        Spine=(-70 * late, -0.6 * breath, 0.05 * glance),
        Chest=(-40 * late, 1.5 * breath, 0.1 * glance),
        Neck=(0.0, -0.6 * breath, 0.3 * glance),
        Head=(-0.05 * glance + 2, 2 * wander(time_s, rng, 2.0), 0.55 * glance),
    )
    on_hip = float(rng.uniform() < 0.4) * np.ones(num_frames)
    reach = _on_hip(num_frames, np.stack([on_hip, 0 * on_hip], axis=-1))
    arms = arm_angles(
        num_frames,
        lift=(-70 + 0.8 * breath, -72 + 0.8 * breath + 40 * late),
        swing=(4.0, 4 + 3 * wander(time_s, rng, 2.2)),
        elbow=(20.0, 18 + 3 * wander(time_s, rng, 2.0)),
        wrist=(mixed(6, -35, on_hip), 6.0),
    )
    stood = replace(posture, hips=hips, ankles=ankles, bends_deg=trunk, arms_deg=arms, reaches=(reach,))
    return mirrored(stood) if rng.uniform() < 0.5 else stood


def _on_hip(num_frames: int, weight: Floats) -> Reach:
    """Hands on the hips, elbows out."""
    place = np.tile([0.12, 0.2, 0.06], (num_frames, 2, 1))
    return Reach("hips", place, weight, (1.0, 0.0, -0.35))
