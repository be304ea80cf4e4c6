"""Species: what a bird is like, in units of its leg (the height of its hip)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.world.figures.coats import Pattern
from models.world.figures.skeleton import Floats


@dataclass(frozen=True)
class Plan:
    """Proportions of a bird; all lengths in units of its leg, angles in degrees."""

    name: str
    leg_m: float
    rise_deg: float
    """How steeply the body rises towards the neck."""
    body: float
    """Half of the body's length."""
    girth: float
    """Half of the body's depth."""
    neck: float
    neck_deg: float
    skull: float
    """Radius."""
    beak: float
    beak_radius: float
    flat_beak: bool
    shank: float
    """Radius of the bare leg."""
    toe: float
    web: bool
    wing: float
    """Length of a spread wing."""
    chord: float
    """Length of the feathers on the forearm."""
    tail: float
    tail_width: float
    colours: Floats
    """[N, 3] to draw plumage from."""
    patterns: tuple[Pattern, ...]


_SONGBIRD = Plan(
    name="songbird", leg_m=0.17, rise_deg=28, body=0.62, girth=0.42, neck=0.22, neck_deg=55, skull=0.30,
    beak=0.24, beak_radius=0.075, flat_beak=False, shank=0.035, toe=0.26, web=False, wing=1.55, chord=0.62,
    tail=0.75, tail_width=0.22,
    colours=np.array([[0.55, 0.38, 0.25], [0.25, 0.42, 0.70], [0.85, 0.68, 0.18], [0.42, 0.52, 0.24],
                      [0.75, 0.27, 0.18], [0.48, 0.48, 0.50], [0.88, 0.84, 0.76]]),
    patterns=("plain", "saddle", "spots"),
)  # fmt: skip
_CROW = Plan(
    name="crow", leg_m=0.24, rise_deg=18, body=0.74, girth=0.40, neck=0.28, neck_deg=48, skull=0.27,
    beak=0.42, beak_radius=0.11, flat_beak=False, shank=0.045, toe=0.30, web=False, wing=2.0, chord=0.78,
    tail=0.85, tail_width=0.28,
    colours=np.array([[0.12, 0.12, 0.15], [0.16, 0.17, 0.24], [0.55, 0.55, 0.58], [0.92, 0.91, 0.88],
                      [0.20, 0.26, 0.30]]),
    patterns=("plain", "plain", "saddle"),
)  # fmt: skip
_DUCK = Plan(
    name="duck", leg_m=0.18, rise_deg=7, body=0.98, girth=0.56, neck=0.62, neck_deg=74, skull=0.33,
    beak=0.44, beak_radius=0.12, flat_beak=True, shank=0.055, toe=0.34, web=True, wing=1.9, chord=0.72,
    tail=0.42, tail_width=0.34,
    colours=np.array([[0.92, 0.90, 0.84], [0.45, 0.34, 0.24], [0.62, 0.60, 0.56], [0.85, 0.72, 0.30],
                      [0.30, 0.28, 0.28]]),
    patterns=("plain", "saddle", "patches", "spots"),
)  # fmt: skip
_PARROT = Plan(
    name="parrot", leg_m=0.20, rise_deg=46, body=0.72, girth=0.40, neck=0.24, neck_deg=70, skull=0.34,
    beak=0.20, beak_radius=0.15, flat_beak=False, shank=0.05, toe=0.26, web=False, wing=1.7, chord=0.66,
    tail=1.25, tail_width=0.20,
    colours=np.array([[0.82, 0.14, 0.12], [0.12, 0.58, 0.25], [0.15, 0.35, 0.80], [0.95, 0.78, 0.12],
                      [0.93, 0.93, 0.90], [0.55, 0.58, 0.60]]),
    patterns=("plain", "saddle", "patches"),
)  # fmt: skip


def draw_plan(rng: np.random.Generator) -> Plan:
    """One bird's proportions: a species', each up to an eighth smaller or larger."""
    plan = (_SONGBIRD, _CROW, _DUCK, _PARROT)[rng.integers(4)]

    def varied(length: float) -> float:
        return float(length * rng.uniform(0.88, 1.12))

    return replace(
        plan,
        leg_m=varied(plan.leg_m),
        body=varied(plan.body),
        girth=varied(plan.girth),
        neck=varied(plan.neck),
        skull=varied(plan.skull),
        beak=varied(plan.beak),
        beak_radius=varied(plan.beak_radius),
        shank=varied(plan.shank),
        toe=varied(plan.toe),
        wing=varied(plan.wing),
        chord=varied(plan.chord),
        tail=varied(plan.tail),
        tail_width=varied(plan.tail_width),
        rise_deg=plan.rise_deg + float(rng.uniform(-6, 6)),
    )
