"""Time of motions: eased starts, pulses, and parameters of an act that are drawn from its seed."""

from __future__ import annotations

import numpy as np

from models.world.figures.skeleton import Floats


def eased(share: Floats | float) -> Floats:
    """0 before 0, 1 after 1, and the path of least jerk between (Flash and Hogan 1985): 10s³ - 15s⁴ + 6s⁵."""
    s = np.clip(np.asarray(share, np.float64), 0.0, 1.0)
    return np.asarray(s * s * s * (10 - 15 * s + 6 * s * s), np.float64)


def hump(share: Floats | float) -> Floats:
    """0 outside of 0..1 and a smooth hump of height 1 between: sin²(πs)."""
    s = np.clip(np.asarray(share, np.float64), 0.0, 1.0)
    return np.asarray(np.sin(np.pi * s) ** 2, np.float64)


def mixed(low: Floats | float, high: Floats | float, share: Floats | float) -> Floats:
    """From `low` at 0 to `high` at 1."""
    return np.asarray(low + (np.asarray(high, np.float64) - low) * share, np.float64)


def wave(time_s: Floats, period_s: float, lag_s: float = 0.0) -> Floats:
    """A sine that `lag_s` seconds late begins at 0."""
    return np.asarray(np.sin(2 * np.pi * (time_s - lag_s) / period_s), np.float64)


def wander(time_s: Floats, rng: np.random.Generator, fastest_s: float) -> Floats:
    """Slow aimless change of about -1..1: three waves, none shorter than `fastest_s`."""
    total = np.zeros_like(time_s)
    for factor in (1.0, 1.7, 2.9):
        total = total + np.sin(2 * np.pi * (time_s / (fastest_s * factor) + rng.uniform()))
    return np.asarray(total / 1.8, np.float64)


def seconds(num_frames: int, fps: float) -> Floats:
    """Times [T] of the frames."""
    return np.asarray(np.arange(num_frames) / fps, np.float64)


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """One number of the range."""
    return float(rng.uniform(low, high))
