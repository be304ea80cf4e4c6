"""Exercises: squats, jumps, jumping jacks, and a low crouch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.angles import arm_angles, hand_changes, hands, trunk_bends
from models.world.motions.posture import FIST, OPEN, RELAXED, Posture, Reach, mirrored, standing
from models.world.motions.timing import between, eased, hump, mixed, seconds, wander

GRAVITY_LEGS_S2 = 9.81 / 0.82
"""Free fall in leg lengths a second squared, of a leg of 0.82 m: the same flight on every body."""


def squat(num_frames: int, fps: float, seed: int) -> Posture:
    """Down and up again, with the arms held out ahead."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    period_s, depth, wide = between(rng, 1.5, 2.4), between(rng, 0.28, 0.5), between(rng, 0.02, 0.12)
    late_s = np.maximum(time_s - 0.25, 0)
    down = (0.5 - 0.5 * np.cos(2 * np.pi * late_s / period_s)) ** 0.9
    arms_up = eased(time_s / 0.6) * mixed(0.35, 1.0, down)
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 1] -= depth * down
    hips[:, 2] -= 0.3 * depth * down
    ankles = posture.ankles.copy()
    ankles[..., 0] = [wide, -wide]
    trunk = trunk_bends(
        num_frames,
        Hips=(0.0, 52 * depth * down, 0.0),
        Spine=(0.0, 12 * depth * down, 0.0),
        Chest=(0.0, -8 * depth * down, 0.0),
        Head=(0.0, -30 * depth * down, 3 * wander(time_s, rng, 2.0)),
    )
    fist = rng.uniform() < 0.4
    arms = arm_angles(
        num_frames,
        lift=mixed(-74, -4 + 40 * depth, arms_up),
        across=78 * arms_up,
        elbow=mixed(16, 75 if fist else 8, arms_up),
    )
    fingers = hand_changes(hands(num_frames, RELAXED), hands(num_frames, FIST if fist else OPEN), arms_up)
    return replace(
        posture, hips=hips, ankles=ankles, bends_deg=trunk, arms_deg=arms, fingers_deg=fingers,
        toe_out_deg=between(rng, 14, 26),
    )  # fmt: skip


def jump(num_frames: int, fps: float, seed: int) -> Posture:
    """Crouch, flight on a parabola, soft landing; again and again."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    flight_s = between(rng, 0.36, 0.56)
    crouch_s, land_s, rest_s = between(rng, 0.5, 0.7), between(rng, 0.4, 0.55), between(rng, 0.1, 0.4)
    push_s = 0.16
    cycle_s = crouch_s + push_s + flight_s + land_s + rest_s
    now = np.mod(time_s, cycle_s)
    takeoff = crouch_s + push_s
    landing = takeoff + flight_s
    speed = GRAVITY_LEGS_S2 * flight_s / 2
    since = np.clip(now - takeoff, 0, flight_s)
    rise = speed * since - GRAVITY_LEGS_S2 * since**2 / 2
    depth = between(rng, 0.16, 0.26)
    # Legs at their longest when they leave the floor, a little bent when they meet it again.
    low = depth * (eased(now / crouch_s) - eased((now - crouch_s + 0.02) / (push_s + 0.02)))
    low = low + 0.8 * depth * (
        eased((now - landing + 0.05) / 0.2) - eased((now - landing - 0.12) / (land_s - 0.12))
    )
    tuck = between(rng, 0.0, 0.16) * hump((now - takeoff) / flight_s)
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 1] += rise - low
    hips[:, 2] -= 0.35 * low
    ankles = posture.ankles.copy()
    ankles[..., 1] += (rise + tuck)[:, None]
    ankles[..., 2] -= 0.5 * tuck[:, None]
    ankles[..., 0] = np.array([0.03, -0.03])
    flying = eased((now - takeoff + 0.12) / 0.14) - eased((now - landing + 0.1) / 0.14)
    heel = np.stack([38 * flying, 38 * flying], axis=-1)
    up = eased((now - crouch_s + 0.1) / 0.5) - eased((now - landing + 0.15) / 0.6)
    back = eased(now / (0.8 * crouch_s)) - eased((now - 0.8 * crouch_s) / 0.4)
    aside = between(rng, 0, 80)
    trunk = trunk_bends(
        num_frames,
        Hips=(0.0, 120 * low, 0.0),
        Spine=(0.0, 30 * low, 0.0),
        Chest=(0.0, 20 * low - 5 * up, 0.0),
        Head=(0.0, -80 * low - 4 * up, 0.0),
    )
    arms = arm_angles(
        num_frames,
        lift=mixed(-72, between(rng, 35, 70), up),
        across=aside * up,
        swing=-34 * back,
        elbow=18 + 30 * hump((now - crouch_s + 0.1) / 0.7),
    )
    fingers = hand_changes(hands(num_frames, RELAXED), hands(num_frames, OPEN), np.clip(up, 0, 1))
    return replace(
        posture, hips=hips, ankles=ankles, heel_deg=heel, bends_deg=trunk, arms_deg=arms, fingers_deg=fingers
    )


def jumping_jacks(num_frames: int, fps: float, seed: int) -> Posture:
    """Feet hop apart while the arms go up at the sides, and together again."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    half_s, wide = between(rng, 0.5, 0.68), between(rng, 0.22, 0.34)
    flight = 0.5
    now = np.maximum(time_s - 0.1, 0) / half_s
    hop, share = np.floor(now), now - np.floor(now)
    moving = np.clip((share - 0.25) / flight, 0, 1)
    apart_before, apart_after = np.mod(hop, 2), np.mod(hop + 1, 2)
    apart = mixed(apart_before, apart_after, eased(moving))
    flight_s = flight * half_s
    since = moving * flight_s
    rise = GRAVITY_LEGS_S2 / 2 * since * (flight_s - since)
    dip = 0.07 * (hump((share + 0.2) / 0.5) + hump((share - 0.72) / 0.5))
    dip = np.where(now < 0.3, 0.07 * eased(now / 0.3) * hump((share + 0.2) / 0.5), dip)
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 1] += rise - dip
    ankles = posture.ankles.copy()
    ankles[..., 0] = apart[:, None] * np.array([wide, -wide])
    ankles[..., 1] += rise[:, None]
    raised = 0.5 - 0.5 * np.cos(np.pi * now)
    late = 0.5 - 0.5 * np.cos(np.pi * np.clip(now - 0.12, 0, None))
    arms = arm_angles(num_frames, lift=mixed(-76, between(rng, 42, 68), raised), elbow=8 + 22 * late,
                      across=10 * raised, roll=25 * raised, spread=4.0)  # fmt: skip
    heel = np.repeat((20 * hump(moving))[:, None], 2, axis=1)
    trunk = trunk_bends(num_frames, Spine=(0.0, 30 * dip, 0.0), Head=(0.0, -30 * dip, 0.0))
    return replace(posture, hips=hips, ankles=ankles, heel_deg=heel, arms_deg=arms, bends_deg=trunk,
                   fingers_deg=hands(num_frames, OPEN))  # fmt: skip


def crouch(num_frames: int, fps: float, seed: int) -> Posture:
    """Down on the haunches, heels raised, hands on the knees or round them, looking about; and up again."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    last_s = float(time_s[-1]) if num_frames > 1 else 1.0
    stays = rng.uniform() < 0.5
    down = eased((time_s - 0.1) / 1.1)
    if not stays:
        down = down - eased((time_s - max(last_s - 1.3, 1.4)) / 1.2)
    depth = between(rng, 0.5, 0.6)
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 1] -= depth * down
    hips[:, 2] -= 0.12 * down
    hips[:, 0] += 0.01 * wander(time_s, rng, 2.5)
    ankles = _split(posture.ankles, 0.05, between(rng, 0.0, 0.12), down)
    heel = np.stack([18 * down, 34 * down], axis=-1)
    look = between(rng, 10, 30) * wander(time_s, rng, 2.2)
    trunk = trunk_bends(
        num_frames,
        Hips=(0.0, 22 * down, 0.0),
        Spine=(0.0, 12 * down, 0.1 * look),
        Chest=(0.0, 8 * down, 0.15 * look),
        Neck=(0.0, -8 * down, 0.3 * look),
        Head=(0.0, -16 * down, 0.5 * look),
    )
    knees = np.tile([0.02, -0.58, 0.62], (num_frames, 2, 1))
    reach = Reach("chest", knees, np.stack([down, down], axis=-1), (0.8, -0.5, -0.2))
    crouched = replace(posture, hips=hips, ankles=ankles, heel_deg=heel, bends_deg=trunk,
                       reaches=(reach,), toe_out_deg=22.0)  # fmt: skip
    return mirrored(crouched) if rng.uniform() < 0.5 else crouched


def _split(ankles: Floats, wide: float, deep: float, share: Floats) -> Floats:
    """Feet apart from the first frame on: the left one ahead."""
    placed = ankles.copy()
    placed[..., 0] += np.array([wide, -wide])
    placed[..., 2] += np.array([deep, -deep]) * np.ones_like(share)[:, None]
    return placed
