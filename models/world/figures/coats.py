"""Coats: fur and plumage as colours in space, at rest: plain, spots, stripes, patches, two tones, socks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.ndimage import map_coordinates

from models.world.figures.skeleton import Floats

Pattern = Literal["plain", "spots", "stripes", "patches", "saddle"]
PATTERNS: tuple[Pattern, ...] = ("plain", "spots", "stripes", "patches", "saddle")

_LATTICE = 16
"""Side of the periodic lattice of random values that noise is read from."""


@dataclass(frozen=True)
class Noise:
    """Smooth periodic noise in space."""

    lattice: Floats

    def at(self, points: Floats, shift: float = 0.0) -> Floats:
        """Values [N], mostly within 0..1, at points [N, 3]; one bump is about one unit wide."""
        places = (points + shift).T
        return np.asarray(map_coordinates(self.lattice, places, order=2, mode="grid-wrap"), np.float64)


def draw_noise(rng: np.random.Generator) -> Noise:
    """Noise of its own for every figure."""
    return Noise(rng.uniform(0, 1, (_LATTICE,) * 3))


@dataclass(frozen=True)
class Coat:
    """Colours 0..1 of an animal's surface; lengths in units of the animal's leg.

    Called with points [N, 3] at rest, metres, it returns their colours [N, 3].
    """

    unit_m: float
    """The animal's leg."""
    noise: Noise
    pattern: Pattern
    base: Floats
    second: Floats
    belly: Floats
    """Colour below `belly_height`."""
    belly_height: float
    socks: float
    """Height up to which the feet have the belly's colour; 0 for none."""
    frequency: float
    """Bumps, spots or stripes per unit."""

    def __call__(self, points_m: Floats) -> Floats:
        points = points_m / self.unit_m
        grain = self.noise.at(points * 14.0)
        wobble = self.noise.at(points * 4.0, 5.0) - 0.5
        share = self._share(points, wobble)
        colours = self.base + share[:, None] * (self.second - self.base)
        below = _step(self.belly_height - points[:, 1] + 0.12 * wobble, 0.05) * (points[:, 1] > 0.45)
        socks = _step(self.socks - points[:, 1] + 0.06 * wobble, 0.02)
        light = np.maximum(below, socks)[:, None]
        colours = colours + light * (self.belly - colours)
        return np.asarray(colours * (0.94 + 0.12 * grain)[:, None])

    def _share(self, points: Floats, wobble: Floats) -> Floats:
        """How much [N] of the second colour shows."""
        if self.pattern == "spots":
            return _step(self.noise.at(points * self.frequency, 9.0) - 0.62, 0.05)
        if self.pattern == "patches":
            return _step(self.noise.at(points * (0.35 * self.frequency), 3.0) - 0.52, 0.03)
        if self.pattern == "stripes":
            phase = points[:, 2] + 0.35 * np.abs(points[:, 0]) + 0.35 * wobble
            return _step(np.sin(2 * np.pi * 0.6 * self.frequency * phase) - 0.25, 0.25)
        if self.pattern == "saddle":
            return _step(points[:, 1] - 1.08 + 0.2 * wobble, 0.04)
        return 0.35 * np.clip(wobble + 0.3, 0, 1)


def _step(values: Floats, softness: float) -> Floats:
    """0 below zero, 1 above it, over about twice the softness."""
    return np.asarray(0.5 + 0.5 * np.tanh(values / softness))


@dataclass(frozen=True)
class Plain:
    """One colour everywhere."""

    colour: Floats

    def __call__(self, points_m: Floats) -> Floats:
        return np.broadcast_to(self.colour, points_m.shape).copy()


@dataclass(frozen=True)
class Eye:
    """An eye: white, iris, pupil and gleam, round the direction of sight."""

    centre_m: Floats
    sight: Floats
    """Unit vector [3]."""
    iris: Floats
    size: float
    """Sine of the iris's half-angle."""

    def __call__(self, points_m: Floats) -> Floats:
        away = points_m - self.centre_m
        away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-12)
        sine = np.sqrt(np.clip(1 - (away @ self.sight) ** 2, 0, 1)) + 2.0 * (away @ self.sight < 0)
        gleam = self.sight + np.array([0.0, 0.35, 0.0])
        gleams = away @ (gleam / np.linalg.norm(gleam)) > 0.97
        colours = np.where((sine < self.size)[:, None], self.iris, np.array([0.93, 0.92, 0.88]))
        colours = np.where((sine < 0.62 * self.size)[:, None], np.array([0.04, 0.03, 0.03]), colours)
        return np.where(gleams[:, None], np.array([1.0, 1.0, 1.0]), colours)


FURS = np.array([
    [0.55, 0.36, 0.20], [0.36, 0.22, 0.13], [0.79, 0.60, 0.38], [0.20, 0.18, 0.18], [0.62, 0.60, 0.58],
    [0.90, 0.86, 0.78], [0.68, 0.33, 0.14], [0.44, 0.40, 0.36], [0.83, 0.72, 0.55],
])  # fmt: skip
"""Colours [N, 3] of fur."""


def draw_coat(rng: np.random.Generator, unit_m: float, pattern: Pattern, colours: Floats = FURS) -> Coat:
    """A coat in two different colours of the given ones, with a lighter belly.

    Args:
        rng: all randomness.
        unit_m: the animal's leg.
        pattern: how the second colour lies on the first one.
        colours: [N, 3] to choose from, 0..1.
    """
    first, other = rng.choice(len(colours), 2, replace=False)
    base, second = colours[first], colours[other]
    if pattern in ("spots", "stripes") and np.abs(base - second).max() < 0.3:
        second = base * 0.35
    base, second = (
        np.clip(colour * rng.uniform(0.85, 1.1) * rng.uniform(0.97, 1.03, 3), 0.05, 0.97)
        for colour in (base, second)
    )
    belly = base + rng.uniform(0.2, 0.75) * (np.array([0.95, 0.91, 0.84]) - base)
    return Coat(
        unit_m=unit_m,
        noise=draw_noise(rng),
        pattern=pattern,
        base=base,
        second=second,
        belly=belly,
        belly_height=float(rng.choice([0.0, rng.uniform(0.8, 0.95)])),
        socks=float(rng.choice([0.0, rng.uniform(0.12, 0.35)])),
        frequency=float(rng.uniform(5.0, 9.0)),
    )
