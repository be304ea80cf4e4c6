"""A street of small shops on both sides: paving, pavements, awnings, lanterns, and a town at its end."""

from __future__ import annotations

from functools import cache

import numpy as np

from models.world.art import shop_fronts
from models.world.art.brush import Colour
from models.world.places import furniture, nature, paints, skies
from models.world.places.colours import mixed, pick, tone
from models.world.places.furniture import Spot
from models.world.places.paints import Picture
from models.world.places.place import Place
from models.world.places.shell import Covering, shaded, standing_shadow, tiled
from models.world.places.site import Site

CAMERA_LOW_M = np.array([-1.6, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.6, 2.25, 4.7])
SHOP_M, FRONT_M = 3.4, 3.4 * 560 / 360
PAVED_BACK_M, PAVED_FRONT_M = -5.0, 5.4
ROOFS: tuple[Colour, ...] = ((150, 88, 76), (110, 96, 120), (96, 110, 126), (176, 120, 84), (88, 112, 104))
PAVINGS: tuple[tuple[Colour, Colour], ...] = (
    ((168, 158, 152), (124, 114, 112)), ((150, 132, 150), (108, 92, 116)), ((188, 168, 140), (142, 122, 102)),
    ((142, 150, 160), (104, 110, 124)), ((176, 128, 108), (128, 92, 84)),
)  # fmt: skip


def build_street(seed: int) -> Place:
    """A street of a seed."""
    rng = np.random.default_rng([seed, 3])
    site, hour = Site(), skies.draw_hour(rng)
    half, richness = float(rng.uniform(3.0, 4.2)), float(rng.uniform(0.3, 1.0))
    skies.add_sky(site, hour, rng)
    skies.add_ridge(site, mixed((110, 140, 140), hour.horizon, 0.55), 82.0, float(rng.uniform(5, 10)), rng)
    fronts = [site.picture(front) for front in _fronts(int(rng.integers(4)))]
    for side in (-1, 1):
        _row(site, side, half, fronts, richness, rng)
    _town(site, half, mixed(hour.horizon, hour.middle, 0.3), rng)
    if rng.uniform() < 0.35 + 0.5 * richness:
        for z in (-2.2, -5.0, -8.5, -12.5):
            _lanterns(site, half, z + rng.uniform(-0.4, 0.4), rng)
    _paving(site, half, rng)
    return Place("street", False, site.solids(), skies.light_of(hour, rng), 1.8, CAMERA_LOW_M, CAMERA_HIGH_M)


@cache
def _fronts(variant: int) -> tuple[Picture, ...]:
    row = shop_fronts.shop_row(np.random.default_rng(variant), shaded=False)
    width = shop_fronts.SHOP_WIDTH
    return tuple(np.ascontiguousarray(row[:, k * width : (k + 1) * width]) for k in range(shop_fronts.SHOPS))


def _row(site: Site, side: int, half: float, fronts: list[int], richness: float,
         rng: np.random.Generator) -> None:  # fmt: skip
    """Houses along one side from behind the camera to the far end, not quite in line."""
    order = rng.permutation(len(fronts))
    turn = -side * np.pi / 2
    for number in range(8):
        z = 8.5 - (number + 0.5) * SHOP_M
        set_back = float(rng.uniform(0, 0.25))
        depth = 4.0
        x = side * (half + set_back + depth / 2)
        wall = site.picture(paints.plaster(0, pick(rng, (222, 204, 180), (204, 186, 178), (190, 196, 204))))
        front = fronts[int(order[number % len(fronts)])]
        size = (SHOP_M, FRONT_M, depth)
        site.box((x, 0, z), size, wall, turn=turn, repeat_m=2.5, front=front, stands=True)
        _roof(site, x, z, depth, rng)
        spot = Spot(side * (half + set_back), z, turn)
        if rng.uniform() < 0.4 + 0.4 * richness:
            _awning(site, spot, rng)
        if rng.uniform() < 0.3 + 0.6 * richness:
            _wares(site, spot, rng)
        elif rng.uniform() < 0.6:
            leaf = pick(rng, *nature.GREENS)
            furniture.plant(site, Spot(*spot.at(1.3, 0, 0.4)[::2]), 1.0, (178, 110, 84), leaf, rng)
    sheet = site.picture(paints.plaster(1, (120, 112, 116)))
    site.box((side * (half - 0.02), 0.0, -5.0), (0.9, 0.07, 27.0), sheet, repeat_m=1.5, stands=True)


def _roof(site: Site, x: float, z: float, depth: float, rng: np.random.Generator) -> None:
    colour = pick(rng, *ROOFS)
    tiles = site.picture(paints.masonry(1, colour, mixed(colour, (40, 30, 40), 0.4), 8, 12))
    eaves, width, rise = depth / 2 + 0.3, SHOP_M, float(rng.uniform(1.0, 1.9))
    length = float(np.hypot(eaves, rise))
    for sign in (-1, 1):
        start = [x + sign * eaves, FRONT_M - 0.1, z - sign * width / 2]
        site.sheet(start, [0, 0, sign * width], [-sign * eaves, rise, 0], tiles, 2.0, (0.0, 0.03 * length))
    for end in (-1, 1):
        gable = np.array(
            [[x - eaves, FRONT_M - 0.1, 0], [x + eaves, FRONT_M - 0.1, 0], [x, FRONT_M + rise - 0.1, 0]]
        )
        gable[:, 2] = z + end * (width / 2 - 0.02)
        site.mesh(gable[None], gable[None, :, :2] / 2, tiles)


def _awning(site: Site, spot: Spot, rng: np.random.Generator) -> None:
    cloth = site.picture(
        paints.striped(1, tone(rng.choice([0.01, 0.1, 0.4, 0.58, 0.92]), 0.5, 0.84), furniture.WHITE, 6)
    )
    low, out = 2.45, float(rng.uniform(0.6, 1.0))
    wide = SHOP_M - 0.3
    points = [
        [spot.at(x, y, z) for x in (-wide / 2, wide / 2)]
        for y, z in ((3.0, 0.01), (low, out), (low - 0.2, out))
    ]
    v = np.array([0.0, np.hypot(out, 3.0 - low), np.hypot(out, 3.0 - low) + 0.2])
    u, rows = np.meshgrid([0, wide / 2], v / 2)
    site.grid(np.array(points), np.stack([u, rows], -1), cloth)


def _wares(site: Site, spot: Spot, rng: np.random.Generator) -> None:
    """Crates of fruit, or tubs of flowers, before a shop window."""
    crate = site.picture(paints.timber(0, (190, 144, 96)))
    for k in range(int(rng.integers(1, 4))):
        x, high = -0.9 + 0.62 * k, float(rng.choice([0.3, 0.5]))
        centre = Spot(*spot.at(x, 0, 0.42)[::2], spot.turn)
        furniture.stand(site, centre, 0.55, 0.5)
        furniture.block(site, centre, (0, 0.075, 0), (0.55, high, 0.45), crate)
        fruit = site.picture(paints.plaster(2, tone(rng.choice([0.0, 0.03, 0.09, 0.14, 0.28]), 0.72, 0.88)))
        for a in range(3):
            for b in range(2):
                site.ball(centre.at(-0.17 + 0.17 * a, 0.1 + high, -0.1 + 0.2 * b), 0.095, fruit)


def _town(site: Site, half: float, haze: Colour, rng: np.random.Generator) -> None:
    """Houses beyond the street's end, hazier and higher the farther."""
    for row, z in enumerate((-22.0, -29.0, -38.0)):
        for x in np.arange(-24 + 3 * row, 25, 4.6):
            if abs(x) < half - 0.6 and row == 0:
                continue
            base = mixed(
                pick(rng, (214, 178, 150), (196, 170, 176), (176, 186, 196), (224, 206, 170)),
                haze,
                0.2 * (row + 1),
            )
            wall = site.picture(_house(row, base, mixed((255, 226, 150), haze, 0.1 * row)))
            tall, wide = float(rng.uniform(4.5, 8)) + row, float(rng.uniform(3.6, 4.5))
            site.sheet([x - wide / 2, tall, z], [wide, 0, 0], [0, -tall - 0.5, 0], wall, wide)
            roof = site.colour(mixed(pick(rng, *ROOFS), haze, 0.25 * (row + 1)))
            gable = np.array(
                [
                    [x - wide / 2 - 0.3, tall, z + 0.1],
                    [x + wide / 2 + 0.3, tall, z + 0.1],
                    [x, tall + 2.2, z - 1.5],
                ]
            )
            site.mesh(gable[None], np.zeros((1, 3, 2)) + 0.5, roof)


@cache
def _house(variant: int, wall: Colour, glow: Colour) -> Picture:
    rng = np.random.default_rng(variant)
    picture = np.array(paints.plaster(variant, wall)[:160, :120])
    for y in (14, 70, 126):
        for x in (16, 50, 84):
            colour = glow if rng.uniform() < 0.5 else mixed(wall, (60, 70, 110), 0.5)
            picture[y - 2 : y + 32, x - 2 : x + 22] = mixed(wall, (255, 255, 255), 0.4)
            picture[y : y + 30, x : x + 20] = colour
    return picture


def _lanterns(site: Site, half: float, z: float, rng: np.random.Generator) -> None:
    """A rope across the street with glowing paper lanterns."""
    rope = site.colour((70, 50, 70))
    at = np.linspace(-1, 1, 9)
    points = np.stack([at * half, 3.5 - 0.5 * (1 - at**2), np.full(9, z)], -1)
    for a, b in zip(points[:-1], points[1:], strict=True):
        site.cone(a, b, (0.012, 0.012), rope)
    for point in points[1:-1]:
        colour = pick(rng, (255, 120, 96), (255, 206, 110), (250, 150, 170))
        paper = site.picture(_paper(colour), lit=False)
        site.ball(point - [0, 0.24, 0], (0.16, 0.19, 0.16), paper)


@cache
def _paper(colour: Colour) -> Picture:
    rows = np.linspace(0, 1, 64)
    glow = np.exp(-(((rows - 0.55) / 0.25) ** 2))[:, None] * 0.6
    ribs = 1 - 0.16 * (np.arange(64) % 8 == 0)[:, None]
    column = (np.array(colour) * (1 - glow) + np.array((255, 246, 206)) * glow) * ribs
    column[:4] = column[-4:] = (92, 60, 66)
    return np.ascontiguousarray(np.repeat(column[:, None], 32, 1).astype(np.uint8))


def _paving(site: Site, half: float, rng: np.random.Generator) -> None:
    """Setts: with shadows round the stage, plain beyond."""
    stone, joint = PAVINGS[int(rng.integers(len(PAVINGS)))]
    across = int(rng.integers(4, 8))
    setts = paints.masonry(
        int(rng.integers(3)), stone, joint, across, 2 * round(across * rng.uniform(0.6, 0.9))
    )
    covering = Covering(setts, float(rng.uniform(2.0, 2.8)))
    wide = 2 * half + 1.0
    depth = PAVED_FRONT_M - PAVED_BACK_M
    near = tiled(covering, wide, depth, 90)
    shadow = standing_shadow(site, (-wide / 2, PAVED_BACK_M), (wide, depth), near.shape[:2])
    site.sheet([-wide / 2, 0, PAVED_BACK_M], [wide, 0, 0], [0, 0, depth], site.picture(shaded(near, shadow)))
    far, reach = site.picture(setts), skies.DOME_M + 1
    for low, high in ((-reach, PAVED_BACK_M), (PAVED_FRONT_M, reach)):
        site.sheet([-wide / 2, 0, low], [wide, 0, 0], [0, 0, high - low], far, covering.repeat_m)
    for side in (-1, 1):
        start = [-reach if side < 0 else wide / 2, 0, -reach]
        site.sheet(start, [reach - wide / 2, 0, 0], [0, 0, 2 * reach], far, covering.repeat_m)
