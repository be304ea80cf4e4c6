"""Hands: a palm, fifteen phalanges and their tips, each side."""

from __future__ import annotations

import numpy as np

from models.world.figures.clothes import Outfit
from models.world.figures.layout import Draft
from models.world.figures.palette import shade
from models.world.figures.patterns import bake
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import FINGERS, Floats

# Radii in shares of the hand's length at knuckle, two joints and tip.
_PHALANX = (0.064, 0.058, 0.052, 0.044)
_THICKER = {"Thumb": 1.15, "Index": 1.0, "Middle": 1.03, "Ring": 0.97, "Pinky": 0.85}


def add_hands(draft: Draft, of: Proportions, outfit: Outfit) -> None:
    """Add both hands; those of chibis are chubby."""
    hand = of.arm_m[2]
    chubby = {"chibi": 1.45, "child": 1.2}.get(of.build, 1.0) * (0.7 + 0.3 * of.girth)
    colour = outfit.trim if outfit.gloves else outfit.skin

    def paint(u: Floats, v: Floats) -> Floats:
        return np.broadcast_to(colour, (*u.shape, 3))

    def finger(u: Floats, v: Floats) -> Floats:
        warm = np.clip(v - 0.3, 0, 1)[..., None] * (0.0 if outfit.gloves else 0.35)
        return colour * (1 - warm) + warm * (
            0.7 * shade(colour, -0.06) + 0.3 * np.array([230.0, 120.0, 110.0])
        )

    texture, rosy = draft.texture(bake(paint, 8, 8)), draft.texture(bake(finger, 8, 32))
    for side in ("Left", "Right"):
        part, wrist = f"{side.lower()}_hand", draft.rest_m[f"{side}Hand"]
        for name in FINGERS:
            joints = [f"{side}Hand{name}{number}" for number in (1, 2, 3)] + [f"{side}Hand{name}3_end"]
            radii = np.array(_PHALANX) * _THICKER[name] * hand * chubby
            at = [draft.rest_m[joint] for joint in joints]
            if name != "Thumb":
                ends = [wrist + 0.35 * (at[0] - wrist) * [0, 0, 1], at[0]]
                draft.cone(
                    (f"{side}Hand", joints[0]), ends, (0.115 * hand * chubby, radii[0] * 1.1), texture, part
                )
            else:
                draft.cone(
                    (f"{side}Hand", joints[0]),
                    [wrist, at[0]],
                    (0.115 * hand * chubby, radii[0] * 1.3),
                    texture,
                    part,
                )
            for step in (0, 1, 2):
                # The tip's sphere ends at the fingertip.
                end = (
                    at[step + 1]
                    if step < 2
                    else at[3] - (at[3] - at[2]) / np.linalg.norm(at[3] - at[2]) * radii[3]
                )
                last = step == 2
                draft.cone(
                    (joints[step], joints[step] if last else joints[step + 1]), [at[step], end],
                    radii[step : step + 2], rosy if last else texture, part,
                )  # fmt: skip
