"""Stepping: feet that stand, lift, swing and stand again, as tracks over time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.timing import eased, hump


class Step(NamedTuple):
    """One step. Lengths in leg lengths, as a Posture's.

    Attributes:
        foot: 0 left, 1 right.
        begin_s: when the ball leaves the floor.
        end_s: when the foot is on the floor again.
        x: where it lands: the point below the hips when they are over the foot's side.
        z: as x.
        heading_deg: which way it faces then.
        lift: height of the ankle at most.
        roll_deg: how far the heel is raised when the ball leaves the floor, half as far toes at landing.
    """

    foot: int
    begin_s: float
    end_s: float
    x: float
    z: float
    heading_deg: float = 0.0
    lift: float = 0.12
    roll_deg: float = 20.0


class Feet(NamedTuple):
    """Tracks of both feet, as fields of a Posture: ankles [T, 2, 3]; headings and heels [T, 2]."""

    ankles: Floats
    heading_deg: Floats
    heel_deg: Floats


def stepped(time_s: Floats, start: Floats, heading_deg: tuple[float, float], steps: list[Step]) -> Feet:
    """Tracks of feet that begin at `start` [2, 2] (x, z of each) and make the steps, each foot's in order."""
    frames = len(time_s)
    ankles, headings, heels = np.zeros((frames, 2, 3)), np.zeros((frames, 2)), np.zeros((frames, 2))
    for foot in (0, 1):
        place, heading = np.array(start[foot], np.float64), heading_deg[foot]
        ankles[:, foot, [0, 2]], headings[:, foot] = place, heading
        for step in (step for step in steps if step.foot == foot):
            length = step.end_s - step.begin_s
            share = (time_s - step.begin_s) / length
            moved = eased(share)
            ankles[:, foot, [0, 2]] += moved[:, None] * (np.array([step.x, step.z]) - place)
            headings[:, foot] += moved * (step.heading_deg - heading)
            ankles[:, foot, 1] += step.lift * hump(share)
            heels[:, foot] += step.roll_deg * hump((share + 0.45) / 0.95)
            heels[:, foot] -= 0.5 * step.roll_deg * hump((share - 0.7) / 0.5)
            place, heading = np.array([step.x, step.z]), step.heading_deg
    return Feet(ankles, headings, heels)
