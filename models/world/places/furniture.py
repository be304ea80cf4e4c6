"""Furniture of boxes, cones and ellipsoids; each piece stands with its back to -z before it is turned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.world.art.brush import Colour
from models.world.places import paints
from models.world.places.colours import mixed
from models.world.places.site import Site

WHITE = (250, 246, 236)
BINDINGS: tuple[Colour, ...] = (
    (176, 72, 62), (60, 92, 138), (222, 172, 80), (92, 128, 98), (236, 222, 196), (120, 80, 106),
    (206, 120, 78), (96, 146, 152), (86, 66, 60), (214, 140, 146),
)  # fmt: skip


class Spot:
    """Where a piece stands: x, z and its turn round the vertical; `at` gives world points of its own axes."""

    def __init__(self, x: float, z: float, turn: float = 0.0) -> None:
        self.x, self.z, self.turn = x, z, turn

    def at(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """World point of (x, y, z) in the piece's own axes."""
        cos, sin = float(np.cos(self.turn)), float(np.sin(self.turn))
        return self.x + cos * x + sin * z, y, self.z - sin * x + cos * z


def block(site: Site, spot: Spot, low: Sequence[float], size: Sequence[float], picture: int,
          repeat_m: float = 0.8, front: int | None = None) -> None:  # fmt: skip
    """A box over the piece's own point `low`: the middle of its underside."""
    x, y, z = spot.at(*low)
    site.box((x, y + size[1] / 2, z), size, picture, turn=spot.turn, repeat_m=repeat_m, front=front)


def stand(site: Site, spot: Spot, width: float, depth: float) -> None:
    """Note a piece's rectangle on the floor."""
    site.footprints.append((spot.x, spot.z, width, depth, spot.turn))


def sofa(site: Site, spot: Spot, colour: Colour, cushions: Colour, width: float, variant: int) -> None:
    """A sofa 0.9 m deep with arms and cushions."""
    cover = site.picture(paints.cloth(variant, colour))
    dark = site.picture(paints.cloth(variant, mixed(colour, (40, 30, 50), 0.16)))
    stand(site, spot, width, 0.9)
    block(site, spot, (0, 0.08, 0.02), (width - 0.1, 0.22, 0.8), dark)
    seats = 2 if width < 1.9 else 3
    step = (width - 0.44) / seats
    for k in range(seats):
        x = (k - (seats - 1) / 2) * step
        block(site, spot, (x, 0.3, 0.08), (step - 0.02, 0.14, 0.72), cover)
        block(site, spot, (x, 0.445, -0.26), (step - 0.03, 0.36, 0.18), cover)
    block(site, spot, (0, 0.08, -0.42), (width - 0.1, 0.74, 0.14), dark)
    for side in (-1, 1):
        block(site, spot, (side * (width / 2 - 0.11), 0.05, 0), (0.2, 0.55, 0.88), dark)
        pillow = site.picture(paints.cloth(variant + 1, cushions))
        site.ball(
            spot.at(side * (width / 2 - 0.4), 0.62, -0.02), (0.23, 0.2, 0.09), pillow,
            turn=spot.turn + side * -0.25, lean=-0.3,
        )  # fmt: skip


def table(site: Site, spot: Spot, size: tuple[float, float, float], wood: Colour, variant: int) -> None:
    """A table of width, height and depth, on four legs."""
    width, height, depth = size
    picture = site.picture(paints.timber(variant, wood))
    stand(site, spot, width, depth)
    block(site, spot, (0, height - 0.05, 0), (width, 0.05, depth), picture)
    for sx in (-1, 1):
        for sz in (-1, 1):
            x, z = sx * (width / 2 - 0.06), sz * (depth / 2 - 0.06)
            site.cone(spot.at(x, 0.03, z), spot.at(x, height - 0.07, z), (0.025, 0.035), picture)


def chair(site: Site, spot: Spot, wood: Colour, variant: int) -> None:
    """A chair that looks to +z."""
    picture = site.picture(paints.timber(variant, wood))
    stand(site, spot, 0.42, 0.42)
    block(site, spot, (0, 0.42, 0), (0.42, 0.04, 0.42), picture)
    for x in (-0.18, 0.18):
        site.cone(spot.at(x, 0.03, 0.18), spot.at(x, 0.41, 0.18), (0.02, 0.022), picture)
        site.cone(spot.at(x, 0.03, -0.19), spot.at(x, 0.88, -0.22), (0.02, 0.022), picture)
    for y in (0.58, 0.74):
        block(site, spot, (0, y, -0.205), (0.36, 0.1, 0.02), picture)


def cupboard(site: Site, spot: Spot, size: tuple[float, float, float], wood: Colour, variant: int) -> None:
    """A chest of drawers or cupboard with knobs."""
    width, height, depth = size
    body = site.picture(paints.timber(variant, wood))
    face = site.picture(paints.timber(variant + 1, mixed(wood, WHITE, 0.22)))
    knob = site.colour(mixed(wood, (50, 36, 30), 0.7))
    stand(site, spot, width, depth)
    block(site, spot, (0, 0, 0), (width, height - 0.04, depth), body)
    block(site, spot, (0, height - 0.04, 0.01), (width + 0.05, 0.04, depth + 0.04), face)
    rows, columns = max(round(height / 0.3), 1), max(round(width / 0.6), 1)
    for row in range(rows):
        for column in range(columns):
            w, h = width / columns, (height - 0.12) / rows
            x, y = (column - (columns - 1) / 2) * w, 0.06 + row * h
            block(site, spot, (x, y, depth / 2 + 0.008), (w - 0.05, h - 0.03, 0.02), face, 0.9)
            site.ball(spot.at(x, y + h / 2, depth / 2 + 0.03), 0.018, knob)


def bookcase(
    site: Site, spot: Spot, size: tuple[float, float, float], wood: Colour, rng: np.random.Generator
) -> None:
    """A case of boards full of books, boxes and balls."""
    width, height, depth = size
    picture = site.picture(paints.timber(int(rng.integers(3)), wood))
    back = site.picture(paints.timber(3, mixed(wood, (40, 30, 40), 0.45)))
    stand(site, spot, width, depth)
    block(site, spot, (0, 0, -depth / 2 + 0.015), (width, height, 0.03), back)
    for side in (-1, 1):
        block(site, spot, (side * (width / 2 - 0.015), 0, 0.016), (0.03, height, depth), picture)
    shelves = max(round(height / 0.36), 2)
    covers = book_covers(site, rng)
    for row in range(shelves + 1):
        y = row * (height - 0.03) / shelves
        block(site, spot, (0, y, 0.016), (width - 0.07, 0.03, depth - 0.02), picture)
        if row < shelves:
            things(site, spot, y + 0.03, width - 0.12, height / shelves - 0.07, covers, rng)


def book_covers(site: Site, rng: np.random.Generator) -> list[int]:
    """Pictures of a few bindings: leather, cloth and paper colours."""
    chosen = rng.permutation(len(BINDINGS))[:5]
    return [site.picture(paints.cloth(4, BINDINGS[int(k)])) for k in chosen]


def things(
    site: Site, spot: Spot, y: float, width: float, height: float, covers: list[int],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """A row of books with gaps on a board `width` wide, at the height y."""
    x = -width / 2
    while x < width / 2 - 0.1:
        kind, thick = rng.uniform(), float(rng.uniform(0.05, 0.11))
        cover = covers[int(rng.integers(len(covers)))]
        if kind < 0.72:
            tall = height * rng.uniform(0.6, 0.92)
            block(site, spot, (x + thick / 2, y, 0.03), (thick - 0.006, tall, 0.17), cover, 0.4)
        elif kind < 0.82:
            thick = min(0.14, height * 0.7)
            site.ball(spot.at(x + thick / 2, y + thick / 2, 0.04), thick / 2 - 0.004, cover)
        x += thick


def plant(site: Site, spot: Spot, height: float, pot: Colour, leaf: Colour, rng: np.random.Generator) -> None:
    """A potted plant: long leaves that bend outwards, or a round crown on a stem."""
    clay = site.picture(paints.plaster(1, pot, 6))
    green = site.picture(paints.leaves(int(rng.integers(3)), leaf))
    rim = 0.09 + 0.07 * height
    stand(site, spot, 1.7 * rim, 1.7 * rim)
    site.cone(spot.at(0, 0.75 * rim, 0), spot.at(0, 1.5 * rim, 0), (0.75 * rim, rim), clay)
    if rng.uniform() < 0.45:
        bark = site.picture(paints.timber(2, (120, 92, 66)))
        site.cone(spot.at(0, rim, 0), spot.at(0, height * 0.7, 0), (0.03, 0.022), bark)
        for _ in range(5):
            dx, dy, dz = rng.normal(0, 0.12 * height, 3)
            crown = rng.uniform(0.13, 0.2) * height
            site.ball(spot.at(dx, height * 0.8 + dy * 0.5, dz), (crown, crown * 0.8, crown), green)
        return
    for angle in np.linspace(0, 2 * np.pi, int(rng.integers(9, 14)), endpoint=False):
        turn, reach = angle + rng.normal(0, 0.2), rng.uniform(0.2, 0.5)
        length = rng.uniform(0.25, 0.42) * height
        middle = spot.at(
            np.sin(turn) * reach * length, 1.6 * rim + length * 0.95, np.cos(turn) * reach * length
        )
        site.ball(middle, (0.07 * height**0.5, length, 0.018), green, turn=turn + spot.turn, lean=reach)


def lamp(site: Site, spot: Spot, height: float, shade: Colour) -> None:
    """A standing lamp whose shade glows."""
    metal, glow = site.colour((92, 80, 84)), site.colour(mixed(shade, (255, 244, 214), 0.6), lit=False)
    stand(site, spot, 0.3, 0.3)
    site.ball(spot.at(0, 0.03, 0), (0.15, 0.03, 0.15), metal)
    site.cone(spot.at(0, 0.03, 0), spot.at(0, height - 0.2, 0), (0.014, 0.014), metal)
    for k in range(8):
        a, b = (2 * np.pi * (k + side) / 8 for side in (0, 1))
        rings = [
            [spot.at(radius * np.sin(turn), y, radius * np.cos(turn)) for turn in (a, b)]
            for radius, y in ((0.1, height), (0.2, height - 0.26))
        ]
        site.grid(np.array(rings), np.array([[[0, 0], [1, 0]], [[0, 1], [1, 1]]]), glow)
