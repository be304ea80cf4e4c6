"""Limbs: arms, legs and feet as round cones in sleeves, trousers, socks and shoes."""

from __future__ import annotations

import numpy as np

from models.world.figures.clothes import Outfit, arm_paint, leg_paint
from models.world.figures.layout import Draft
from models.world.figures.patterns import bake
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats

SIDES = (("Left", 1.0), ("Right", -1.0))

# Radii of an average adult in metres: rounded girths of Drillis and Contini, 1966, divided by 2 pi.
_SHOULDER, _ELBOW, _WRIST = 0.051, 0.037, 0.026
_THIGH, _KNEE, _ANKLE = 0.084, 0.057, 0.039

_SWELL = (0.56, 0.81)
"""Where the calf begins and ends, as shares of the leg, whose knee is at 0.5."""


def add_limbs(draft: Draft, of: Proportions, outfit: Outfit) -> None:
    """Add both arms without hands, and both legs with feet."""
    arm, leg = of.arm_m[0] + of.arm_m[1], of.hip_y_m - of.ankle_y_m
    share = of.arm_m[0] / arm
    soft = 1 - 0.1 * of.feminine
    thick = of.thick * soft
    radii = np.array([_SHOULDER, _ELBOW, _WRIST]) * thick
    thigh = np.array([_THIGH * (1 + 0.1 * of.feminine), _KNEE, _ANKLE]) * of.thick
    textures = {
        "upper": draft.texture(bake(arm_paint(outfit, 0, share, 6.28 * radii[0], arm).paint, 64, 128)),
        "lower": draft.texture(bake(arm_paint(outfit, share, 1, 6.28 * radii[1], arm).paint, 64, 128)),
        "thigh": draft.texture(bake(leg_paint(outfit, 0, 0.5, 6.28 * thigh[0], leg).paint, 64, 128)),
        "calf": draft.texture(bake(leg_paint(outfit, 0.5, 1, 6.28 * thigh[1], leg).paint, 64, 128)),
        "swell": draft.texture(bake(leg_paint(outfit, *_SWELL, 6.28 * thigh[1], leg).paint, 64, 64)),
        "shoe": draft.texture(bake(lambda u, v: _shoe(outfit, u, v), 64, 64)),
    }
    arms = _clothed(radii, outfit.sleeve, outfit.loose * 0.8)
    legs = _clothed(thigh, outfit.leg, outfit.loose * (1.4 if outfit.lower == "wide" else 0.45) / of.girth**2)
    for side, sign in SIDES:
        for chain, parts, sizes, names in (
            (("Arm", "ForeArm", "Hand"), ("upper_arm", "lower_arm"), arms, ("upper", "lower")),
            (("UpLeg", "Leg", "Foot"), ("upper_leg", "lower_leg"), legs, ("thigh", "calf")),
        ):
            at = [draft.rest_m[side + joint] for joint in chain]
            for step in (0, 1):
                draft.cone(
                    (side + chain[step], side + chain[step + 1]), at[step : step + 2], sizes[step : step + 2],
                    textures[names[step]], f"{side.lower()}_{parts[step]}",
                )  # fmt: skip
        _add_flesh(draft, side, of, legs, textures)
        _add_foot(draft, side, sign, of, textures["shoe"])


def _clothed(radii: Floats, covered: float, loose: float) -> Floats:
    """Radii with cloth: full where it covers the whole limb, only on top where it ends half-way."""
    wider = np.array([0.12, 0.8, 1.3 if covered >= 1 else 0.0]) * loose
    return radii * (1 + wider * (covered > 0.1))


def _add_flesh(draft: Draft, side: str, of: Proportions, legs: Floats, textures: dict[str, int]) -> None:
    """The calf's swell behind the shin."""
    knee, ankle = draft.rest_m[f"{side}Leg"], draft.rest_m[f"{side}Foot"]
    behind = np.array([0, 0, -0.16 * legs[1]])
    ends = [knee + 2 * (share - 0.5) * (ankle - knee) + behind for share in _SWELL]
    draft.cone(
        (f"{side}Leg", f"{side}Leg"), ends, (legs[1] * 0.93, legs[1] * 0.38 + legs[2] * 0.52),
        textures["swell"], f"{side.lower()}_lower_leg",
    )  # fmt: skip


def _shoe(outfit: Outfit, u: Floats, v: Floats) -> Floats:
    sole = (v > 0.68)[..., None]
    laces = ((v < 0.33) & (np.abs(u - 0.5) < 0.12) & (v * 18 % 1 < 0.45))[..., None]
    return np.where(sole, outfit.sole, np.where(laces, outfit.sole, outfit.shoe))


def _add_foot(draft: Draft, side: str, sign: float, of: Proportions, texture: int) -> None:
    """Heel and instep on the foot, the ball with the toes on the toe joint."""
    foot, ball, tip = (draft.rest_m[f"{side}{name}"] for name in ("Foot", "ToeBase", "ToeBase_end"))
    part, length = f"{side.lower()}_foot", of.foot_m
    width = 0.185 * length * (0.75 + 0.25 * of.girth)
    sole_y = 0.55 * of.ankle_y_m
    middle = np.array([foot[0], sole_y, 0.5 * (foot[2] + ball[2]) - 0.06 * length])
    draft.ellipsoid(f"{side}Foot", middle, (width, sole_y, 0.42 * length), texture, part)
    toe_y = 0.4 * of.ankle_y_m
    front = np.array([0.5 * (ball[0] + tip[0]), toe_y, 0.5 * (ball[2] + tip[2]) - 0.03 * length])
    draft.ellipsoid(f"{side}ToeBase", front, (width * 1.1, toe_y, 0.22 * length), texture, part)
