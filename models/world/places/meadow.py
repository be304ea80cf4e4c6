"""A meadow: rolling grass with trees, stones, flowers and a fence before hazy hills."""

from __future__ import annotations

import numpy as np

from models.world.art.brush import Colour
from models.world.places import nature, paints, skies
from models.world.places.colours import mixed, pick, tone
from models.world.places.ground import Ground, add_ground, rolling
from models.world.places.place import Place
from models.world.places.site import Site

CAMERA_LOW_M = np.array([-1.7, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.7, 2.25, 4.7])
SEASONS: dict[str, tuple[tuple[Colour, ...], Colour]] = {
    "summer": (nature.GREENS, (112, 158, 74)),
    "autumn": (nature.AUTUMN, (158, 158, 82)),
    "spring": ((*nature.GREENS[:2], nature.BLOSSOM), (128, 178, 88)),
}


def build_meadow(seed: int) -> Place:
    """A meadow of a seed."""
    rng = np.random.default_rng([seed, 2])
    site, hour = Site(), skies.draw_hour(rng)
    leaves, green = SEASONS[str(rng.choice(list(SEASONS)))]
    ground = rolling(rng, float(rng.uniform(0.7, 2.2)), slope=float(rng.uniform(0.0, 0.06)))
    skies.add_sky(site, hour, rng)
    hazy = mixed(green, hour.horizon, 0.45)
    for share, far, tall in ((0.8, 84.0, 11.0), (0.55, 74.0, 7.0), (0.25, 64.0, 3.6)):
        skies.add_ridge(site, mixed(hazy, hour.middle, share), far, tall * rng.uniform(0.7, 1.3), rng)
    flowers = tone(rng.uniform(), 0.35, 1.0) if rng.uniform() < 0.7 else None
    turf = paints.grass(int(rng.integers(3)), green, flowers)
    add_ground(site, ground, site.picture(turf), float(rng.uniform(1.6, 2.4)))
    _trees(site, ground, leaves, rng)
    _stones(site, ground, rng)
    _blades(site, ground, green, rng)
    if rng.uniform() < 0.7:
        wood = site.picture(paints.timber(1, pick(rng, (150, 116, 84), (186, 176, 160), (232, 226, 214))))
        back, tilt = -float(rng.uniform(3.2, 6.0)), float(rng.uniform(-1.5, 1.5))
        nature.fence(
            site, (-14.0, back + tilt), (14.0, back - tilt), float(rng.uniform(0.9, 1.2)), wood,
            lambda x, z: float(ground.height(x, z)),
        )  # fmt: skip
    return Place("meadow", False, site.solids(), skies.light_of(hour, rng), 2.0, CAMERA_LOW_M, CAMERA_HIGH_M)


def _trees(site: Site, ground: Ground, leaves: tuple[Colour, ...], rng: np.random.Generator) -> None:
    bark = site.picture(paints.timber(3, nature.BARK))
    crowns = [site.picture(paints.leaves(k, leaf)) for k, leaf in enumerate(leaves)]
    conifer = site.picture(paints.leaves(1, (64, 112, 84)))
    firs = rng.uniform(0.1, 0.6)
    # Two frame the picture close by, the others stand in rows farther off.
    spots = [(-1, 4.2, -2.5), (1, 5.0, -4.0)]
    spots += [(rng.choice([-1, 1]), rng.uniform(1.5, 26), -rng.uniform(9, 34)) for _ in range(13)]
    spots += [(rng.choice([-1, 1]), rng.uniform(7, 16), rng.uniform(-4, 12)) for _ in range(6)]
    for side, out, z in spots:
        x = side * (out + rng.uniform(0, 1.2))
        y = float(ground.height(x, z))
        if rng.uniform() < firs:
            nature.fir(site, x, y, z, rng.uniform(4.0, 7.5), conifer, bark)
        else:
            crown = crowns[int(rng.integers(len(crowns)))]
            nature.round_tree(site, x, y, z, rng.uniform(3.2, 5.6), crown, bark, rng)


def _stones(site: Site, ground: Ground, rng: np.random.Generator) -> None:
    rock = site.picture(paints.stone(int(rng.integers(3)), pick(rng, (150, 150, 158), (168, 156, 140))))
    leaf = site.picture(paints.leaves(2, nature.GREENS[3], tone(rng.uniform(), 0.4, 1.0)))
    for _ in range(int(rng.integers(5, 12))):
        x, z = rng.choice([-1, 1]) * rng.uniform(2.3, 8), rng.uniform(-12, 1.0)
        nature.boulder(site, x, float(ground.height(x, z)), z, rng.uniform(0.15, 0.6), rock, rng)
    for _ in range(int(rng.integers(4, 9))):
        x, z = rng.choice([-1, 1]) * rng.uniform(3.4, 9), rng.uniform(-14, -1.5)
        nature.bush(site, x, float(ground.height(x, z)), z, rng.uniform(0.4, 0.8), leaf, rng)


def _blades(site: Site, ground: Ground, green: Colour, rng: np.random.Generator) -> None:
    count = 260
    turn, out = rng.uniform(0, 2 * np.pi, count), 2.3 + 7 * rng.uniform(0, 1, count) ** 1.5
    x, z = out * np.sin(turn), out * np.cos(turn) * 0.9
    clear = (z < 1.3) | (np.abs(x) > 2.2)
    spots = np.stack([x, ground.height(x, z) - 0.02, z], -1)[clear]
    nature.tufts(site, spots, float(rng.uniform(0.14, 0.3)), mixed(green, (250, 240, 150), 0.12), rng)
