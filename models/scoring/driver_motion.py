"""DriverMotion: how a driving clip moves, which is what a clip made after it is asked to do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.scoring.jerkiness import jerkiness
from models.scoring.observation import observe_flow, shrink_clip


class DriverMotion(NamedTuple):
    """What is known of a driver's motion."""

    amount: float
    """Speed of the fastest 5 % of pixels, in picture diagonals a second."""
    jerkiness: float = 0.0
    """See `jerkiness.jerkiness`: what filmed motion has at this frame rate."""
    speeds: NDArray[np.float64] | None = None
    """The amount of every step [T - 1]; None where the driver's frames are not the clip's."""


def observe_driver(frames: NDArray[np.uint8], fps: float) -> DriverMotion:
    """Observe a driving clip uint8 [T, H, W, 3], whose frames are matched in time with the clip's."""
    if len(frames) < 2:
        return DriverMotion(0.0)
    flow = observe_flow(shrink_clip(frames), fps)
    return DriverMotion(flow.amount, jerkiness(flow, np.ones_like(flow.structure))[0], flow.speeds)
