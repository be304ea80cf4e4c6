"""A kitchen: counters and cupboards along the back, tiles, stove, fridge, a table with fruit, a shelf."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.art.brush import Colour
from models.world.places import fittings, furniture, paints
from models.world.places.colours import Scheme, mixed, pick, scheme, tone
from models.world.places.fittings import spot_at
from models.world.places.furniture import Spot
from models.world.places.place import Place
from models.world.places.room import CAMERA_HIGH_M, CAMERA_LOW_M, LEAF, draw_shell, interior_light
from models.world.places.shell import Covering, Shell, build_shell, hang
from models.world.places.site import Site

DEPTH_M, WORKTOP_M = 0.58, 0.9


class Joinery(NamedTuple):
    """Pictures of the fitted furniture."""

    body: int
    face: int
    top: int
    metal: int


def build_kitchen(seed: int) -> Place:
    """A kitchen of a seed."""
    rng = np.random.default_rng([seed, 8])
    site, colours, shell = Site(), scheme(rng), draw_shell(rng)
    daylight, front = fittings.daylight_of(rng), pick(rng, colours.panel, colours.first, (244, 240, 230))
    joinery = Joinery(
        site.picture(paints.timber(0, mixed(front, (60, 50, 60), 0.2))),
        site.picture(paints.plaster(1, front, 2)),
        site.picture(
            paints.timber(2, colours.wood) if rng.uniform() < 0.6 else paints.stone(1, (196, 192, 190))
        ),
        site.picture(paints.plaster(2, (176, 180, 188), 2)),
    )
    _back(site, shell, joinery, colours, daylight, rng)
    near, far = (str(name) for name in rng.permutation(["left", "right"]))
    _dresser(site, shell, near, colours, rng)
    _table(site, shell, far, colours, daylight, rng)
    light = colours.wall if sum(colours.wall) > 540 else mixed(colours.wall, (250, 246, 238), 0.45)
    wall = Covering(paints.plaster(int(rng.integers(3)), light, 2.5), 2.4)
    dark = pick(rng, colours.panel, colours.first, (120, 116, 122))
    squares = paints.tiles(int(rng.integers(3)), (240, 234, 222), mixed(dark, (240, 234, 222), 0.42), 6)
    boards = paints.boards(int(rng.integers(3)), colours.wood)
    floor = Covering(squares if rng.uniform() < 0.7 else boards, float(rng.uniform(1.6, 2.2)))
    ceiling = site.picture(paints.plaster(0, mixed(light, (255, 253, 248), 0.6), 1), lit=False)
    build_shell(site, shell, {"back": wall}, floor, ceiling)
    return Place("kitchen", True, site.solids(), interior_light(rng), 1.4, CAMERA_LOW_M, CAMERA_HIGH_M)


def _back(site: Site, shell: Shell, joinery: Joinery, colours: Scheme, daylight: tuple[Colour, Colour],
          rng: np.random.Generator) -> None:  # fmt: skip
    """Units of 0.6 m from corner to corner: drawers, a sink below the window, a stove, the fridge."""
    wide = 2 * shell.half_width_m - 0.1
    count = int(wide / 0.62)
    unit = wide / count
    stove, fridge = int(rng.integers(1, count // 2 - 1)), int(rng.choice([0, count - 1]))
    window = count // 2 + int(rng.integers(0, 2))
    tiles = paints.tiles(1, mixed(colours.second, (250, 248, 240), 0.72), (248, 246, 240), 10)
    band = 0.62
    along = site.picture(tiles)
    start = [-wide / 2, WORKTOP_M + band, shell.back_m + 0.006]
    site.sheet(start, [wide, 0, 0], [0, -band, 0], along, 1.24)
    for k in range(count):
        spot = spot_at(shell, "back", (k - (count - 1) / 2) * unit, DEPTH_M / 2 + 0.02)
        furniture.stand(site, spot, unit, DEPTH_M)
        if k == fridge:
            _fridge(site, spot, unit, joinery, pick(rng, (236, 236, 232), colours.second, colours.first))
        elif k == stove:
            _stove(site, spot, unit, joinery)
        else:
            _unit(site, spot, unit, joinery, drawers=int(rng.integers(2)))
            if abs(k - window) > 1:
                _hanging(site, spot, unit, joinery)
            elif rng.uniform() < 0.7:
                _jars(site, spot, unit, colours, rng)
    x = (window - (count - 1) / 2) * unit
    fittings.window(site, shell, "back", x, (min(2.2 * unit, 1.5), 0.95), 1.12, None, daylight, rng)


def _unit(site: Site, spot: Spot, width: float, joinery: Joinery, drawers: int) -> None:
    furniture.block(site, spot, (0, 0.08, 0), (width, WORKTOP_M - 0.12, DEPTH_M), joinery.body)
    furniture.block(site, spot, (0, WORKTOP_M - 0.04, 0.01), (width, 0.04, DEPTH_M + 0.03), joinery.top, 1.0)
    rows = ((0.1, 0.22), (0.34, 0.22), (0.58, 0.24)) if drawers else ((0.1, 0.72),)
    for low, tall in rows:
        furniture.block(site, spot, (0, low, DEPTH_M / 2), (width - 0.03, tall, 0.03), joinery.face)
        y, z = low + tall - 0.06, DEPTH_M / 2 + 0.04
        site.cone(spot.at(-0.08, y, z), spot.at(0.08, y, z), (0.01, 0.01), joinery.metal)


def _hanging(site: Site, spot: Spot, width: float, joinery: Joinery) -> None:
    furniture.block(site, spot, (0, 1.52, -0.11), (width, 0.68, 0.34), joinery.body)
    furniture.block(site, spot, (0, 1.535, 0.065), (width - 0.03, 0.65, 0.025), joinery.face)
    site.ball(spot.at(width / 2 - 0.07, 1.6, 0.09), 0.018, joinery.metal)


def _stove(site: Site, spot: Spot, width: float, joinery: Joinery) -> None:
    """Oven, hob with a pot and a pan, and the hood over them."""
    black, glass = site.colour((48, 46, 52)), site.colour((86, 70, 66))
    furniture.block(site, spot, (0, 0.08, 0), (width - 0.01, WORKTOP_M - 0.1, DEPTH_M), joinery.metal)
    furniture.block(site, spot, (0, WORKTOP_M - 0.02, 0), (width - 0.01, 0.03, DEPTH_M), black)
    furniture.block(site, spot, (0, 0.2, DEPTH_M / 2), (width - 0.1, 0.42, 0.02), glass)
    site.cone(spot.at(-0.2, 0.67, 0.33), spot.at(0.2, 0.67, 0.33), (0.012, 0.012), black)
    for k in range(4):
        site.ball(spot.at(-0.18 + 0.12 * k, 0.77, 0.3), 0.022, black)
    red = site.colour((206, 76, 64))
    site.cone(spot.at(-0.12, 1.0, -0.08), spot.at(-0.12, 1.03, -0.08), (0.11, 0.11), red)
    site.ball(spot.at(-0.12, 1.16, -0.08), 0.02, black)
    furniture.block(site, spot, (0, 1.62, -0.06), (width - 0.02, 0.12, 0.44), joinery.metal)
    furniture.block(site, spot, (0, 1.74, -0.14), (0.24, 0.8, 0.24), joinery.metal)


def _fridge(site: Site, spot: Spot, width: float, joinery: Joinery, colour: Colour) -> None:
    skin = site.picture(paints.plaster(1, colour, 1.5))
    furniture.block(site, spot, (0, 0.04, 0.02), (width - 0.02, 1.82, DEPTH_M), skin, 1.5)
    for low, tall in ((0.08, 0.62), (0.74, 1.1)):
        furniture.block(site, spot, (0, low, DEPTH_M / 2 + 0.035), (width - 0.04, tall, 0.03), skin, 1.5)
        y = low + tall / 2
        side = width / 2 - 0.08
        site.cone(spot.at(side, y - 0.12, 0.37), spot.at(side, y + 0.12, 0.37), (0.012, 0.012), joinery.metal)
    for k, hue in enumerate((0.02, 0.14, 0.56, 0.36)):
        note, z = site.colour(tone(hue, 0.45, 0.95)), DEPTH_M / 2 + 0.055
        furniture.block(site, spot, (-0.16 + 0.09 * k, 1.2 + 0.12 * (k % 2), z), (0.07, 0.08, 0.004), note)


def _jars(site: Site, spot: Spot, width: float, colours: Scheme, rng: np.random.Generator) -> None:
    """Jars, bottles or a bowl on the worktop."""
    for k in range(int(rng.integers(1, 4))):
        picture = site.picture(
            paints.striped(2, pick(rng, colours.first, colours.second), furniture.WHITE, 3)
        )
        x, tall = -width / 3 + k * width / 3, rng.uniform(0.08, 0.16)
        foot = spot.at(x, WORKTOP_M + 0.06, -0.1)
        site.cone(foot, spot.at(x, WORKTOP_M + 0.06 + tall, -0.1), (0.06, 0.05), picture)


def _dresser(site: Site, shell: Shell, wall: str, colours: Scheme, rng: np.random.Generator) -> None:
    """A cupboard with a shelf of crockery over it, posters, a plant."""
    z = float(rng.uniform(-0.6, 0.3))
    furniture.cupboard(site, spot_at(shell, wall, z, 0.25), (1.5, 0.86, 0.42), colours.wood, 1)
    fittings.wall_shelf(site, shell, wall, z, 1.45, 1.4, colours.wood, rng)
    fittings.posters(site, shell, wall, (z + 0.9, z + 2.3), 1.6, 2, rng)
    spot = spot_at(shell, wall, z + 1.3, 0.36)
    furniture.plant(site, spot, float(rng.uniform(0.8, 1.2)), colours.second, pick(rng, *LEAF), rng)


def _table(site: Site, shell: Shell, wall: str, colours: Scheme, daylight: tuple[Colour, Colour],
           rng: np.random.Generator) -> None:  # fmt: skip
    """A table by the wall with two chairs and a bowl of fruit, under a window and a lamp."""
    middle = spot_at(shell, wall, -0.1, 0.42)
    furniture.table(site, middle, (1.15, 0.74, 0.68), mixed(colours.wood, (250, 240, 220), 0.2), 1)
    for side in (-1, 1):
        seat = Spot(*middle.at(side * 0.78, 0, 0)[::2], middle.turn - side * np.pi / 2)
        furniture.chair(site, seat, colours.wood, 2)
    bowl = site.colour(colours.second)
    site.ball(middle.at(0, 0.78, 0), (0.17, 0.05, 0.17), bowl)
    for k, hue in enumerate((0.0, 0.08, 0.13, 0.26, 0.98)):
        fruit = site.picture(paints.plaster(2, tone(hue, 0.7, 0.9)))
        site.ball(middle.at(0.09 * np.cos(k * 1.26), 0.85, 0.09 * np.sin(k * 1.26)), 0.055, fruit)
    if rng.uniform() < 0.6:
        fittings.window(site, shell, wall, -0.1, (1.3, 1.1), 1.0, None, daylight, rng)
    else:
        woven = fittings.woven(rng, (colours.first, colours.second), 300, 220)
        hang(site, shell, wall, -0.1, 2.0, (1.2, 0.88), site.picture(woven))
    shade, wire = site.colour(colours.first), site.colour((60, 56, 62))
    foot, top = middle.at(0, 1.75, 0), middle.at(0, shell.height_m, 0)
    site.cone(foot, top, (0.008, 0.008), wire)
    site.cone(foot, middle.at(0, 1.62, 0), (0.05, 0.17), shade)
