"""Paths over the stage: arcs that stay inside of a disc however long the walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from models.world.figures.skeleton import Floats


class Arc(NamedTuple):
    """A path at even speed along a circle, in the smallest disc round the origin that holds it.

    Attributes:
        length: of the whole path.
        bend: turn per length, in radians; positive to the walker's left; never 0.
        heading: at the middle of the path, radians about y; 0 is +z.
    """

    length: float
    bend: float
    heading: float

    def headings(self, along: Floats) -> Floats:
        """Headings [N], radians, at distances [N] from the path's middle."""
        return self.heading + self.bend * along

    def places(self, along: Floats) -> Floats:
        """Points [N, 3] on the floor at distances [N] from the path's middle."""
        radius, half_turn = 1 / self.bend, 0.5 * abs(self.bend) * self.length
        angle = self.headings(along)
        on_circle = radius * np.stack([-np.cos(angle), np.zeros_like(angle), np.sin(angle)], axis=-1)
        # A path of less than half of the circle fits into the disc over its chord.
        middle = radius * np.array([-np.cos(self.heading), 0.0, np.sin(self.heading)])
        return np.asarray(on_circle - max(0.0, np.cos(min(half_turn, np.pi))) * middle)


def arc_within(length: float, disc: float, heading: float, bend: float) -> Arc:
    """A path that keeps within a disc.

    Args:
        length: of the path.
        disc: the disc's radius.
        heading: at the path's middle, radians.
        bend: turn per length that is wished for; a long path bends as much more as it must, at most 1 / disc.
    """
    needed = 0.0
    if length >= np.pi * disc:
        needed = 1 / disc
    elif length > 2 * disc:
        needed = float(brentq(lambda k: np.sin(0.5 * k * length) / k - disc, 1e-6, 1 / disc))
    size = min(max(abs(bend), needed, 1e-3), max(1 / disc, needed))
    return Arc(length, size if bend >= 0 else -size, heading)
