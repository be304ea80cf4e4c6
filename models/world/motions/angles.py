"""Angles over time as a Posture wants them: numbers and tracks, stacked."""

from __future__ import annotations

import numpy as np

from models.world.figures.skeleton import Floats

Track = Floats | float


def trunk_bends(num_frames: int, **joints: tuple[Track, Track, Track]) -> dict[str, Floats]:
    """Bends [T, 3] of trunk joints: lean to the right, forwards, turn to the left."""
    return {name: _stacked(num_frames, bends) for name, bends in joints.items()}


def arm_angles(num_frames: int, **angles: tuple[Track, Track] | Track) -> dict[str, Floats]:
    """Angles [T, 2] of both arms by name (arms.REST_ARM): (left, right), or one for both."""
    pairs = {name: value if isinstance(value, tuple) else (value, value) for name, value in angles.items()}
    return {name: _stacked(num_frames, pair) for name, pair in pairs.items()}


def hands(num_frames: int, left: tuple[float, ...], right: tuple[float, ...] | None = None) -> Floats:
    """Bends [T, 2, 5] of the fingers of hands that keep their shapes."""
    return np.tile(np.array([left, right or left], np.float64), (num_frames, 1, 1))


def hand_changes(start: Floats, end: Floats, share: Floats) -> Floats:
    """From fingers `start` to `end` [T, 2, 5] by the shares [T]."""
    return np.asarray(start + (end - start) * share[:, None, None], np.float64)


def _stacked(num_frames: int, tracks: tuple[Track, ...]) -> Floats:
    return np.stack([np.broadcast_to(np.asarray(t, np.float64), num_frames) for t in tracks], axis=-1)
