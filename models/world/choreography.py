"""Two short motions of the demo: a dance with raised arms, and a walk on the spot that ends in a wave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from models.world.skeleton import ANKLE_CM, Posture, as_motion

Floats = NDArray[np.float64]

BEAT_S = 1.2
"""Time in which the arms go up and down once."""

TRAVEL_S, TRAVEL_CM = 2.3, 31.0
"""The dancer goes to one side and to the other in this time, so far: no place stays hidden for long."""

STEP_S, FOOT_CM = 0.19, 13.0
"""Time of one step (the feet take turns), and half of the distance between the feet."""


def dance(num_frames: int, fps: float) -> BvhMotion:
    """Arms rise in turn, the hips sway, and the free foot steps; arms stay clear of the body."""
    return as_motion([_dance_at(frame / fps) for frame in range(num_frames)], fps)


def greeting(num_frames: int, fps: float) -> BvhMotion:
    """A walk on the spot that ends in a wave of the right hand."""
    last_s = (num_frames - 1) / fps
    return as_motion([_greet_at(frame / fps, last_s) for frame in range(num_frames)], fps)


def _dance_at(time_s: float) -> Posture:
    phase = 2 * np.pi * time_s / BEAT_S
    sway, bounce = np.sin(phase), 0.5 - 0.5 * np.cos(2 * np.pi * time_s / STEP_S)
    left, left_lift = _foot(time_s, 1)
    right, right_lift = _foot(time_s, -1)
    ankles = np.array(
        [[left, ANKLE_CM + 8 * left_lift, 3 * left_lift], [right, ANKLE_CM + 8 * right_lift, 3 * right_lift]]
    )
    bends = {
        "Hips": (2.0 * sway, 0.0, 9.0 * sway),
        "Spine": (-5.0 * sway, 2.0, -4.0 * sway),
        "Chest": (-4.0 * sway, 0.0, -3.0 * sway),
        "Head": (6.0 * np.sin(phase + 0.5), -2.0, 2.0 * sway),
        "LeftArm": (_between(-48, 58, 0.5 + 0.5 * sway), 0.0, -8.0),
        "RightArm": (-_between(-48, 58, 0.5 - 0.5 * sway), 0.0, 8.0),
        "LeftForeArm": (_between(12, 42, 0.5 + 0.5 * np.sin(phase - 0.5)), 0.0, -14.0),
        "RightForeArm": (-_between(12, 42, 0.5 - 0.5 * np.sin(phase - 0.5)), 0.0, 14.0),
        "LeftHand": (14.0 * np.sin(2 * phase - 0.8), 0.0, 0.0),
        "RightHand": (14.0 * np.sin(2 * phase - 0.8), 0.0, 0.0),
    }
    hips = np.array([_place(time_s), 86.5 - 1.2 * bounce, 0.0])
    return Posture(hips, ankles, bends, (18 * left_lift, 18 * right_lift))


def _place(time_s: float) -> float:
    """Where the dancer is, in cm to their left of the middle."""
    return float(TRAVEL_CM * np.sin(2 * np.pi * time_s / TRAVEL_S))


def _foot(time_s: float, side: int) -> tuple[float, float]:
    """Where a foot is across the floor (cm), and how far it is lifted, 0..1.

    A foot swings for one step and stands for the next one, below where the body is halfway through that.
    """
    turns = (time_s - (0.0 if side > 0 else STEP_S)) / (2 * STEP_S)
    number = int(np.floor(turns))
    swing = min((turns - number) * 2, 1.0)

    def stands_at(turn: int) -> float:
        begin = (2 * turn + 1 + (0 if side > 0 else 1)) * STEP_S
        return _place(begin + STEP_S / 2) + side * FOOT_CM

    share = _eased(swing)
    return _between(stands_at(number - 1), stands_at(number), share), float(np.sin(np.pi * share))


def _greet_at(time_s: float, last_s: float) -> Posture:
    wave = float(_eased((time_s - 0.42 * last_s) / (0.22 * last_s)))
    # The steps grow from rest and die away before the wave is at its height.
    walk = float(_eased(time_s / 0.3)) * (1 - float(_eased((time_s - 0.6 * last_s) / (0.2 * last_s))))
    phase = 2 * np.pi * time_s / 0.9
    lifts = (_pulse(np.sin(phase)) * walk, _pulse(-np.sin(phase)) * walk)
    swing = 20 * np.sin(phase) * walk
    ankles = np.array(
        [[side * 10.5, ANKLE_CM + 11 * lift, 7 * lift] for side, lift in ((1, lifts[0]), (-1, lifts[1]))]
    )
    shake = 22 * np.sin(2 * np.pi * time_s / 0.5) * wave
    bends = {
        "Hips": (1.5 * np.sin(phase) * walk, 0.0, 5 * np.sin(phase) * walk),
        "Spine": (-2.0 * wave, 1.0, -5 * np.sin(phase) * walk),
        "Head": (-8.0 * wave, -2.0, 4.0 * wave),
        "LeftArm": (-54.0 - 3 * walk, swing, -6.0),
        "LeftForeArm": (4.0, 0.0, -22.0),
        "RightArm": (_between(54 + 3 * walk, -24, wave), swing * (1 - wave), 6.0),
        "RightForeArm": (_between(-4, -66, wave) + shake, 0.0, _between(22, 6, wave)),
        "RightHand": (0.5 * shake, 0.0, 0.0),
    }
    hips = np.array([-3.4 * np.sin(phase) * walk - 2.0 * wave, 89.6 - 1.2 * max(lifts), 0.0])
    return Posture(hips, ankles, bends, (22 * lifts[0], 22 * lifts[1]))


def _pulse(value: float) -> float:
    """Rises smoothly from 0 for a value over 0.25 to 1 at 1: a foot is down more than half of the time."""
    return float(_eased((value - 0.25) / 0.75))


def _eased(share: float) -> float:
    clipped = min(max(float(share), 0.0), 1.0)
    return clipped * clipped * (3 - 2 * clipped)


def _between(low: float, high: float, share: float) -> float:
    return low + (high - low) * share
