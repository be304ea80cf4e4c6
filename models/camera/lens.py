"""The lens of a clip: one focal length for all frames, or one that changes smoothly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import CubicSpline

from data_contracts.camera_path import Floats

_KNOT_FRAMES, _LEAST_KNOTS, _MOST_KNOTS = 5, 4, 12
"""Frames from one knot to the next, and bounds of their number: hands and motors zoom no more suddenly."""


@dataclass(frozen=True)
class Lens:
    """Focal lengths of N frames: `shape` [N, L] times what they are at the knots, `knots` [L]."""

    knots: Floats
    shape: Floats

    @staticmethod
    def steady(focal: float, n_frames: int) -> Lens:
        """A lens that stays as it is."""
        return Lens(np.array([focal]), np.ones((n_frames, 1)))

    @staticmethod
    def zooming(focal: Floats, growth: Floats | None = None) -> Lens:
        """A natural cubic spline through the focal lengths [N] of some frames, first and last among them.

        With `growth` [N] it is the spline's multiple of that: what is known of a zoom, to be put right.
        """
        known = np.ones(len(focal)) if growth is None else growth
        count = min(len(focal), int(np.clip((len(focal) - 1) // _KNOT_FRAMES + 1, _LEAST_KNOTS, _MOST_KNOTS)))
        at = np.linspace(0, len(focal) - 1, count)
        spline = CubicSpline(at, np.eye(count), bc_type="natural")(np.arange(len(focal)))
        knots = np.linalg.lstsq(spline, focal / known, rcond=None)[0]
        return Lens(knots, known[:, None] * spline)

    @property
    def focal(self) -> Floats:
        """Focal length of every frame [N]."""
        return np.asarray(self.shape @ self.knots, np.float64)

    @property
    def zooms(self) -> bool:
        """Whether it may change at all."""
        return len(self.knots) > 1

    @property
    def range(self) -> float:
        """By what share of the shortest focal length the longest one is longer."""
        return float(self.focal.max() / self.focal.min() - 1)

    def tuned(self, knots: Floats) -> Lens:
        """The same shape with other focal lengths."""
        return replace(self, knots=knots)
