"""Clothes: what one human wears, and the paint that it leaves on torso, arms and legs."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeVar

import numpy as np

from models.world.figures.palette import OUTFITS, SKINS, pick, rgb, shade
from models.world.figures.patterns import PATTERNS, Fabric, PatternKind, mix
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats

T = TypeVar("T")
Lower = Literal["trousers", "wide", "shorts", "skirt", "dress"]
Opening = Literal["round", "vee", "jacket", "buttons", "high"]

WAIST = 0.24
"""Where tops end, as a share of the way from the hips up to the shoulders."""

_LEG = {"trousers": 1.0, "wide": 1.0, "shorts": 0.42, "skirt": 0.0, "dress": 0.0}


class Outfit(NamedTuple):
    """Colours are float64 [3] in 0..255; `sleeve` and `leg` are shares of the limb that cloth covers."""

    top: Fabric
    bottom: Fabric
    trim: Floats
    skin: Floats
    shoe: Floats
    sole: Floats
    sock: Floats
    lower: Lower
    opening: Opening
    sleeve: float
    leg: float
    hem: float
    """Lower edge of a skirt as a share of the way from hips to ankles."""
    sock_share: float
    belt: bool
    loose: float
    """Share by which sleeves and trousers are wider than the limb."""
    gloves: bool


def draw_outfit(rng: np.random.Generator, of: Proportions) -> Outfit:
    """Draw what one human wears."""
    top, bottom, accent, shoe = (rgb(code) for code in OUTFITS[int(rng.integers(len(OUTFITS)))])
    lower: Lower = _choose(rng, ("trousers", "wide", "shorts", "skirt", "dress"), _lower_weights(of.feminine))
    kind: PatternKind = PATTERNS[int(rng.choice(len(PATTERNS), p=_PATTERN_WEIGHTS))]
    below: PatternKind = "plain" if kind != "plain" else ("plain", "plain", "checks", "dots")[rng.integers(4)]
    size = of.scale * float(rng.uniform(0.05, 0.11))
    upper = Fabric(kind, top, accent, size, of.hip_y_m + 0.62 * (of.shoulder_y_m - of.hip_y_m))
    lower_accent = shade(bottom, 0.3 if bottom.mean() < 140 else -0.22)
    under = Fabric(below, bottom, lower_accent, size)
    if lower == "dress":
        under = upper._replace(kind="plain") if kind == "band" else upper
    return Outfit(
        upper, under, accent, pick(rng, SKINS), shoe, _sole(shoe),
        sock=pick(rng, ("ffffff", "2a2a33", "e9e2d4")), lower=lower,
        opening=_choose(rng, ("round", "vee", "jacket", "buttons", "high"), (3, 2, 2, 2, 1)),
        sleeve=float(rng.choice([0.0, 0.22, 0.26, 1.0, 1.0])), leg=_LEG[lower],
        hem=float(rng.uniform(0.32, 0.55)), sock_share=float(rng.choice([0.0, 0.3, 0.75, 0.95])),
        belt=bool(rng.random() < 0.5), loose=float(rng.uniform(0.02, 0.3)), gloves=bool(rng.random() < 0.06),
    )  # fmt: skip


_PATTERN_WEIGHTS = np.array([0.34, 0.18, 0.06, 0.12, 0.1, 0.06, 0.14])


def _lower_weights(feminine: float) -> tuple[float, ...]:
    return (3.0, 1.2, 2.0, 3.0 * feminine, 3.0 * feminine)


def _choose(rng: np.random.Generator, options: tuple[T, ...], weights: tuple[float, ...]) -> T:
    shares = np.array(weights, np.float64)
    return options[int(rng.choice(len(options), p=shares / shares.sum()))]


def _sole(shoe: Floats) -> Floats:
    return rgb("f5f2ea") if shoe.mean() < 190 else shade(shoe, -0.35)


def torso_colour(outfit: Outfit, of: Proportions, at_m: Floats) -> Floats:
    """Colour [..., 3] of the torso's cloth, or of bare skin, at points [..., 3] of the rest pose."""
    x, y, z = at_m[..., 0], at_m[..., 1], at_m[..., 2]
    unit, trunk = of.scale, of.shoulder_y_m - of.hip_y_m
    round_m = 0.9 * unit * of.girth
    turn = _turn(x, z, (y - of.shoulder_y_m) / unit, round_m)
    waist_y = of.hip_y_m + WAIST * trunk
    colour = outfit.top.colour(turn, round_m, y)
    front = z > 0
    if outfit.opening == "jacket":
        inner = front & (np.abs(x) < unit * (0.022 + 0.16 * np.clip((y - waist_y) / unit, 0, 1)))
        colour = mix(colour, rgb("f7f4ee") if outfit.trim.mean() < 200 else outfit.trim, inner)
    if outfit.opening == "buttons":
        near = np.hypot(x, (y / unit % 0.07 - 0.035) * unit) < 0.008 * unit
        colour = mix(colour, shade(outfit.top.base, -0.15), front & (np.abs(x) < 0.018 * unit))
        colour = mix(colour, outfit.trim, front & near)
    below = y < waist_y if outfit.lower != "dress" else y < waist_y - 9.0
    colour = mix(colour, outfit.bottom.colour(turn, round_m, y), below)
    if outfit.belt:
        belt = np.abs(y - waist_y) < 0.017 * unit
        colour = mix(colour, shade(outfit.shoe, -0.25), belt)
        colour = mix(colour, rgb("e2c26a"), belt & front & (np.abs(x) < 0.022 * unit))
    return _neckline(outfit, of, at_m, colour)


def _turn(x: Floats, z: Floats, above: Floats, round_m: float) -> Floats:
    """Share of the way round; on top of the shoulders it turns into the distance from the middle."""
    flat = np.where(z > 0, 0.5 + x / round_m, (1 - x / round_m) % 1)
    top = np.clip((above + 0.09) / 0.05, 0, 1)
    return np.asarray((np.arctan2(x, z) / (2 * np.pi) + 0.5) * (1 - top) + flat * top)


def _neckline(outfit: Outfit, of: Proportions, at_m: Floats, colour: Floats) -> Floats:
    """Cut a round hole for the neck, with a wedge below it in front, or none under a high collar."""
    if outfit.opening == "high":
        return colour
    unit = of.scale
    x, y, z = at_m[..., 0], at_m[..., 1], at_m[..., 2]
    out = np.sqrt(x**2 + (y - of.shoulder_y_m - 0.035 * unit) ** 2 + (0.8 * z) ** 2) - 0.078 * unit
    if outfit.opening in ("vee", "jacket"):
        wedge = 0.8 * (np.abs(x) - 0.5 * (y - of.shoulder_y_m + 0.13 * unit))
        out = np.where(z > 0, np.minimum(out, np.maximum(wedge, y - of.shoulder_y_m - 0.02 * unit)), out)
    colour = mix(colour, outfit.trim, out < 0.012 * unit)
    return mix(colour, outfit.skin, out < 0)


def arm_paint(outfit: Outfit, first: float, last: float, round_m: float, length_m: float) -> PaintOnLimb:
    """Paint of the arm's part between two shares of shoulder to wrist."""
    return PaintOnLimb(outfit.top, outfit.skin, outfit.trim, outfit.sleeve, first, last, round_m, length_m)


def leg_paint(outfit: Outfit, first: float, last: float, round_m: float, length_m: float) -> PaintOnLimb:
    """Paint of the leg's part between two shares of hip to ankle."""
    trim = shade(outfit.bottom.base, -0.18)
    paint = PaintOnLimb(outfit.bottom, outfit.skin, trim, outfit.leg, first, last, round_m, length_m)
    return paint._replace(sock=outfit.sock, sock_share=outfit.sock_share * 0.5)


class PaintOnLimb(NamedTuple):
    """Cloth down to a share of a limb with a trimmed edge, then skin, then perhaps a sock."""

    cloth: Fabric
    skin: Floats
    trim: Floats
    covered: float
    first: float
    last: float
    round_m: float
    length_m: float
    sock: Floats | None = None
    sock_share: float = 0.0

    def paint(self, u: Floats, v: Floats) -> Floats:
        """Colour [..., 3] at u, v [...]."""
        along = self.first + (self.last - self.first) * v
        edge = 0.025
        colour = mix(
            self.cloth.colour(u, self.round_m, along * self.length_m), self.trim, along > self.covered - edge
        )
        colour = mix(colour, self.skin, along > self.covered)
        if self.sock is not None:
            colour = mix(colour, self.sock, (along > 1 - self.sock_share) & (along > self.covered))
        return colour
