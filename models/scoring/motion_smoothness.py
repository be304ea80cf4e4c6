"""Motion smoothness: whether motion goes on as it goes, and whether there is motion where there should be.

VBench drops every other frame and lets a network fill it in, which gives a still clip full marks, and a
filmed dance at 12 frames a second poor ones. Here acceleration is compared with speed along the flow, against
what is natural at the frame rate; a clip that stops while its driver moves, or moves far less than it, is
scored down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.scoring.driver_motion import DriverMotion
from models.scoring.jerkiness import jerkiness
from models.scoring.observation import ClipObservation
from models.scoring.response import falling, rising, to_score

JERK_HALF, JERK_SLOPE = 0.3, 5.0
"""Jerkiness over the natural one that costs half. Calibrated on generated and real clips: docs/scores.md."""

NATURAL_JERK_HZ = 3.2
"""Natural jerkiness times frame rate. A limb changes its velocity in about a third of a second whatever the
camera does, so that the change from one step to the next is in proportion to the time between them: drawn
dances and walks, sampled exactly at 8 to 60 frames a second, lie at 2.5 to 4.3."""
EXCUSED = 2.0
"""A driver that jerks excuses up to twice the natural jerkiness: more is a fault of its file, such as
repeated frames, which nobody wants copied."""

STALLED_HALF, STALLED_SLOPE = 0.2, 1.5
"""Share of the driver's moving time in which the clip stands."""
STILL_SHARE, MOVING_SHARE = 0.15, 0.5
"""Steps under 15 % of a clip's usual speed stand still; steps over half of it move."""

PAUSES = 0.05
"""Filmed motion, too, stands for one step between two moving ones now and then: where it turns back."""

CARRIED_HALF, CARRIED_SLOPE = 0.15, 2.0
"""A clip with 15 % of its driver's motion loses half of the quality, one with half of it 8 %: a smaller
figure or a steadier camera than the driver's is no fault."""

STILL_HALF, STILL_SLOPE = 0.004, 2.0
"""Without a driver: diagonals a second. A talking head moves at 0.01 to 0.05, a dancer at 0.2 and more."""


def proxy_motion_smoothness(clip: ClipObservation, driver: DriverMotion | None = None) -> float:
    """Score 1–5 of how smoothly the clip moves. Falls with jerks, stutter, and freezing.

    Args:
        clip: the observed clip.
        driver: how the driving clip moves (`driver_motion.observe_driver`). A clip whose driver stands still
            is not asked to move, and one whose driver jerks may jerk about as much. None: the driver is not
            known, and a clip is expected to move at all.
    """
    usual = NATURAL_JERK_HZ / clip.fps
    natural = float(np.clip(driver.jerkiness, usual, EXCUSED * usual)) if driver else usual
    # Apart, because a camera's long smooth way would outweigh a figure that trembles, and the reverse.
    jerk = max(jerkiness(clip.flow, clip.figure, ~clip.figure))
    quality = (
        falling(jerk, JERK_HALF + natural, JERK_SLOPE)
        * falling(stalled_share(clip.flow.speeds, driver), STALLED_HALF, STALLED_SLOPE)
        * _amount_quality(clip.motion_amount, driver)
    )
    return to_score(quality)


def stalled_share(moved: NDArray[np.float64], driver: DriverMotion | None) -> float:
    """Share of steps that stand still though they should not.

    Steps that stand between two that move are held frames, unless the driver stands there as well. With a
    driver, it is at least the share of the driver's moving steps in which the clip stands.

    Args:
        moved: the clip's speed [T - 1] in every step, in picture diagonals a second.
        driver: how the driver moves; looked at where its steps are the clip's.
    """
    usual = float(np.percentile(moved, 90))
    matched = driver is not None and driver.speeds is not None and len(driver.speeds) == len(moved)
    asked = driver.speeds if driver is not None and matched else None
    asked_usual = float(np.percentile(asked, 90)) if asked is not None else 0.0
    # A clip that never moves has no usual speed of its own.
    stands = moved <= STILL_SHARE * max(usual, CARRIED_HALF * asked_usual)
    moves = moved >= MOVING_SHARE * usual
    held = stands[1:-1] & moves[:-2] & moves[2:] & (usual > 0)
    if asked is None or asked_usual < STILL_HALF:
        return max(0.0, float(held.mean()) - PAUSES) if held.size else 0.0
    share = float((held & (asked[1:-1] > STILL_SHARE * asked_usual)).mean()) if held.size else 0.0
    should = asked >= MOVING_SHARE * asked_usual
    return max(share, float((stands & should).sum() / should.sum()))


def _amount_quality(amount: float, driver: DriverMotion | None) -> float:
    if driver is None:
        return rising(amount, STILL_HALF, STILL_SLOPE)
    if driver.amount < STILL_HALF:
        return 1.0
    return rising(amount / driver.amount, CARRIED_HALF, CARRIED_SLOPE)
