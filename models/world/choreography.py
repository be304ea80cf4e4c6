"""Two short motions of the demo: a dance with raised arms, and a walk on the spot that ends in a wave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from models.world.skeleton import ANKLE_CM, Posture, as_motion

Floats = NDArray[np.float64]

BEAT_S = 1.0
"""Time of one dance figure to both sides."""


def dance(num_frames: int, fps: float) -> BvhMotion:
    """Arms rise in turn, the hips sway, and the free foot steps; arms stay clear of the body."""
    return as_motion([_dance_at(frame / fps) for frame in range(num_frames)], fps)


def greeting(num_frames: int, fps: float) -> BvhMotion:
    """A walk on the spot that ends in a wave of the right hand."""
    last_s = (num_frames - 1) / fps
    return as_motion([_greet_at(frame / fps, last_s) for frame in range(num_frames)], fps)


def _dance_at(time_s: float) -> Posture:
    phase = 2 * np.pi * time_s / BEAT_S / 1.2
    sway, bounce = np.sin(phase), 0.5 - 0.5 * np.cos(2 * phase)
    left_up, right_up = _pulse(sway), _pulse(-sway)
    spread = 13.0
    steps = (5 * left_up, 5 * right_up)
    ankles = np.array(
        [
            [spread + steps[0], ANKLE_CM + 12 * left_up, 5 * left_up],
            [-spread - steps[1], ANKLE_CM + 12 * right_up, 5 * right_up],
        ]
    )
    bends = {
        "Hips": (3.0 * sway, 0.0, 9.0 * sway),
        "Spine": (-5.0 * sway, 2.0, -4.0 * sway),
        "Chest": (-4.0 * sway, 0.0, -3.0 * sway),
        "Head": (6.0 * np.sin(phase + 0.5), -3.0 * bounce, 2.0 * sway),
        "LeftArm": (_between(-48, 58, 0.5 + 0.5 * sway), 0.0, -8.0),
        "RightArm": (-_between(-48, 58, 0.5 - 0.5 * sway), 0.0, 8.0),
        "LeftForeArm": (_between(12, 42, 0.5 + 0.5 * np.sin(phase - 0.5)), 0.0, -14.0),
        "RightForeArm": (-_between(12, 42, 0.5 - 0.5 * np.sin(phase - 0.5)), 0.0, 14.0),
        "LeftHand": (14.0 * np.sin(2 * phase - 0.8), 0.0, 0.0),
        "RightHand": (14.0 * np.sin(2 * phase - 0.8), 0.0, 0.0),
    }
    hips = np.array([-7.5 * sway, 88.5 - 2.6 * bounce, 0.0])
    return Posture(hips, ankles, bends, (24 * left_up, 24 * right_up))


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
