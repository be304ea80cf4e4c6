"""Breeds: what a quadruped is like, in units of its leg (the height of its hip)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.world.figures.coats import Pattern

Breed = Literal["dog", "cat", "deer", "stocky"]


@dataclass(frozen=True)
class Build:
    """Proportions of a quadruped; all lengths in units of its leg, angles in degrees."""

    breed: Breed
    leg_m: float
    trunk: float
    """From the hips to the chest's joint."""
    chest: float
    """Half of the chest's depth; it is narrower than it is deep."""
    waist: float
    rump: float
    neck: float
    neck_deg: float
    """How steeply the neck rises."""
    neck_radius: float
    skull: float
    """Radius."""
    muzzle: float
    """From the skull's joint to the nose."""
    muzzle_radius: float
    head_deg: float
    """How far the nose points below the horizon."""
    limb: float
    """Thickness of the legs' lower parts: radius."""
    thigh: float
    paw: float
    """Half of the paw's length."""
    tail: float
    tail_radius: float
    tail_deg: float
    """How far the tail's root points above the horizon."""
    ear: float
    ear_shape: Literal["pointed", "floppy", "round"]
    mane: bool
    antlers: bool
    patterns: tuple[Pattern, ...]


_BUILDS: dict[Breed, Build] = {
    "dog": Build(
        breed="dog", leg_m=0.40, trunk=1.12, chest=0.29, waist=0.20, rump=0.22, neck=0.46, neck_deg=48,
        neck_radius=0.15, skull=0.185, muzzle=0.40, muzzle_radius=0.085, head_deg=14, limb=0.058, thigh=0.15,
        paw=0.095, tail=0.75, tail_radius=0.05, tail_deg=25, ear=0.26, ear_shape="floppy", mane=False,
        antlers=False, patterns=("plain", "patches", "saddle", "spots"),
    ),
    "cat": Build(
        breed="cat", leg_m=0.28, trunk=1.20, chest=0.26, waist=0.22, rump=0.23, neck=0.34, neck_deg=42,
        neck_radius=0.16, skull=0.225, muzzle=0.24, muzzle_radius=0.095, head_deg=12, limb=0.062, thigh=0.16,
        paw=0.085, tail=1.15, tail_radius=0.05, tail_deg=18, ear=0.20, ear_shape="pointed", mane=False,
        antlers=False, patterns=("plain", "stripes", "patches", "spots", "saddle"),
    ),
    "deer": Build(
        breed="deer", leg_m=0.58, trunk=0.92, chest=0.29, waist=0.235, rump=0.25, neck=0.66, neck_deg=56,
        neck_radius=0.135, skull=0.155, muzzle=0.42, muzzle_radius=0.082, head_deg=26, limb=0.042, thigh=0.14,
        paw=0.065, tail=0.40, tail_radius=0.045, tail_deg=-25, ear=0.20, ear_shape="pointed", mane=False,
        antlers=False, patterns=("plain", "spots", "saddle", "patches"),
    ),
    "stocky": Build(
        breed="stocky", leg_m=0.42, trunk=1.08, chest=0.40, waist=0.38, rump=0.37, neck=0.36, neck_deg=32,
        neck_radius=0.23, skull=0.235, muzzle=0.40, muzzle_radius=0.125, head_deg=20, limb=0.085, thigh=0.19,
        paw=0.115, tail=0.22, tail_radius=0.07, tail_deg=-10, ear=0.14, ear_shape="round", mane=False,
        antlers=False, patterns=("plain", "plain", "patches", "saddle"),
    ),
}  # fmt: skip


def draw_build(rng: np.random.Generator) -> Build:
    """One animal's proportions: a breed's, each up to an eighth smaller or larger."""
    build = tuple(_BUILDS.values())[rng.integers(len(_BUILDS))]

    def varied(measure: float) -> float:
        return float(measure * rng.uniform(0.88, 1.12))

    build = replace(
        build,
        leg_m=min(varied(build.leg_m), 0.62),
        trunk=varied(build.trunk),
        chest=varied(build.chest),
        waist=varied(build.waist),
        neck=varied(build.neck),
        neck_deg=varied(build.neck_deg),
        neck_radius=varied(build.neck_radius),
        skull=varied(build.skull),
        muzzle=varied(build.muzzle),
        muzzle_radius=varied(build.muzzle_radius),
        limb=varied(build.limb),
        thigh=varied(build.thigh),
        paw=varied(build.paw),
        tail=varied(build.tail),
        tail_radius=varied(build.tail_radius),
        ear=varied(build.ear),
        tail_deg=build.tail_deg + float(rng.uniform(-20, 20)),
    )
    # Even a flat face has its nose in front of the eyes.
    build = replace(build, muzzle=max(build.muzzle, 1.42 * build.skull))
    if build.breed == "dog":
        build = replace(build, ear_shape=("floppy", "pointed")[rng.integers(2)])
    if build.breed == "deer":
        horse = bool(rng.random() < 0.5)
        long_tail = build.tail * 1.9 if horse else build.tail
        build = replace(build, mane=horse, antlers=not horse and bool(rng.random() < 0.5), tail=long_tail)
    return build
