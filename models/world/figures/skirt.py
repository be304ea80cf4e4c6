"""Skirt: a ring of cloth from the waist to the hem that follows hips and thighs."""

from __future__ import annotations

import numpy as np

from models.world.figures.clothes import Outfit
from models.world.figures.layout import Draft
from models.world.figures.palette import shade
from models.world.figures.patterns import bake, mix
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats

AROUND, DOWN = 32, 8


def add_skirt(draft: Draft, of: Proportions, outfit: Outfit, flare: float, pleats: float) -> None:
    """Add the skirt; `flare` is how much the hem is wider than the hips, `pleats` how deep its folds are."""
    trunk = of.shoulder_y_m - of.hip_y_m
    top_y = of.hip_y_m + 0.3 * trunk
    hem_y = of.hip_y_m - outfit.hem * (of.hip_y_m - of.ankle_y_m)
    texture = draft.texture(bake(lambda u, v: _cloth(outfit, of, u, v, top_y, hem_y), 256, 128))
    grid = [
        [_corner(draft, of, row, step, top_y, hem_y, flare, pleats) for step in range(AROUND)]
        for row in range(DOWN + 1)
    ]
    for row in range(DOWN):
        for step in range(AROUND):
            following = (step + 1) % AROUND
            a, b, c, d = grid[row][step], grid[row][following], grid[row + 1][step], grid[row + 1][following]
            u0, u1, v0, v1 = step / AROUND, (step + 1) / AROUND, row / DOWN, (row + 1) / DOWN
            part = (
                "torso"
                if row < DOWN // 2
                else ("left_upper_leg" if step < AROUND // 2 else "right_upper_leg")
            )
            draft.triangle((a, b, c), [(u0, v0), (u1, v0), (u0, v1)], texture, part)
            draft.triangle((b, d, c), [(u1, v0), (u1, v1), (u0, v1)], texture, part)


def _corner(
    draft: Draft,
    of: Proportions,
    row: int,
    step: int,
    top_y: float,
    hem_y: float,
    flare: float,
    pleats: float,
) -> int:
    share, turn = row / DOWN, 2 * np.pi * step / AROUND
    wide, deep = of.scale * (0.5 + 0.5 * of.girth), of.scale * (0.35 + 0.65 * of.girth)
    belly = max(of.girth - 1.05, 0.0) * of.scale * 0.2
    waist = np.array([(0.146 - 0.02 * of.feminine) * wide + 0.6 * belly, 0.112 * deep + 1.1 * belly])
    hips = np.array([of.hip_x_m + 0.105 * wide, 0.145 * deep])
    bulge = min(share / 0.35, 1.0) ** 0.8
    radii = waist + (hips - waist) * bulge + flare * of.scale * share * np.array([1.0, 1.0])
    radii = radii * (1 + pleats * share * (step % 2 - 0.5))
    # From the front over the left side: u rises to the figure's own left.
    at = np.array([radii[0] * np.sin(turn), top_y + share * (hem_y - top_y), radii[1] * np.cos(turn)])
    # Below the crease of the hips all follows the thighs; a hem that only half follows lets knees through.
    fall = float(np.clip((of.hip_y_m + 0.06 * of.scale - at[1]) / (0.14 * of.scale), 0, 1))
    thighs = fall * fall * (3 - 2 * fall)
    left = thighs * float(np.clip(0.5 + 1.1 * np.sin(turn), 0, 1))
    hold = {"Hips": 1 - thighs, "LeftUpLeg": left, "RightUpLeg": thighs - left}
    return draft.corner(hold, at)


def _cloth(outfit: Outfit, of: Proportions, u: Floats, v: Floats, top_y: float, hem_y: float) -> Floats:
    y = top_y + v * (hem_y - top_y)
    colour = outfit.bottom.colour(u, 1.2 * of.scale * of.girth, y)
    edge = outfit.trim if outfit.lower == "dress" else shade(outfit.bottom.base, -0.2)
    colour = mix(colour, edge, v > 0.94)
    if outfit.belt:
        colour = mix(colour, edge, v < 0.06)
    return colour
