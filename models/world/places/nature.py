"""What grows and lies outdoors: trees, bushes, stones, tufts, fences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.world.art.brush import Colour
from models.world.places import furniture, paints
from models.world.places.furniture import Spot
from models.world.places.site import Site
from models.world.solids import Floats

GREENS: tuple[Colour, ...] = ((104, 160, 70), (86, 146, 84), (140, 172, 70), (72, 132, 96))
AUTUMN: tuple[Colour, ...] = ((222, 150, 62), (206, 104, 58), (232, 186, 80), (150, 160, 70))
BLOSSOM: Colour = (250, 196, 206)
BARK: Colour = (128, 98, 74)


def round_tree(site: Site, x: float, y: float, z: float, height: float, leaf: int, bark: int,
               rng: np.random.Generator) -> None:  # fmt: skip
    """A tree with a crown of clumps."""
    lean = rng.normal(0, 0.05 * height, 2)
    fork = np.array([x + lean[0], y + 0.45 * height, z + lean[1]])
    site.cone([x, y - 0.1, z], fork, (0.045 * height, 0.03 * height), bark)
    clumps = int(rng.integers(5, 9))
    for k in range(clumps):
        turn = 2 * np.pi * k / clumps + rng.normal(0, 0.3)
        out, up = rng.uniform(0.1, 0.24) * height, rng.uniform(0.5, 0.84) * height
        centre = np.array([x + lean[0] + out * np.sin(turn), y + up, z + lean[1] + out * np.cos(turn)])
        radius = rng.uniform(0.13, 0.2) * height
        site.ball(centre, (radius, radius * rng.uniform(0.7, 0.9), radius), leaf, turn=float(turn), lean=0.3)
        if k % 2 == 0:
            site.cone(fork - [0, 0.05 * height, 0], centre, (0.022 * height, 0.01 * height), bark)


def fir(site: Site, x: float, y: float, z: float, height: float, leaf: int, bark: int) -> None:
    """A fir: skirts of leaves, the lower the wider."""
    site.cone([x, y - 0.1, z], [x, y + 0.3 * height, z], (0.035 * height, 0.025 * height), bark)
    turns = np.linspace(0, 2 * np.pi, 11)
    for low, high, radius in ((0.16, 0.52, 0.25), (0.36, 0.76, 0.19), (0.58, 1.0, 0.13)):
        wide = radius * height * (1 + 0.12 * np.cos(turns * 5))
        ring = np.stack(
            [x + wide * np.sin(turns), np.full(11, y + low * height), z + wide * np.cos(turns)], -1
        )
        tip = np.broadcast_to([x, y + high * height, z], ring.shape)
        u, v = np.meshgrid(turns * radius * height / 1.2, [0, (high - low) * height / 1.2])
        site.grid(np.stack([tip, ring]), np.stack([u, v], -1), leaf)


def bush(site: Site, x: float, y: float, z: float, size: float, leaf: int, rng: np.random.Generator) -> None:
    """Three clumps of leaves."""
    for _ in range(3):
        dx, dz = rng.normal(0, 0.45 * size, 2)
        radius = size * rng.uniform(0.45, 0.75)
        site.ball(
            (x + dx, y + 0.45 * radius, z + dz), (radius, radius * 0.8, radius), leaf, turn=float(dx * 9)
        )


def boulder(
    site: Site, x: float, y: float, z: float, size: float, rock: int, rng: np.random.Generator
) -> None:
    """A stone, half in the ground."""
    radii = size * rng.uniform([0.7, 0.45, 0.6], [1.1, 0.8, 1.0])
    site.ball((x, y + 0.25 * radii[1], z), radii, rock, turn=float(rng.uniform(0, 6.28)), lean=0.2)


def fence(
    site: Site, start: tuple[float, float], end: tuple[float, float], height: float, wood: int,
    ground: Callable[[float, float], float],
) -> None:  # fmt: skip
    """Posts with two rails along the ground from start to end (x, z)."""
    a, b = np.array(start), np.array(end)
    length = float(np.linalg.norm(b - a))
    count = max(round(length / 1.6), 1)
    turn = float(np.arctan2(-(b - a)[1], (b - a)[0]))
    for k in range(count + 1):
        x, z = a + (b - a) * k / count
        y = ground(x, z)
        site.box((x, y + height / 2 - 0.1, z), (0.1, height + 0.2, 0.1), wood, turn=turn)
        if k == count:
            continue
        nx, nz = a + (b - a) * (k + 1) / count
        for share in (0.5, 0.85):
            ends = [[x, y + share * height, z], [nx, ground(nx, nz) + share * height, nz]]
            site.cone(ends[0], ends[1], (0.045, 0.045), wood)


def tufts(site: Site, spots: Floats, height: float, colour: Colour, rng: np.random.Generator) -> None:
    """Blades of grass [N, 3], each a narrow triangle."""
    green = site.picture(paints.grass(0, colour))
    count = len(spots)
    turn, tall = rng.uniform(0, 2 * np.pi, count), height * rng.uniform(0.5, 1.2, count)
    across = np.stack([np.cos(turn), np.zeros(count), np.sin(turn)], -1) * 0.16 * tall[:, None]
    lean = rng.normal(0, 0.3, (count, 3)) * tall[:, None]
    tips = spots + np.stack([lean[:, 0], tall, lean[:, 2]], -1)
    uv = np.stack(
        [np.stack([turn + d, np.full(count, v)], -1) for d, v in ((0, 1), (0.06, 1), (0.03, 0.8))], 1
    )
    site.mesh(np.stack([spots - across, spots + across, tips], 1), uv, green)


def ivy(site: Site, start: Floats, end: Floats, top: float, leaf: int,
        rng: np.random.Generator) -> None:  # fmt: skip
    """Ivy that hangs over a wall's top from start to end (x, z), in flat clumps."""
    way = end - start
    turn = float(np.arctan2(-way[1], way[0]))
    count = int(rng.integers(3, 7))
    for at in rng.uniform(0.05, 0.95, count):
        low = top
        x, z = start + at * way
        for _ in range(int(rng.integers(2, 6))):
            size = rng.uniform(0.14, 0.34)
            site.ball((x + rng.normal(0, 0.1), low, z), (size, size * 1.1, 0.2), leaf, turn=turn)
            low -= size
            if low < 0.5:
                break


def bench(site: Site, spot: Spot, wood: Colour, variant: int) -> None:
    """A garden bench that looks to its +z."""
    picture, iron = site.picture(paints.timber(variant, wood)), site.colour((70, 72, 80))
    furniture.stand(site, spot, 1.6, 0.55)
    for k in range(3):
        furniture.block(site, spot, (0, 0.42, 0.16 - 0.16 * k), (1.6, 0.04, 0.13), picture)
        furniture.block(site, spot, (0, 0.52 + 0.16 * k, -0.26), (1.6, 0.12, 0.03), picture)
    for x in (-0.7, 0.7):
        furniture.block(site, spot, (x, 0, 0), (0.06, 0.415, 0.42), iron)
        furniture.block(site, spot, (x, 0.46, -0.285), (0.05, 0.5, 0.015), iron)
