"""Paths of camera moves, relative to where the camera stands: in units of the distance to the subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from models.camera.presets import ease
from models.world.solids import Floats

LEAST_SHARE, MOST_SHARE = 0.1, 0.26
"""Path lengths of moves that travel, as shares of the distance: long enough to be tracked by parallax."""

FASTEST_SHARE_S = 0.25
"""Share of the distance that a camera travels in a second at most: short clips get shorter moves."""


class Path(NamedTuple):
    """A move before it is placed.

    Attributes:
        offsets: [T, 3] to the right, up and towards the subject, in distances.
        turns_deg: [T, 3] to the right, up, and clockwise, after the camera was aimed.
        zoom: [T] factor of the focal length.
        follows: the camera keeps looking at the subject; else it keeps its direction.
    """

    offsets: Floats
    turns_deg: Floats
    zoom: Floats
    follows: bool


class Clock(NamedTuple):
    """Shares [T] of the move (it starts and stops softly), and times [T] in seconds."""

    share: Floats
    time_s: Floats

    @property
    def most_share(self) -> float:
        """Longest path that the clip has time for."""
        return float(min(MOST_SHARE, FASTEST_SHARE_S * max(self.time_s[-1], 0.1)))


def clock(num_frames: int, fps: float, rng: np.random.Generator) -> Clock:
    """Between constant speed and a soft start and stop, by the seed."""
    t = np.linspace(0.0, 1.0, num_frames) if num_frames > 1 else np.zeros(1)
    soft = rng.uniform(0.3, 1.0)
    return Clock(np.asarray(soft * ease(t) + (1 - soft) * t), np.arange(num_frames) / fps)


def _still(clock: Clock) -> Path:
    frames = len(clock.time_s)
    return Path(np.zeros((frames, 3)), np.zeros((frames, 3)), np.ones(frames), False)


def _along(clock: Clock, direction: tuple[float, float, float], length: float) -> Floats:
    """Straight, the middle of the way at 0."""
    return np.asarray((clock.share - 0.5)[:, None] * np.array(direction) * length, np.float64)


def _length(clock: Clock, rng: np.random.Generator) -> float:
    most = clock.most_share
    return float(rng.uniform(min(LEAST_SHARE, 0.6 * most), most)) * _side(rng)


def _side(rng: np.random.Generator) -> float:
    return 1.0 if rng.uniform() < 0.5 else -1.0


def _static(clock: Clock, rng: np.random.Generator) -> Path:
    return _still(clock)


def _pan(clock: Clock, rng: np.random.Generator) -> Path:
    path = _still(clock)
    path.turns_deg[:, 0] = (clock.share - rng.uniform(0.35, 0.65)) * rng.uniform(7, 14) * _side(rng)
    return path


def _tilt(clock: Clock, rng: np.random.Generator) -> Path:
    path = _still(clock)
    path.turns_deg[:, 1] = (clock.share - rng.uniform(0.4, 0.6)) * rng.uniform(5.5, 9) * _side(rng)
    return path


def _dolly(clock: Clock, rng: np.random.Generator) -> Path:
    return _still(clock)._replace(offsets=_along(clock, (0, 0, 1), _length(clock, rng)))


def _truck(clock: Clock, rng: np.random.Generator) -> Path:
    # Without a turn the subject crosses the picture, so the way is shorter than that of an orbit.
    return _still(clock)._replace(offsets=_along(clock, (1, 0, 0), 0.7 * _length(clock, rng)))


def _orbit(clock: Clock, rng: np.random.Generator) -> Path:
    angle = (clock.share - 0.5) * _length(clock, rng)
    offsets = np.stack([np.sin(angle), 0 * angle, 1 - np.cos(angle)], axis=-1)
    return _still(clock)._replace(offsets=offsets, follows=True)


def _crane(clock: Clock, rng: np.random.Generator) -> Path:
    offsets = _along(clock, (rng.uniform(-0.2, 0.2), 1, rng.uniform(-0.1, 0.2)), 0.8 * _length(clock, rng))
    return _still(clock)._replace(offsets=offsets, follows=True)


def _handheld(clock: Clock, rng: np.random.Generator) -> Path:
    """Standing with the camera in hands: slow drift, breath and tremor."""
    drift = _along(clock, (rng.uniform(0.5, 1) * _side(rng), rng.uniform(-0.3, 0.3), rng.uniform(-0.5, 0.5)),
                   0.7 * abs(_length(clock, rng)))  # fmt: skip
    shake = np.stack([band_noise(clock.time_s, rng) for _ in range(6)], axis=-1)
    size = rng.uniform(0.5, 1.3)
    offsets = drift + 0.0025 * size * shake[:, :3]
    turns = shake[:, 3:] * np.array([0.55, 0.45, 0.3]) * size
    return Path(offsets, turns, np.ones(len(drift)), bool(rng.uniform() < 0.7))


def _walk(clock: Clock, rng: np.random.Generator) -> Path:
    """Walking with the camera: ahead or back, up and down with each step, aside with every second one."""
    offsets = _along(clock, (rng.uniform(-0.25, 0.25), 0, 1), 0.9 * _length(clock, rng))
    steps = 2 * np.pi * (rng.uniform(1.5, 1.9) * clock.time_s + rng.uniform())
    size = rng.uniform(0.6, 1.2)
    offsets[:, 1] += 0.006 * size * np.sin(steps)
    offsets[:, 0] += 0.005 * size * np.sin(steps / 2)
    shake = np.stack([band_noise(clock.time_s, rng) for _ in range(3)], axis=-1)
    turns = 0.25 * size * shake
    turns[:, 1] += 0.3 * size * np.sin(steps - 0.6)
    turns[:, 2] += 0.4 * size * np.sin(steps / 2 - 0.4)
    return Path(offsets, turns, np.ones(len(turns)), False)


def _zoom(clock: Clock, rng: np.random.Generator) -> Path:
    ratio = rng.uniform(1.25, 1.5) ** _side(rng)
    return _still(clock)._replace(zoom=np.asarray(ratio ** (clock.share - 0.5), np.float64))


def _dolly_zoom(clock: Clock, rng: np.random.Generator) -> Path:
    """The lens makes up for the way: the subject keeps its size, the background grows or shrinks."""
    offsets = _along(clock, (0, 0, 1), _length(clock, rng))
    return _still(clock)._replace(offsets=offsets, zoom=np.asarray(1 - offsets[:, 2], np.float64))


def band_noise(time_s: Floats, rng: np.random.Generator) -> Floats:
    """Smooth noise [T] of about standard deviation 1 between 0.4 and 3.5 Hz, weaker at high frequencies."""
    hertz = np.exp(rng.uniform(np.log(0.4), np.log(3.5), 7))
    waves = np.sin(2 * np.pi * (hertz[:, None] * time_s + rng.uniform(size=(7, 1)))) / hertz[:, None]
    return np.asarray(waves.sum(axis=0) / np.sqrt(0.5 * np.sum(hertz**-2.0)), np.float64)


PATHS: dict[str, Callable[[Clock, np.random.Generator], Path]] = {
    "static": _static,
    "pan": _pan,
    "tilt": _tilt,
    "dolly": _dolly,
    "truck": _truck,
    "orbit": _orbit,
    "crane": _crane,
    "handheld": _handheld,
    "walk": _walk,
    "zoom": _zoom,
    "dolly_zoom": _dolly_zoom,
}
"""Moves by name."""
