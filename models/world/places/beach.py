"""A beach: sand down to the sea with its foam, dunes, palms or parasols, islands in the haze."""

from __future__ import annotations

import numpy as np

from models.world.art.brush import Colour
from models.world.places import furniture, nature, paints, skies
from models.world.places.colours import mixed, pick, tone
from models.world.places.ground import Ground, add_ground, rolling
from models.world.places.place import Place
from models.world.places.site import Site

CAMERA_LOW_M = np.array([-1.7, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.7, 2.25, 4.7])
SEA_M = -0.22
SANDS: tuple[Colour, ...] = ((228, 202, 156), (218, 190, 150), (232, 214, 178), (198, 178, 154))
SEAS: tuple[Colour, ...] = ((58, 150, 178), (70, 170, 170), (62, 118, 168), (92, 146, 160))


def build_beach(seed: int) -> Place:
    """A beach of a seed."""
    rng = np.random.default_rng([seed, 7])
    site, hour = Site(), skies.draw_hour(rng)
    sand = pick(rng, *SANDS)
    ground = rolling(rng, float(rng.uniform(0.15, 0.4)), slope=-float(rng.uniform(0.07, 0.12)))
    skies.add_sky(site, hour, rng)
    islands = mixed((96, 130, 150), hour.horizon, float(rng.uniform(0.3, 0.6)))
    skies.add_ridge(site, islands, 86.0, float(rng.uniform(3.0, 8.0)), rng, islands=True)
    picture = site.picture(paints.sand(int(rng.integers(3)), sand))
    add_ground(site, ground, picture, float(rng.uniform(1.4, 2.2)))
    _sea(site, ground, mixed(pick(rng, *SEAS), hour.horizon, 0.12), rng)
    _shore(site, ground, rng)
    palms = rng.uniform() < 0.6
    for side, out, z in ((-1, 2.3, -3.0), (1, 2.7, -4.0), (-1, 5.2, -3.4), (1, 5.6, -1.5), (1, 1.6, -6.2)):
        x = side * (out + float(rng.uniform(0, 0.8)))
        if palms and rng.uniform() < 0.75:
            _palm(site, x, float(ground.height(x, z)), z, float(rng.uniform(3.0, 4.6)), rng)
        elif rng.uniform() < 0.7:
            _parasol(site, x, float(ground.height(x, z)), z, rng)
    return Place("beach", False, site.solids(), skies.light_of(hour, rng), 2.0, CAMERA_LOW_M, CAMERA_HIGH_M)


def _sea(site: Site, ground: Ground, colour: Colour, rng: np.random.Generator) -> None:
    """The sea's plane, a darker band far out, and foam along its edge."""
    water = site.picture(paints.water(int(rng.integers(3)), colour))
    reach = skies.DOME_M + 1
    site.sheet(
        [-reach, SEA_M, -reach], [2 * reach, 0, 0], [0, 0, reach - 4.0], water, float(rng.uniform(4, 6))
    )
    foam = site.picture(paints.plaster(2, (246, 250, 250), 3))
    x = np.linspace(-36, 36, 97)
    z = np.linspace(-40, -4, 1500)
    wet = ground.height(np.broadcast_to(x[:, None], (97, 1500)), np.broadcast_to(z, (97, 1500))) < SEA_M
    # The water's edge is the nearest sand that lies under the sea's level.
    edge = z[np.where(wet.any(1), 1499 - np.argmax(wet[:, ::-1], axis=1), 0)]
    for out, wide, rise in ((0.0, 0.5, 0.03), (1.6, 0.22, 0.025), (3.4, 0.16, 0.02)):
        wave = 0.12 * np.sin(x * 1.9 + out) + 0.1 * np.sin(x * 0.7 + 2 * out)
        thick = wide * (0.75 + 0.35 * np.sin(x * 2.7 + out * 3))
        rows = [edge - out + wave + 0.12, edge - out + wave - thick]
        points = np.stack([np.stack([x, np.full(97, SEA_M + rise), row], -1) for row in rows])
        site.grid(points, points[..., [0, 2]] / 2.0, foam)


def _shore(site: Site, ground: Ground, rng: np.random.Generator) -> None:
    """Stones, shells, starfish-coloured pebbles, dune grass, perhaps a boat."""
    rock = site.picture(paints.stone(int(rng.integers(3)), pick(rng, (128, 124, 130), (150, 132, 116))))
    for _ in range(int(rng.integers(6, 14))):
        x, z = rng.choice([-1, 1]) * rng.uniform(2.4, 9), rng.uniform(-11, 0.5)
        nature.boulder(site, x, float(ground.height(x, z)), z, rng.uniform(0.12, 0.7), rock, rng)
    shells = [site.colour(c) for c in ((250, 226, 214), (240, 178, 150), (220, 206, 226), (180, 120, 100))]
    for _ in range(40):
        turn, out = rng.uniform(0, 2 * np.pi), rng.uniform(2.3, 7)
        x, z = out * np.sin(turn), -abs(out * np.cos(turn))
        y, size = float(ground.height(x, z)), rng.uniform(0.03, 0.07)
        site.ball((x, y, z), (size, size * 0.6, size * 0.8), shells[int(rng.integers(4))], turn=float(turn))
    turns, outs = rng.uniform(0, 2 * np.pi, 200), rng.uniform(3.6, 9, 200)
    xs, zs = np.sin(turns) * outs, np.cos(turns) * outs * 0.5 - 1.0
    clear = (np.abs(xs) > 2.6) & (ground.height(xs, zs) > SEA_M + 0.1)
    spots = np.stack([xs, ground.height(xs, zs) - 0.02, zs], -1)[clear]
    nature.tufts(site, spots, 0.34, (150, 164, 96), rng)
    if rng.uniform() < 0.6:
        _boat(
            site,
            float(rng.choice([-1, 1]) * rng.uniform(3.0, 4.6)),
            -float(rng.uniform(4.8, 6.2)),
            ground,
            rng,
        )


def _boat(site: Site, x: float, z: float, ground: Ground, rng: np.random.Generator) -> None:
    """A rowing boat on the sand: ribs between two pointed ends."""
    planks = site.picture(paints.timber(1, tone(rng.uniform(), 0.4, 0.85)))
    along = np.linspace(-1, 1, 11)
    beam, keel = 0.62 * np.sqrt(1 - along**2 * 0.98), 0.12 * along**2
    turn, y = float(rng.uniform(-0.9, 0.9)), float(ground.height(x, z))
    spot = furniture.Spot(x, z, turn)
    hull = []
    for share, up in ((-1.0, 0.55), (-0.75, 0.2), (0.0, 0.0), (0.75, 0.2), (1.0, 0.55)):
        lift = 0.22 * along**2 * (up > 0.4)
        hull.append([
            spot.at(a * 1.5, y + up + k + h - 0.03, share * b)
            for a, b, k, h in zip(along, beam, keel, lift, strict=True)
        ])  # fmt: skip
    u, v = np.meshgrid([0, 0.6, 1.3, 2.0, 2.6], along * 1.5)
    site.grid(np.array(hull), np.stack([v.T / 2, u.T / 2], -1), planks)
    seat = site.picture(paints.timber(0, (196, 158, 112)))
    for a in (-0.6, 0.5):
        furniture.block(site, spot, (a, y + 0.36, 0), (0.2, 0.03, 1.02), seat)


def _palm(site: Site, x: float, y: float, z: float, height: float, rng: np.random.Generator) -> None:
    """A bent trunk of rings and a crown of drooping leaves."""
    bark, green = site.picture(paints.timber(2, (160, 128, 92))), site.picture(paints.grass(2, (92, 150, 84)))
    bend, turn = rng.uniform(0.1, 0.3) * height, rng.uniform(0, 2 * np.pi)
    t = np.linspace(0, 1, 7)[:, None]
    lean = bend * np.array([np.sin(turn), 0.0, np.cos(turn)])
    # Palms lean outwards, not over the stage.
    lean[0] = abs(lean[0]) * np.sign(x)
    line = np.array([x, y - 0.1, z]) + t * [0, height, 0] + t**2 * lean
    for k in range(6):
        site.cone(line[k], line[k + 1], (0.15 - 0.012 * k, 0.125 - 0.012 * k), bark)
    for angle in np.linspace(0, 2 * np.pi, 10)[:-1] + rng.uniform(0, 1):
        out, side = np.array([np.sin(angle), 0, np.cos(angle)]), np.array([np.cos(angle), 0, -np.sin(angle)])
        s = np.linspace(0, 1, 7)
        reach, rise = 0.36 * height * rng.uniform(0.8, 1.1), rng.uniform(0.15, 0.5)
        spine = (
            line[-1]
            + np.outer(s * reach, out)
            + np.outer(rise * np.sin(s * np.pi * 0.7) - 0.75 * s**2, [0, 1, 0])
        )
        wide = 0.22 * np.sin(np.pi * (0.1 + 0.9 * s)) ** 0.7
        drop = np.outer(wide * 0.7, [0, 1, 0])
        rows = [spine - np.outer(wide, side) - drop, spine, spine + np.outer(wide, side) - drop]
        u, v = np.meshgrid([0, 0.15, 0.3], s * reach / 1.6)
        site.grid(np.array(rows), np.stack([u.T, v.T], -1), green)


def _parasol(site: Site, x: float, y: float, z: float, rng: np.random.Generator) -> None:
    """A parasol with a deck chair's box below."""
    first = tone(rng.choice([0.0, 0.09, 0.55, 0.45]), 0.6, 0.92)
    cloth, pole = site.picture(paints.striped(1, first, furniture.WHITE, 4)), site.colour((236, 228, 214))
    site.cone([x, y - 0.1, z], [x, y + 2.2, z], (0.025, 0.025), pole)
    turns = np.linspace(0, 2 * np.pi, 17)
    rings = [(0.0, 2.3), (0.7, 2.12), (1.2, 1.82), (1.22, 1.7)]
    points = [[[x + r * np.sin(a), y + h, z + r * np.cos(a)] for a in turns] for r, h in rings]
    u, v = np.meshgrid(turns / np.pi, [0.0, 0.35, 0.62, 0.7])
    site.grid(np.array(points), np.stack([u, v], -1), cloth)
    towel = site.picture(paints.striped(2, tone(rng.uniform(), 0.5, 0.9), furniture.WHITE, 3))
    site.box(
        (x, y + 0.06, z + 0.2), (0.7, 0.08, 1.6), towel, turn=float(rng.uniform(-0.4, 0.4)), repeat_m=0.7
    )
