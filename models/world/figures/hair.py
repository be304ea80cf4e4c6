"""Hair and hats: a cap of hair that meets the head in a hairline, with locks, tails, buns or a brim."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.world.figures.layout import Draft, Hold
from models.world.figures.palette import DREAMT_HAIRS, HAIRS, OUTFITS, pick, rgb, shade
from models.world.figures.patterns import bake
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats

HairKind = Literal[
    "cropped", "short", "bob", "long", "bun", "buns", "ponytail", "twintails", "spiky", "curly"
]
HatKind = Literal["none", "cap", "beanie", "straw"]

ROOTS = np.array([0.0, 0.16, -0.2])
"""Middle of the cap of hair in the head's unit sphere: where both meet is the hairline, a plane."""
CAP = 1.035


class Hair(NamedTuple):
    """One head of hair."""

    kind: HairKind
    hat: HatKind
    colour: Floats
    hat_colour: Floats
    hat_trim: Floats
    fringe: Floats
    """[9]: heights of its edge on the forehead, from right to left, in the head's unit sphere."""
    part: float
    """Where it is parted, -1 right to 1 left."""


def draw_hair(rng: np.random.Generator, of: Proportions) -> Hair:
    """Draw one head of hair."""
    dreamt = of.build in ("drawn", "chibi") and rng.random() < 0.6
    fem = of.feminine if of.build not in ("child", "chibi") else float(rng.random())
    names: tuple[HairKind, ...] = (
        "cropped", "short", "bob", "long", "bun", "buns", "ponytail", "twintails", "spiky", "curly",
    )  # fmt: skip
    playful = 1.0 if of.build in ("drawn", "chibi", "child") else 0.25
    weights = np.array(
        [1.2 - fem, 2.6 - 2 * fem, 1.6 * fem, 2 * fem, 1.2 * fem, 0.8 * fem * playful, 1.6 * fem,
         1.4 * fem * playful, 2 * (1 - 0.7 * fem) * playful, 0.6]
    )  # fmt: skip
    hats: tuple[HatKind, ...] = ("none", "cap", "beanie", "straw")
    top, _, trim, _ = OUTFITS[int(rng.integers(len(OUTFITS)))]
    middle = rng.uniform(0.38, 0.5)
    return Hair(
        names[int(rng.choice(len(names), p=weights / weights.sum()))],
        hats[int(rng.choice(4, p=[0.78, 0.09, 0.07, 0.06]))],
        pick(rng, DREAMT_HAIRS if dreamt else HAIRS), rgb(top), rgb(trim),
        middle + rng.uniform(-0.1, 0.1, 9) * (np.arange(9) % 2 * 2 - 1), float(rng.uniform(-0.8, 0.8)),
    )  # fmt: skip


def roots_plane(grown: float = 0.0) -> Floats:
    """Plane [4] of the hairline in the head's unit sphere, moved outwards by `grown`."""
    return np.array([*ROOTS, (ROOTS @ ROOTS + 1 - CAP**2) / 2 - 0.2 * grown])


class _Barber:
    """Adds hair in the head's own units: x, y, z from its middle in shares of its radii."""

    def __init__(self, draft: Draft, of: Proportions, hair: Hair, centre_m: Floats) -> None:
        self.draft, self.radii, self.centre, self.hair = draft, of.head_m, centre_m, hair
        self.texture = draft.texture(bake(lambda u, v: _strands(hair.colour, u, v), 128, 96))
        self.unit = float(of.head_m[1])

    def at(self, place: ArrayLike) -> Floats:
        return np.asarray(self.centre + np.asarray(place, np.float64) * self.radii)

    def ball(
        self, place: ArrayLike, radii: ArrayLike, texture: int | None = None, nod_deg: float = 0.0
    ) -> None:
        """An ellipsoid, turned forwards by `nod_deg`."""
        size = np.asarray(radii, np.float64) * self.radii
        turn = np.deg2rad(nod_deg)
        axes = [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]
        number = self.texture if texture is None else texture
        self.draft.ellipsoid("Head", self.at(place), size, number, "hair", axes)

    def lock(
        self,
        ends: tuple[ArrayLike, ArrayLike],
        radii: tuple[float, float],
        falls: tuple[float, float] = (0, 0),
    ) -> None:
        """A lock between two places; `falls` are the shares by which its ends follow the chest."""
        holds: list[Hold] = [{"Head": 1 - share, "Chest": share} if share else "Head" for share in falls]
        self.draft.cone(
            (holds[0], holds[1]), [self.at(ends[0]), self.at(ends[1])], np.array(radii) * self.unit,
            self.texture, "hair",
        )  # fmt: skip


def _strands(colour: Floats, u: Floats, v: Floats) -> Floats:
    wave = np.sin(2 * np.pi * 14 * u + 1.5 * np.sin(5 * v)) + 0.6 * np.sin(2 * np.pi * 31 * u + 2 * v)
    shine = np.exp(-(((v - 0.3 - 0.025 * np.sin(2 * np.pi * 14 * u)) / 0.055) ** 2))
    base = colour * (0.95 + 0.05 * wave[..., None])
    return np.asarray(base + (shade(colour, 0.35) - base) * 0.55 * shine[..., None])


def add_hair(draft: Draft, of: Proportions, hair: Hair, centre_m: Floats) -> None:
    """Add hair and hat to the head about `centre_m`."""
    barber = _Barber(draft, of, hair, centre_m)
    hatted = hair.hat != "none"
    if hair.kind != "cropped" and not hatted:
        swell = 1.16 if hair.kind == "curly" else CAP
        barber.ball(ROOTS * (1.9 if hair.kind == "curly" else 1.0), np.full(3, swell))
    if hair.kind not in ("cropped", "curly", "spiky") and not hatted:
        _fringe(barber, hair)
    if hair.kind in (_UNDER_HATS if hatted else _STYLES):
        _STYLES[hair.kind](barber, of)
    if hatted:
        _hat(barber, hair)


def _fringe(barber: _Barber, hair: Hair) -> None:
    """Locks over the forehead, combed away from the parting."""
    for place in np.linspace(-0.95, 0.95, 7):
        side = place - 0.55 * hair.part
        base = _direction(45 * place + 30 * hair.part, 58)
        height = float(np.interp(place, np.linspace(-1, 1, 9), hair.fringe)) - 0.06
        tip = _direction(60 * place + 14 * np.sign(side), np.rad2deg(np.arcsin(np.clip(height, -1, 1))))
        barber.lock((base * 0.9, tip * 1.0), (0.24, 0.03))


def _direction(azimuth_deg: float, up_deg: float) -> Floats:
    around, up = np.deg2rad(azimuth_deg), np.deg2rad(up_deg)
    return np.array([np.cos(up) * np.sin(around), np.sin(up), np.cos(up) * np.cos(around)])


def _bob(barber: _Barber, of: Proportions) -> None:
    barber.ball((0, -0.22, -0.36), (1.1, 0.95, 0.82))
    for sign in (1, -1):
        barber.lock(((sign * 0.86, 0.35, 0.25), (sign * 0.88, -0.8, 0.2)), (0.21, 0.04))


def _long(barber: _Barber, of: Proportions) -> None:
    barber.ball((0, -0.2, -0.38), (1.08, 0.9, 0.78))
    drop = (of.chin_y_m - of.hip_y_m - 0.35 * (of.shoulder_y_m - of.hip_y_m)) / of.head_m[1] + 1
    back = -0.2 - 0.13 * of.scale * (0.35 + 0.65 * of.girth) / of.head_m[2]
    for x in (-0.62, -0.21, 0.21, 0.62):
        barber.lock(((x, -0.3, -0.62), (x * 0.95, -1.25, min(back, -0.7))), (0.42, 0.34), (0, 0.35))
        barber.lock(((x * 0.95, -1.25, min(back, -0.7)), (x * 0.7, -drop, back)), (0.34, 0.14), (0.35, 0.85))
    for sign in (1, -1):
        barber.lock(((sign * 0.86, 0.35, 0.22), (sign * 0.9, -1.15, 0.28)), (0.21, 0.03))


def _bun(barber: _Barber, of: Proportions) -> None:
    barber.ball((0, 0.62, -0.92), (0.42, 0.38, 0.4))


def _buns(barber: _Barber, of: Proportions) -> None:
    for sign in (1, -1):
        barber.ball((sign * 0.72, 0.82, -0.2), (0.36, 0.34, 0.36))


def _ponytail(barber: _Barber, of: Proportions) -> None:
    places = ((0, 0.55, -0.95), (0, 0.35, -1.5), (0, -0.5, -1.72), (0, -1.7, -1.5))
    for first, last, radii, falls in zip(
        places[:-1],
        places[1:],
        ((0.2, 0.3), (0.3, 0.29), (0.29, 0.06)),
        ((0, 0), (0, 0.1), (0.1, 0.4)),
        strict=True,
    ):
        barber.lock((first, last), radii, falls)


def _twintails(barber: _Barber, of: Proportions) -> None:
    for sign in (1, -1):
        places = [
            (sign * x, y, z)
            for x, y, z in ((0.85, 0.4, -0.35), (1.4, 0.25, -0.45), (1.6, -0.7, -0.4), (1.45, -1.9, -0.3))
        ]
        for first, last, radii, falls in zip(
            places[:-1],
            places[1:],
            ((0.16, 0.27), (0.27, 0.25), (0.25, 0.05)),
            ((0, 0), (0, 0.1), (0.1, 0.3)),
            strict=True,
        ):
            barber.lock((first, last), radii, falls)


def _spiky(barber: _Barber, of: Proportions) -> None:
    for row, (up, count) in enumerate(((8, 9), (34, 9), (62, 6), (86, 1))):
        for step in range(count):
            azimuth = 360 * (step + 0.5 * (row % 2)) / count
            if up < 30 and np.cos(np.deg2rad(azimuth)) > 0.2:
                continue
            base = _direction(azimuth, up)
            lean = np.array([0.22 * barber.hair.part, -0.1 if base[2] > 0.3 else 0.12, -0.1])
            barber.lock((base * 0.88 + ROOTS * 0.5, base * 1.42 + lean), (0.34, 0.03))
    for place in (-0.75, -0.35, 0.05, 0.45, 0.8):
        barber.lock(
            (_direction(50 * place, 60), _direction(66 * place + 10 * barber.hair.part, 24) * 1.02),
            (0.2, 0.03),
        )


def _curly(barber: _Barber, of: Proportions) -> None:
    for row, (up, count) in enumerate(((-15, 8), (15, 9), (45, 8), (74, 4))):
        for step in range(count):
            azimuth = 360 * (step + 0.5 * (row % 2)) / count
            place = _direction(azimuth, up)
            if place @ ROOTS > 0.03:
                barber.ball(place * 1.08 + ROOTS * 0.5, np.full(3, 0.4))


_STYLES = {
    "bob": _bob, "long": _long, "bun": _bun, "buns": _buns, "ponytail": _ponytail,
    "twintails": _twintails, "spiky": _spiky, "curly": _curly,
}  # fmt: skip
_UNDER_HATS = ("bob", "long", "twintails")


def _hat(barber: _Barber, hair: Hair) -> None:
    def cloth(u: Floats, v: Floats) -> Floats:
        band = ((v > 0.36 if hair.hat == "straw" else v > 0.46) & (v < 0.62))[..., None]
        return np.where(band, hair.hat_trim, colour) + 0 * u[..., None]

    colour = rgb("e5c98b") if hair.hat == "straw" else hair.hat_colour
    dome = barber.draft.texture(bake(cloth, 32, 64)) if hair.hat != "cap" else -1
    plain = barber.draft.texture(bake(lambda u, v: np.broadcast_to(colour, (*u.shape, 3)), 8, 8))
    if hair.hat == "straw":
        barber.ball((0, 0.4, -0.08), (1.03, 0.72, 1.02), dome)
        barber.ball((0, 0.4, -0.1), (1.8, 0.07, 1.8), plain)
        return
    barber.ball((0, 0.3, -0.13), (1.08, 0.86, 1.05), plain if dome < 0 else dome)
    if hair.hat == "cap":
        brim = barber.draft.texture(
            bake(lambda u, v: np.broadcast_to(shade(colour, -0.22), (*u.shape, 3)), 8, 8)
        )
        barber.ball((0, 0.4, 0.95), (0.78, 0.06, 0.6), brim, nod_deg=14)
    if hair.hat == "beanie":
        barber.ball((0, 1.22, -0.15), (0.26, 0.24, 0.26), plain)
