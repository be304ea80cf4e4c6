"""Walking: along a closed way, on the spot, and round oneself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.posture import FIST, RELAXED, Posture, mirrored, standing
from models.world.motions.stepping import Step, stepped
from models.world.motions.timing import between, eased, seconds

START_S = 0.7
"""Time in which a walk comes up to speed."""


def walk(num_frames: int, fps: float, seed: int) -> Posture:
    """Round a flat ellipse on the stage, forwards, with feet that do not slide."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps) + (0.0 if rng.uniform() < 0.5 else between(rng, 0.0, 5.0))
    wide, deep = between(rng, 0.5, 0.72), between(rng, 0.3, 0.5)
    lap_s, begin, tilt = between(rng, 4.2, 6.4), between(rng, 0, 2 * np.pi), between(rng, 0, np.pi)
    step_s, energy = between(rng, 0.46, 0.6), between(rng, 0.7, 1.3)

    def place(at_s: Floats) -> tuple[Floats, Floats]:
        """Points [T, 2] of the way and the heading there, unrolled."""
        angle = begin + 2 * np.pi / lap_s * _started(at_s)
        x, z = wide * np.cos(angle), deep * np.sin(angle)
        heading = angle + np.unwrap(np.arctan2(-wide * np.sin(angle), deep * np.cos(angle)) - angle)
        cosine, sine = np.cos(tilt), np.sin(tilt)
        points = np.stack([cosine * x + sine * z, cosine * z - sine * x], axis=-1)
        return points, np.degrees(heading + tilt)

    # One grid of times for all headings: unrolling must not differ between the hips and the feet.
    grid = np.arange(0.0, time_s[-1] + 4 * step_s, 0.01)
    points, headings = place(grid)

    def at(wanted_s: Floats | float) -> tuple[Floats, Floats]:
        x, z = (np.interp(wanted_s, grid, points[:, axis]) for axis in (0, 1))
        return np.stack([x, z], axis=-1), np.asarray(np.interp(wanted_s, grid, headings))

    steps, count = [], int(np.ceil(time_s[-1] / step_s)) + 1
    for number in range(count):
        begin_s = number * step_s
        spot, heading = at(begin_s + 1.56 * step_s)
        steps.append(Step(number % 2, begin_s, begin_s + 0.86 * step_s, float(spot[0]), float(spot[1]),
                          float(heading), 0.1 * energy, 24 * energy))  # fmt: skip
    spot, heading = at(0.0)
    feet = stepped(time_s, np.stack([spot, spot]), (float(heading), float(heading)), steps)
    way, turned = at(time_s)
    posture = _strides(time_s, step_s, energy, rng)
    ahead = np.stack([np.sin(np.radians(turned)), np.cos(np.radians(turned))], axis=-1)
    across = np.stack([ahead[:, 1], -ahead[:, 0]], axis=-1)
    hips = posture.hips.copy()
    hips[:, [0, 2]] = way + across * posture.hips[:, :1]
    walked = replace(
        posture, hips=hips, heading_deg=turned, ankles=feet.ankles,
        foot_heading_deg=feet.heading_deg, heel_deg=feet.heel_deg, toe_out_deg=7.0,
    )  # fmt: skip
    return mirrored(walked) if rng.uniform() < 0.5 else walked


def march(num_frames: int, fps: float, seed: int) -> Posture:
    """On the spot, with high knees and swinging arms."""
    rng = np.random.default_rng(seed)
    step_s, energy = between(rng, 0.4, 0.55), between(rng, 0.9, 1.5)
    time_s = seconds(num_frames, fps) + (0.0 if rng.uniform() < 0.5 else between(rng, 0.0, 2.0))
    lift, ahead = between(rng, 0.16, 0.34), between(rng, 0.03, 0.16)
    count = int(np.ceil(time_s[-1] / step_s)) + 1
    steps = [
        Step(k % 2, k * step_s, (k + 0.9) * step_s, 0.0, 0.0, 0.0, lift * min(1.0, 0.5 + 0.3 * k), 14.0)
        for k in range(count)
    ]
    feet = stepped(time_s, np.zeros((2, 2)), (0.0, 0.0), steps)
    ankles = feet.ankles.copy()
    ankles[..., 2] += ahead * ankles[..., 1] / lift
    posture = _strides(time_s, step_s, energy, rng)
    elbow = np.full_like(posture.arms_deg["elbow"], between(rng, 20, 85))
    fist = np.tile(np.array(FIST if rng.uniform() < 0.6 else RELAXED), (num_frames, 2, 1))
    marched = replace(
        posture, ankles=ankles, heel_deg=np.maximum(feet.heel_deg, 0), fingers_deg=fist,
        arms_deg=posture.arms_deg | {"elbow": elbow},
    )  # fmt: skip
    return mirrored(marched) if rng.uniform() < 0.5 else marched


def turn_round(num_frames: int, fps: float, seed: int) -> Posture:
    """Once round oneself with small steps, at one's own pace; every side is seen."""
    rng = np.random.default_rng(seed)
    step_s = between(rng, 0.36, 0.48)
    time_s = seconds(num_frames, fps)
    length_s = max(float(time_s[-1]), 1.0)
    turns = min(1.0, length_s / 3.0)
    begin_deg = between(rng, -30.0, 30.0)

    def heading(at_s: Floats | float) -> Floats:
        share = np.clip((np.asarray(at_s) - 0.15) / max(length_s - 0.3, 0.5), 0, 1)
        return np.asarray(
            begin_deg + 360.0 * turns * (0.4 * eased(share) + 0.6 * share * share * (3 - 2 * share))
        )

    steps = [
        Step(k % 2, k * step_s, (k + 0.85) * step_s, 0.0, 0.0, float(heading((k + 1.4) * step_s)), 0.06, 10.0)
        for k in range(int(np.ceil(length_s / step_s)) + 1)
    ]
    feet = stepped(time_s, np.zeros((2, 2)), (begin_deg, begin_deg), steps)
    posture = _strides(time_s, step_s, 0.35, rng)
    lead = heading(time_s + 0.22) - heading(time_s)
    bends = {name: bend.copy() for name, bend in posture.bends_deg.items()}
    for name, share in (("Chest", 0.25), ("Neck", 0.35), ("Head", 0.4)):
        bends.setdefault(name, np.zeros((num_frames, 3)))[:, 2] += share * lead
    lift = between(rng, -72, -40)
    turned = replace(
        posture, heading_deg=heading(time_s), ankles=feet.ankles, foot_heading_deg=feet.heading_deg,
        heel_deg=np.maximum(feet.heel_deg, 0), bends_deg=bends,
        arms_deg=posture.arms_deg | {"lift": np.full((num_frames, 2), lift)},
    )  # fmt: skip
    return mirrored(turned) if rng.uniform() < 0.5 else turned


def _started(time_s: Floats) -> Floats:
    """Time walked at full speed: the integral of an eased start."""
    fine = np.linspace(0.0, START_S, 201)
    grown = np.concatenate([[0.0], np.cumsum((eased(fine / START_S)[1:] + eased(fine / START_S)[:-1]) / 2)])
    within = np.interp(time_s, fine, grown * START_S / 200)
    return np.asarray(within + np.maximum(time_s - START_S, 0), np.float64)


def _strides(time_s: Floats, step_s: float, energy: float, rng: np.random.Generator) -> Posture:
    """Hips, trunk and arms of a walk whose even steps are the left foot's; the feet stand still.

    The hips go over the standing foot and are lowest when both feet stand; the chest turns against the hips,
    the arms against the legs, forearms and hands a little later.
    """
    posture = standing(len(time_s))
    phase = np.pi * (time_s / step_s - 0.43)
    begun = eased(time_s / START_S) * energy
    hips = posture.hips.copy()
    hips[:, 0] = -0.035 * eased(time_s / step_s + 0.6) * np.cos(phase)
    hips[:, 1] = 0.991 + begun * 0.006 * np.cos(2 * phase)
    forth = begun * np.sin(phase)  # 1: the left foot is ahead
    bends = np.zeros((4, len(time_s), 3))
    bends[0, :, 2], bends[0, :, 0] = -6 * forth, -2.5 * begun * np.cos(phase)
    bends[0, :, 1] = between(rng, 0, 4)
    bends[1, :, 2], bends[1, :, 0] = 6 * begun * np.sin(phase - 0.2), 1.5 * begun * np.cos(phase - 0.2)
    bends[2, :, 2], bends[2, :, 0] = 5 * begun * np.sin(phase - 0.35), 1.5 * begun * np.cos(phase - 0.3)
    bends[3, :, 2], bends[3, :, 1] = -3.5 * begun * np.sin(phase - 0.4), 1.5 * np.cos(2 * phase)
    swing, out = between(rng, 16, 30), between(rng, -76, -66)
    signs = np.array([-1.0, 1.0])
    late = begun * np.sin(phase - 0.35)
    later = begun * np.sin(phase - 0.8)
    arms = posture.arms_deg | {
        "lift": np.full((len(time_s), 2), out),
        "swing": swing * late[:, None] * signs,
        "elbow": between(rng, 10, 26) + 12 * energy * (0.5 + 0.5 * later[:, None] * signs),
        "wrist": 6 + 7 * later[:, None] * signs,
        "across": np.full((len(time_s), 2), 8.0),
    }
    trunk = dict(zip(("Hips", "Spine", "Chest", "Head"), bends, strict=True))
    return replace(posture, hips=hips, bends_deg=trunk, arms_deg=arms)
