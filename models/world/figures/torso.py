"""Torso: pelvis, belly, ribcage, shoulders and neck as overlapping ellipsoids and cones in one garment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.world.figures.clothes import Outfit, torso_colour
from models.world.figures.layout import Draft, Hold
from models.world.figures.patterns import bake, on_ellipsoid
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats


def add_torso(draft: Draft, of: Proportions, outfit: Outfit) -> None:
    """Add the torso and the neck."""
    for hold, centre, radii in _ellipsoids(of):
        _add_ellipsoid(draft, of, outfit, hold, np.array(centre), np.array(radii))
    _add_yoke(draft, of, outfit)
    _add_neck(draft, of, outfit)


Ball = tuple[Hold, tuple[float, float, float], tuple[float, float, float]]


def _ellipsoids(of: Proportions) -> list[Ball]:
    unit, girth, fem = of.scale, of.girth, of.feminine
    hip, trunk = of.hip_y_m, of.shoulder_y_m - of.hip_y_m
    wide, deep = unit * (0.5 + 0.5 * girth), unit * (0.35 + 0.65 * girth)
    belly = max(girth - 1.05, 0.0) * unit * 0.2 + (0.014 * unit if of.build in ("child", "chibi") else 0.0)
    balls: list[Ball] = [
        ("Hips", (0, hip + 0.1 * trunk, -0.008 * unit),
         (of.hip_x_m + (0.066 + 0.006 * fem) * wide, 0.24 * trunk, 0.094 * deep)),
        ("Spine", (0, hip + 0.35 * trunk, 0.5 * belly),
         ((0.13 - 0.018 * fem) * wide + 0.5 * belly, 0.42 * trunk, 0.094 * deep + 0.7 * belly)),
        ("Chest", (0, hip + 0.66 * trunk, 0.0),
         (0.84 * of.shoulder_x_m + 0.01 * wide, 0.42 * trunk, 0.11 * deep)),
    ]  # fmt: skip
    if fem > 0.45 and of.build not in ("child", "chibi"):
        bust = (0.3 + 0.7 * fem) * 0.072 * wide
        for sign in (1, -1):
            balls.append(
                ("Chest", (sign * 0.4 * of.shoulder_x_m, hip + 0.67 * trunk, 0.052 * deep),
                 (bust * 1.15, bust * 1.3, bust))
            )  # fmt: skip
    return balls


def _add_ellipsoid(
    draft: Draft, of: Proportions, outfit: Outfit, hold: Hold, centre: Floats, radii: Floats
) -> None:
    def paint(u: Floats, v: Floats) -> Floats:
        return torso_colour(outfit, of, centre + radii * on_ellipsoid(u, v))

    fine = 3 if hold == "Chest" else 2  # necklines have narrow seams
    picture = draft.texture(bake(paint, 80 * fine, 48 * fine))
    draft.ellipsoid(hold, centre, radii, picture, "torso")


def _cone_paint(
    of: Proportions, outfit: Outfit, ends: Floats, radius: float
) -> Callable[[Floats, Floats], Floats]:
    """The torso's colours on a cone whose u = 0 is in front; good enough for cones along any axis."""
    along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    ahead = np.array([0.0, 0.0, 1.0]) - along * along[2]
    ahead /= np.linalg.norm(ahead)
    aside = np.cross(along, ahead)

    def paint(u: Floats, v: Floats) -> Floats:
        around = 2 * np.pi * u[..., None]
        at = ends[0] + v[..., None] * (ends[1] - ends[0])
        return torso_colour(outfit, of, at + radius * (np.cos(around) * ahead + np.sin(around) * aside))

    return paint


def _add_yoke(draft: Draft, of: Proportions, outfit: Outfit) -> None:
    """Cones that give the outline: slope of the shoulders, flanks down to the waist, hips."""
    unit, trunk, fem = of.scale, of.shoulder_y_m - of.hip_y_m, of.feminine
    wide, thick = unit * (0.5 + 0.5 * of.girth), unit * (0.5 + 0.5 * of.girth)
    arm_x, waist_x = of.shoulder_x_m, (0.132 - 0.02 * fem) * wide
    waist = (waist_x - 0.074 * thick, of.hip_y_m + 0.36 * trunk, 0.0)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        shoulder = f"{side}Shoulder"
        arm_y = draft.rest_m[f"{side}Arm"][1]
        rows: tuple[_Row, ...] = (
            ((shoulder, shoulder), (0.024 * unit, of.shoulder_y_m + 0.02 * unit, -0.012 * unit),
             (arm_x - 0.012 * unit, arm_y, 0.0), 0.05, 0.05),
            (("Spine", "Chest"), waist,
             (arm_x - 0.05 * unit, of.hip_y_m + 0.84 * trunk, -0.008 * unit), 0.074, 0.058),
            (("Spine", "Hips"), waist,
             (of.hip_x_m - (0.006 - 0.008 * fem) * wide, of.hip_y_m + 0.02 * trunk, -0.006 * unit),
             0.074, 0.084),
        )  # fmt: skip
        for holds, first, last, r0, r1 in rows:
            ends = np.array([first, last]) * [sign, 1, 1]
            texture = draft.texture(bake(_cone_paint(of, outfit, ends, r0 * thick), 80, 64))
            draft.cone(holds, ends, (r0 * thick, r1 * thick), texture, "torso")


_Row = tuple[tuple[str, str], tuple[float, float, float], tuple[float, float, float], float, float]


def _add_neck(draft: Draft, of: Proportions, outfit: Outfit) -> None:
    radius = (0.051 - 0.011 * of.feminine) * of.scale * (0.6 + 0.4 * of.girth)
    low, high = draft.rest_m["Neck"], draft.rest_m["Head"]
    ends = np.array([low - [0, 0.03 * of.scale, 0], high])
    collar = outfit.opening == "high"

    def paint(u: Floats, v: Floats) -> Floats:
        colour = outfit.top.base if collar else outfit.skin
        return np.where((v < 0.55)[..., None] & collar, colour, outfit.skin) + 0 * u[..., None]

    texture = draft.texture(bake(paint, 16, 32))
    draft.cone(("Neck", "Head"), ends, (radius * 1.12, radius), texture, "torso" if collar else "head")
