"""A courtyard: paving between an arcade and garden walls, with trees, benches and tubs, roofs beyond."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.art.brush import Colour
from models.world.places import furniture, nature, paints, skies
from models.world.places.colours import mixed, pick, tone
from models.world.places.furniture import Spot
from models.world.places.place import Place
from models.world.places.shell import Covering, shaded, standing_shadow, tiled
from models.world.places.site import Site

CAMERA_LOW_M = np.array([-1.7, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.7, 2.25, 4.7])
FRONT_M = 6.4


class Yard(NamedTuple):
    """Measures and wall colours of a courtyard."""

    half_m: float
    back_m: float
    wall: Colour
    trim: Colour


WALLS: tuple[tuple[Colour, Colour], ...] = (
    ((238, 214, 170), (186, 140, 108)),
    ((222, 160, 128), (246, 232, 212)), ((236, 232, 222), (112, 142, 172)),
    ((206, 192, 176), (150, 134, 122)), ((196, 212, 206), (242, 236, 222)), ((232, 190, 120), (166, 96, 76)),
)  # fmt: skip


def build_courtyard(seed: int) -> Place:
    """A courtyard of a seed."""
    rng = np.random.default_rng([seed, 6])
    site, hour = Site(), skies.draw_hour(rng)
    wall, trim = WALLS[int(rng.integers(len(WALLS)))]
    yard = Yard(float(rng.uniform(3.4, 5.2)), -float(rng.uniform(3.2, 5.5)), wall, trim)
    skies.add_sky(site, hour, rng)
    skies.add_ridge(site, mixed((110, 140, 130), hour.horizon, 0.5), 82.0, float(rng.uniform(6, 12)), rng)
    plaster = site.picture(paints.plaster(int(rng.integers(3)), wall, 5))
    stone = site.picture(paints.stone(1, trim))
    if rng.uniform() < 0.65:
        _arcade(site, yard, plaster, stone, rng)
    else:
        _garden_wall(site, (-yard.half_m, yard.back_m), (yard.half_m, yard.back_m), 2.2, yard, rng)
        _gate(site, yard, stone)
        _beyond(site, yard, rng)
    _sides(site, yard, plaster, stone, rng)
    _garden(site, yard, rng)
    _paving(site, yard, rng)
    return Place(
        "courtyard", False, site.solids(), skies.light_of(hour, rng), 1.8, CAMERA_LOW_M, CAMERA_HIGH_M
    )


def _arcade(site: Site, yard: Yard, plaster: int, stone: int, rng: np.random.Generator) -> None:
    """A two-storey front: round arches on pillars before a shady passage, windows above."""
    count = 3 + 2 * int(rng.integers(2))
    span, pillar, spring = 2 * yard.half_m / count, 0.42, float(rng.uniform(1.5, 1.9))
    radius = (span - pillar) / 2
    top = spring + radius + 0.35
    z, deep = yard.back_m, 1.7
    tall = top + 2.7
    for k in range(count):
        x = -yard.half_m + (k + 0.5) * span
        _arch(site, (x, spring, z), radius, span, top, (plaster, stone))
        _pane(site, (x, top + 1.0, z), (min(0.9, span * 0.45), 1.3), yard.trim, rng)
    for k in range(count + 1):
        x = -yard.half_m + k * span
        site.box((x, 0, z - 0.2), (pillar, spring, 0.42), stone, repeat_m=1.2, stands=True)
        site.box((x, spring - 0.08, z - 0.19), (pillar + 0.12, 0.12, 0.52), stone)
    site.sheet([-yard.half_m, tall, z], [2 * yard.half_m, 0, 0], [0, top - tall, 0], plaster, 2.4)
    site.box((0, top + 0.05, z + 0.02), (2 * yard.half_m, 0.12, 0.16), stone)
    dark = site.picture(paints.plaster(1, mixed(yard.wall, (60, 50, 80), 0.5)))
    site.sheet([-yard.half_m, top, z - deep], [2 * yard.half_m, 0, 0], [0, -top, 0], dark, 2.4)
    site.sheet([-yard.half_m, top, z - deep], [2 * yard.half_m, 0, 0], [0, 0, deep], dark, 2.4)
    for side in (-1, 1):
        x = side * (yard.half_m - 0.01)
        site.sheet([x, top, z - deep], [0, 0, deep], [0, -top, 0], dark, 2.4)
    for x in -yard.half_m + (np.arange(count) + 0.5) * span:
        _door(site, x, z - deep, yard.trim)
    roof = site.picture(paints.masonry(1, (170, 96, 78), (110, 62, 58), 8, 12))
    site.sheet([-yard.half_m, tall + 1.2, z - 2.2], [2 * yard.half_m, 0, 0], [0, -1.3, 2.6], roof, 2.0)


def _arch(site: Site, spring: tuple[float, float, float], radius: float, span: float, top: float,
          pictures: tuple[int, int]) -> None:  # fmt: skip
    """The wall over one round arch, and the arch's under side."""
    x, y, z = spring
    turn = np.linspace(np.pi, 0, 13)
    curve = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn), np.full(13, z)], -1)
    roofline = curve.copy()
    roofline[:, 1] = top
    curve[0, 0], curve[-1, 0] = x - radius, x + radius
    face = np.stack([roofline, curve])
    site.grid(face, face[..., :2] * [1, -1] / 2.4, pictures[0])
    for side in (-1, 1):
        edge = sorted((x + side * radius, x + side * span / 2))
        site.sheet([edge[0], top, z], [edge[1] - edge[0], 0, 0], [0, y - top, 0], pictures[0], 2.4)
    inner = np.stack([curve, curve - [0, 0, 0.4]])
    u, v = np.meshgrid(np.linspace(0, radius * np.pi, 13) / 1.2, [0, 0.33])
    site.grid(inner, np.stack([u, v], -1), pictures[1])
    rim = np.stack([curve + [0, 0, 0.02], curve + [0, 0, 0.02]])
    rim[0, :, 0] = x + (radius + 0.14) * np.cos(turn)
    rim[0, :, 1] = y + (radius + 0.14) * np.sin(turn)
    site.grid(rim, np.stack([u, v * 0.4], -1), pictures[1])


def _pane(site: Site, centre: tuple[float, float, float], size: tuple[float, float], trim: Colour,
          rng: np.random.Generator) -> None:  # fmt: skip
    """A window with shutters in a wall that faces +z."""
    x, y, z = centre
    width, height = size
    glass = site.colour(pick(rng, (86, 110, 150), (120, 150, 180), (70, 84, 116)))
    white, shutter = site.picture(paints.plaster(0, furniture.WHITE, 2)), site.picture(paints.timber(1, trim))
    site.box((x, y, z + 0.02), (width + 0.12, height + 0.12, 0.06), white)
    site.sheet([x - width / 2, y + height / 2, z + 0.065], [width, 0, 0], [0, -height, 0], glass)
    for bar in ((0.05, height), (width, 0.05)):
        site.box((x, y, z + 0.07), (*bar, 0.03), white)
    for side in (-1, 1):
        place = (x + side * (width * 0.75 + 0.08), y, z + 0.035)
        site.box(place, (width / 2, height, 0.05), shutter, repeat_m=0.7)
    site.box((x, y - height / 2 - 0.16, z + 0.12), (width + 0.1, 0.14, 0.2), shutter)
    bloom = site.picture(paints.leaves(1, (92, 150, 80), tone(rng.choice([0.0, 0.9, 0.13]), 0.6, 0.95)))
    for k in range(3):
        site.ball((x + (k - 1) * width / 3, y - height / 2 - 0.04, z + 0.13), (width / 5, 0.11, 0.1), bloom)


def _door(site: Site, x: float, z: float, trim: Colour) -> None:
    wood = site.picture(paints.boards(0, mixed(trim, (150, 100, 66), 0.62)))
    site.box((x, 1.05, z + 0.04), (1.0, 2.1, 0.08), wood, repeat_m=0.9)
    site.ball((x + 0.38, 1.0, z + 0.1), 0.03, site.colour((206, 176, 96)))


def _garden_wall(site: Site, a: tuple[float, float], b: tuple[float, float], tall: float, yard: Yard,
                 rng: np.random.Generator) -> None:  # fmt: skip
    """A wall from a to b (x, z) with a coping."""
    bricks = site.picture(paints.masonry(2, mixed(yard.wall, (150, 90, 76), 0.55), yard.trim, 8, 22))
    coping = site.picture(paints.stone(1, yard.trim))
    start, end = np.array(a), np.array(b)
    turn = float(np.arctan2(-(end - start)[1], (end - start)[0]))
    length, (x, z) = float(np.linalg.norm(end - start)), (start + end) / 2
    site.box((x, 0, z), (length, tall, 0.3), bricks, turn=turn, repeat_m=1.8, stands=True)
    site.box((x, tall + 0.05, z), (length + 0.1, 0.1, 0.42), coping, turn=turn)
    if rng.uniform() < 0.7:
        leaf = site.picture(paints.leaves(2, pick(rng, *nature.GREENS, nature.AUTUMN[1])))
        inwards = np.array([0.0, -0.12 * np.sign(z)] if a[1] == b[1] else [-0.12 * np.sign(x), 0.0])
        nature.ivy(site, start + inwards, end + inwards, tall, leaf, rng)


def _gate(site: Site, yard: Yard, stone: int) -> None:
    """A gate of two wings between pillars with lamps, in the middle of the back wall."""
    z = yard.back_m + 0.15
    wood = site.picture(paints.boards(2, mixed(yard.trim, (110, 80, 60), 0.4)))
    site.box((0, 1.0, z + 0.04), (1.8, 2.0, 0.06), wood, repeat_m=1.8)
    glow, iron = site.colour((255, 236, 176), lit=False), site.colour((60, 60, 68))
    site.box((0, 1.0, z + 0.08), (0.05, 2.0, 0.03), iron)
    for side in (-1, 1):
        site.box((side * 1.1, 0, z + 0.06), (0.4, 2.5, 0.4), stone, repeat_m=1.0, stands=True)
        site.ball((side * 1.1, 2.66, z + 0.06), 0.18, stone)
        site.box((side * 1.1, 1.85, z + 0.36), (0.14, 0.24, 0.14), iron)
        site.ball((side * 1.1, 1.86, z + 0.37), (0.09, 0.1, 0.09), glow)
        site.ball((side * 0.12, 1.0, z + 0.12), 0.035, iron)


def _beyond(site: Site, yard: Yard, rng: np.random.Generator) -> None:
    """Trees and house fronts that look over the wall."""
    bark = site.picture(paints.timber(3, nature.BARK))
    crowns = [site.picture(paints.leaves(k, leaf)) for k, leaf in enumerate(nature.GREENS[:3])]
    for x in np.arange(-11, 12, 3.1):
        crown = crowns[int(rng.integers(3))]
        z = yard.back_m - rng.uniform(2.0, 8.0)
        nature.round_tree(site, x + rng.normal(0, 0.6), 0.0, z, rng.uniform(4.2, 6.5), crown, bark, rng)


def _sides(site: Site, yard: Yard, plaster: int, stone: int, rng: np.random.Generator) -> None:
    """House walls or garden walls at the sides; behind the camera a wall."""
    deep = FRONT_M - yard.back_m
    for side in (-1, 1):
        x = side * yard.half_m
        if rng.uniform() < 0.5:
            _garden_wall(site, (x, yard.back_m), (x, FRONT_M), float(rng.uniform(1.6, 2.3)), yard, rng)
            continue
        site.box(
            (x + side * 1.5, 0, yard.back_m + deep / 2), (3.0, 5.0, deep), plaster, repeat_m=2.4, stands=True
        )
        site.box((x - side * 0.02, 0.3, yard.back_m + deep / 2), (0.08, 0.6, deep), stone, repeat_m=1.2)
        glass = site.colour((86, 110, 150))
        for z in np.arange(yard.back_m + 1.2, FRONT_M - 1, 2.3):
            site.box((x - side * 0.03, 1.8, z), (0.1, 1.3, 1.0), stone)
            site.box((x - side * 0.06, 1.8, z), (0.06, 1.1, 0.8), glass)
    _garden_wall(site, (-yard.half_m, FRONT_M), (yard.half_m, FRONT_M), 3.0, yard, rng)


def _garden(site: Site, yard: Yard, rng: np.random.Generator) -> None:
    """Benches along the walls, trees in beds, tubs with plants."""
    bark = site.picture(paints.timber(3, nature.BARK))
    blossoms = tone(rng.uniform(), 0.4, 1.0) if rng.uniform() < 0.4 else None
    crown = site.picture(paints.leaves(1, pick(rng, *nature.GREENS, nature.AUTUMN[0]), blossoms))
    rim = site.picture(paints.stone(2, yard.trim))
    soil = site.picture(paints.sand(1, (122, 92, 70)))
    for side in (-1, 1):
        if rng.uniform() < 0.85:
            x, z = side * (yard.half_m - 0.95), yard.back_m + rng.uniform(0.95, 1.7)
            site.box((x, 0, z), (1.1, 0.35, 1.1), rim, top=soil, repeat_m=1.2, stands=True)
            nature.round_tree(site, x, 0.35, z, rng.uniform(2.8, 3.8), crown, bark, rng)
        wood = pick(rng, (168, 120, 80), (120, 150, 130), (190, 90, 76))
        nature.bench(site, Spot(side * (yard.half_m - 0.6), yard.back_m * 0.3, -side * np.pi / 2), wood, 1)
        for z in (1.3, yard.back_m + 2.0):
            pot = pick(rng, (190, 110, 80), (120, 140, 160), (226, 206, 170))
            furniture.plant(
                site,
                Spot(side * (yard.half_m - 0.5), z),
                rng.uniform(0.7, 1.2),
                pot,
                pick(rng, *nature.GREENS),
                rng,
            )


def _paving(site: Site, yard: Yard, rng: np.random.Generator) -> None:
    stone = mixed(yard.wall, pick(rng, (150, 146, 150), (176, 140, 116), (130, 136, 150)), 0.6)
    joint, kind = mixed(stone, (60, 50, 60), 0.35), rng.uniform()
    if kind < 0.35:
        slabs = paints.tiles(int(rng.integers(3)), stone, mixed(stone, yard.trim, 0.4), 4)
    else:
        across = int(rng.integers(3, 7))
        slabs = paints.masonry(int(rng.integers(3)), stone, joint, across, 2 * across)
    covering = Covering(slabs, float(rng.uniform(1.8, 2.6)))
    wide, deep = 2 * yard.half_m + 0.6, FRONT_M - yard.back_m + 2.0
    picture = tiled(covering, wide, deep, 96)
    low = (-wide / 2, yard.back_m - 2.0)
    shadow = standing_shadow(site, low, (wide, deep), picture.shape[:2])
    site.sheet([low[0], 0, low[1]], [wide, 0, 0], [0, 0, deep], site.picture(shaded(picture, shadow)))
    lawn, reach = site.picture(paints.grass(1, (118, 156, 84))), skies.DOME_M + 1
    site.sheet([-reach, -0.05, -reach], [2 * reach, 0, 0], [0, 0, 2 * reach], lawn, 2.2)
