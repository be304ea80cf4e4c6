"""Gestures of a standing figure: waving, pointing, bowing, clapping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.angles import arm_angles, hand_changes, hands, trunk_bends
from models.world.motions.posture import OPEN, POINTING, RELAXED, Posture, Reach, mirrored, standing
from models.world.motions.timing import between, eased, hump, mixed, seconds, wander, wave


def wave_hand(num_frames: int, fps: float, seed: int) -> Posture:
    """The right hand comes up and waves from the elbow, the head leans towards it."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    up = eased((time_s - between(rng, 0.0, 0.4)) / between(rng, 0.5, 0.8))
    late = eased((time_s - 0.35) / 0.7)
    period_s, shake = between(rng, 0.42, 0.75), between(rng, 14, 28)
    swung, later = wave(time_s, period_s, 0.3) * late, wave(time_s, period_s, 0.3 + 0.16 * period_s) * late
    lift = between(rng, -18, 34)
    elbow = between(rng, 62, 88) - 0.7 * max(lift, 0.0)
    arms = arm_angles(
        num_frames,
        lift=(-74 - 2 * up, mixed(-74, lift, up)),
        across=(0.0, mixed(0, between(rng, 10, 32), up)),
        roll=(0.0, mixed(0, 82, up) + 0.25 * shake * swung),
        elbow=(18.0, mixed(16, elbow, up) + shake * swung),
        twist=(0.0, mixed(0, 12, up) + 6 * later),
        wrist=(6.0, mixed(6, 0, up)),
        tilt=(0.0, 0.8 * shake * later),
        spread=(0.0, 7 * up),
    )
    fingers = hand_changes(hands(num_frames, RELAXED), hands(num_frames, RELAXED, OPEN), up)
    trunk = trunk_bends(
        num_frames,
        Hips=(1.5 * up, 0.0, 2.0 * up),
        Spine=(-2.0 * up + 0.6 * swung, 0.0, -3.0 * up),
        Chest=(-3.0 * up + 0.8 * swung, -1.0, 3.0 * up),
        Head=(6.0 * up - 1.0 * later, -2.0 * up, between(rng, -6, 6) * up),
    )
    posture = _shifted(standing(num_frames), 0.05 * up, time_s)
    return _either(replace(posture, bends_deg=trunk, arms_deg=arms, fingers_deg=fingers), rng)


def point(num_frames: int, fps: float, seed: int) -> Posture:
    """The right arm points somewhere ahead or aside, and perhaps at a second place; the head follows."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    begin, turn_s = between(rng, 0.1, 0.4), between(rng, 1.6, 2.2)
    up, next_up = eased((time_s - begin) / 0.75), eased((time_s - turn_s) / 0.8)
    across = mixed(between(rng, 20, 60), between(rng, 5, 85), next_up)
    lift = mixed(between(rng, -8, 18), between(rng, -20, 35), next_up)
    look = -(75 - across) * 0.5
    away = 1 - up
    arms = arm_angles(
        num_frames,
        lift=(-74.0, mixed(-74, lift, up)),
        across=(0.0, up * across),
        roll=(0.0, 40 * up),
        elbow=(18 + 4 * up, mixed(16, 8, up) + 42 * hump((time_s - begin) / 0.75)),
        wrist=(6.0, mixed(6, -2, up)),
    )
    fingers = hand_changes(hands(num_frames, RELAXED), hands(num_frames, RELAXED, POINTING),
                           eased((time_s - begin - 0.25) / 0.45))  # fmt: skip
    ahead = eased((time_s - begin + 0.18) / 0.6)
    trunk = trunk_bends(
        num_frames,
        Hips=(1.0 * up, 0.0, 0.1 * look * up),
        Spine=(0.0, 1.5 * up, 0.15 * look * up),
        Chest=(0.8 * wander(time_s, rng, 2.5), 1.0 * up, 0.2 * look * up),
        Neck=(0.0, 0.0, 0.25 * look * ahead),
        Head=(2.0 * away, -0.2 * lift * ahead, 0.4 * look * ahead),
    )
    posture = _shifted(standing(num_frames), 0.045 * up, time_s)
    return _either(replace(posture, bends_deg=trunk, arms_deg=arms, fingers_deg=fingers), rng)


def bow(num_frames: int, fps: float, seed: int) -> Posture:
    """Down from the hips, a moment there, and up again; arms at the sides or a hand at the chest."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    begin, fall_s, hold_s = between(rng, 0.1, 0.3), between(rng, 0.7, 1.0), between(rng, 0.2, 0.6)
    depth, hand_in = between(rng, 0.6, 1.15), float(rng.uniform() < 0.5)
    down = eased((time_s - begin) / fall_s) - eased((time_s - begin - fall_s - hold_s) / (fall_s + 0.2))
    late = eased((time_s - begin - 0.12) / fall_s) - eased(
        (time_s - begin - fall_s - hold_s) / (fall_s + 0.45)
    )
    trunk = trunk_bends(
        num_frames,
        Hips=(0.0, 32 * depth * down, 0.0),
        Spine=(0.0, 14 * depth * late, 0.0),
        Chest=(0.0, 10 * depth * late, 0.0),
        Neck=(0.0, 6 * depth * late, 0.0),
        Head=(0.0, 10 * depth * late - 2, 0.0),
    )
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 2] -= 0.16 * depth * down
    place = np.tile([[-0.1, -0.36, 0.44], [-0.1, -0.36, 0.44]], (num_frames, 1, 1))
    weight = np.stack([0 * down, hand_in * down], axis=-1)
    arms = arm_angles(
        num_frames,
        lift=-74 - 6 * down,
        swing=(mixed(0, 20 * depth, late) * (1 - 2.2 * hand_in), mixed(0, 24 * depth, late)),
        elbow=(16 + 8 * late, 16 + 8 * late),
        twist=(0.0, -20 * hand_in * down),
    )
    reaches = (Reach("chest", place, weight, (0.9, -0.6, 0.0)),)
    bowed = replace(posture, hips=hips, bends_deg=trunk, arms_deg=arms, reaches=reaches)
    return _either(bowed, rng)


def clap(num_frames: int, fps: float, seed: int) -> Posture:
    """Hands meet before the chest, at a steady beat, with a little bounce of the knees."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    beat_s, height, width = between(rng, 0.38, 0.62), between(rng, -0.42, 0.12), between(rng, 0.16, 0.3)
    up = eased((time_s - 0.05) / 0.6)
    apart = (0.5 + 0.5 * np.cos(2 * np.pi * (time_s - 0.7) / beat_s + np.pi)) ** 1.4
    apart = mixed(1.0, apart, eased((time_s - 0.35) / 0.4))
    posture = standing(num_frames)
    bounce = np.sin(np.pi * (time_s - 0.7) / beat_s) ** 2 * up
    hips = posture.hips.copy()
    hips[:, 1] -= 0.015 * bounce
    hips[:, 0] += 0.02 * up * wave(time_s, 4 * beat_s)
    place = np.stack([0.06 + width * apart, height + 0.05 * apart, 0.6 - 0.1 * apart], axis=-1)
    places = np.stack([place, place], axis=1)
    reach = Reach("breast", places, np.stack([up, up], axis=-1), (0.5, -0.9, -0.1))
    arms = arm_angles(num_frames, tilt=12 * up, wrist=mixed(6, -26 + 14 * apart, up))
    fingers = hand_changes(hands(num_frames, RELAXED), hands(num_frames, OPEN), up)
    nod = 2.5 * np.cos(2 * np.pi * (time_s - 0.8) / (2 * beat_s))
    trunk = trunk_bends(
        num_frames,
        Hips=(2.0 * up * wave(time_s, 4 * beat_s), 0.0, 0.0),
        Chest=(-2.0 * up * wave(time_s, 4 * beat_s, 0.1), 2.0 * up, 0.0),
        Head=(3.0 * up * wave(time_s, 4 * beat_s, 0.2), nod * up, 3 * wander(time_s, rng, 2.0)),
    )
    return replace(posture, hips=hips, bends_deg=trunk, arms_deg=arms, fingers_deg=fingers, reaches=(reach,))


def _shifted(posture: Posture, to_left: Floats, time_s: Floats) -> Posture:
    """The weight on the left leg, by shares of the leg's length, with slow sway."""
    hips = posture.hips.copy()
    hips[:, 0] += to_left + 0.006 * np.sin(2 * np.pi * time_s / 3.1)
    hips[:, 1] -= 0.15 * to_left
    return replace(posture, hips=hips)


def _either(posture: Posture, rng: np.random.Generator) -> Posture:
    """As it is or mirrored, by the seed."""
    return mirrored(posture) if rng.uniform() < 0.5 else posture
