"""A living room: papered or painted, with windows, posters, shelves, a rug and furniture along the walls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.world.art.brush import Colour
from models.world.places import fittings, furniture, paints
from models.world.places.colours import Scheme, mixed, pick, scheme
from models.world.places.fittings import spot_at
from models.world.places.furniture import Spot
from models.world.places.place import Light, Place
from models.world.places.shell import Covering, Rug, Shell, build_shell
from models.world.places.site import Site

CAMERA_LOW_M = np.array([-1.6, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.6, 2.25, 4.6])
Daylight = tuple[Colour, Colour]
LEAF: tuple[Colour, ...] = ((86, 150, 84), (120, 168, 88), (72, 132, 104))


def interior_light(rng: np.random.Generator) -> Light:
    """Light from above and ahead of the figures, from either side, warm or cool."""
    side = rng.choice([-1, 1]) * rng.uniform(0.25, 0.75)
    towards = np.array([side, rng.uniform(0.6, 1.0), rng.uniform(0.35, 0.8)])
    direct = float(rng.uniform(0.3, 0.5))
    warm = float(rng.uniform(-0.05, 0.05))
    colour = (min(1.0, 1.0 + warm), 1.0 - abs(warm) / 3, min(1.0, 1.0 - warm))
    return Light(towards / np.linalg.norm(towards), direct, 1.03 - direct, colour)


def draw_shell(rng: np.random.Generator) -> Shell:
    """Measures of a room that holds the stage and the cameras."""
    half, back = float(rng.uniform(2.5, 3.3)), -float(rng.uniform(2.5, 3.2))
    return Shell(half, back, float(rng.uniform(5.0, 5.6)), float(rng.uniform(2.6, 3.0)))


def build_room(seed: int) -> Place:
    """A living room of a seed."""
    rng = np.random.default_rng([seed, 1])
    site, colours, shell = Site(), scheme(rng), draw_shell(rng)
    richness = float(rng.uniform(0.35, 1.0))
    curtain, daylight = _curtain(rng, colours), fittings.daylight_of(rng)
    _back_wall(site, shell, colours, curtain, daylight, richness, rng)
    _side_wall(site, shell, colours, curtain, daylight, richness, rng, *rng.permutation(["left", "right"]))
    rug = None
    if rng.uniform() < 0.75:
        size = (float(rng.uniform(2.0, 3.0)), float(rng.uniform(1.4, 2.2)))
        woven = fittings.woven(rng, (colours.first, colours.second), round(260 * size[0] / size[1]), 260)
        rug = Rug(woven, (0.0, 0.1), size)
    wall = _wall(rng, colours, shell)
    floor = Covering(paints.boards(int(rng.integers(3)), colours.wood), float(rng.uniform(1.3, 2.0)))
    ceiling = site.picture(paints.plaster(0, mixed(colours.wall, (255, 253, 248), 0.6), 1), lit=False)
    build_shell(site, shell, {"back": wall}, floor, ceiling, rug)
    return Place("room", True, site.solids(), interior_light(rng), 1.5, CAMERA_LOW_M, CAMERA_HIGH_M)


def _curtain(rng: np.random.Generator, colours: Scheme) -> paints.Picture:
    if rng.uniform() < 0.5:
        return paints.striped(0, colours.second, mixed(colours.second, furniture.WHITE, 0.6), 5)
    return paints.cloth(1, pick(rng, colours.first, colours.second))


def _wall(rng: np.random.Generator, colours: Scheme, shell: Shell) -> Covering:
    kind = int(rng.integers(4))
    if kind == 0:
        return Covering(paints.plaster(int(rng.integers(3)), colours.wall, 2.5), 2.4)
    if kind == 1:
        return Covering(paints.flowered(int(rng.integers(3)), colours.wall, colours.panel), 1.4)
    # The panelling is painted as one wall from skirting to ceiling: its height is the room's.
    picture = paints.panelling(int(rng.integers(3)), colours.wall, colours.panel)
    return Covering(picture, shell.height_m * picture.shape[1] / picture.shape[0])


def _back_wall(site: Site, shell: Shell, colours: Scheme, curtain: paints.Picture,
               daylight: Daylight, richness: float, rng: np.random.Generator) -> None:  # fmt: skip
    """Three columns behind the figures: a window, shelves or posters; and what stands below them."""
    third = shell.half_width_m * 2 / 3
    columns: list[Callable[[float], None]] = [
        lambda x: fittings.window(
            site, shell, "back", x, (min(third - 0.75, 1.5), 1.2), 0.95,
            curtain if rng.uniform() < 0.8 else None, daylight, rng,
        ),
        lambda x: _tall(site, shell, colours, x, third, richness, rng),
        lambda x: fittings.posters(
            site, shell, "back", (x - third * 0.45, x + third * 0.45), 1.62, 1 + round(richness * 1.4), rng
        ),
    ]  # fmt: skip
    order = rng.permutation(3)
    for place, number in enumerate(order):
        columns[number]((place - 1) * third)
    low = (int(np.flatnonzero(order == 2)[0]) - 1) * third
    width = min(third * 0.85, float(rng.uniform(1.5, 2.1)))
    if rng.uniform() < 0.5:
        spot = spot_at(shell, "back", low, 0.5)
        furniture.sofa(site, spot, colours.first, colours.second, width, int(rng.integers(3)))
    else:
        furniture.cupboard(site, spot_at(shell, "back", low, 0.26), (width * 0.8, 0.8, 0.42), colours.wood, 1)
        if richness > 0.5:
            site.ball((low - 0.3, 0.92, shell.back_m + 0.26), (0.1, 0.13, 0.1), _vase(site, colours))


def _vase(site: Site, colours: Scheme) -> int:
    return site.picture(paints.striped(2, colours.second, colours.first, 4))


def _tall(site: Site, shell: Shell, colours: Scheme, x: float, third: float, richness: float,
          rng: np.random.Generator) -> None:  # fmt: skip
    if rng.uniform() < 0.7:
        size = (min(third - 0.2, 1.5), float(rng.uniform(1.5, 2.1)), 0.3)
        furniture.bookcase(site, spot_at(shell, "back", x, 0.18), size, colours.wood, rng)
    else:
        fittings.door(site, shell, "back", x, mixed(colours.wood, colours.panel, 0.3))
        if third > 1.9:
            spot = spot_at(shell, "back", x + third / 2 - 0.05, 0.3)
            furniture.plant(site, spot, 0.9 + 0.4 * richness, colours.first, LEAF[0], rng)


def _side_wall(site: Site, shell: Shell, colours: Scheme, curtain: paints.Picture,
               daylight: Daylight, richness: float, rng: np.random.Generator,
               bright: str, busy: str) -> None:  # fmt: skip
    """One side has a window and a plant, the other furniture below posters."""
    sign = {"left": -1.0, "right": 1.0}
    leaf = LEAF[int(rng.integers(len(LEAF)))]
    fittings.window(site, shell, bright, -0.4, (1.5, 1.3), 0.85, curtain, daylight, rng)
    corner = Spot(sign[bright] * (shell.half_width_m - 0.42), shell.back_m + 0.45)
    furniture.plant(site, corner, float(rng.uniform(1.1, 1.6)), colours.second, leaf, rng)
    if richness > 0.45:
        size = (0.9, 0.48, 0.5)
        furniture.table(site, spot_at(shell, bright, -0.4, 0.34), size, colours.wood, 1)
        site.ball(spot_at(shell, bright, -0.2, 0.34).at(0, 0.58, 0), (0.09, 0.1, 0.09), _vase(site, colours))
    fittings.posters(site, shell, busy, (-1.4, 1.6), 1.6, 1 + round(2 * richness), rng)
    if rng.uniform() < 0.5 and shell.half_width_m > 2.75:
        furniture.sofa(
            site, spot_at(shell, busy, 0.1, 0.5), colours.first, colours.second, 1.7, int(rng.integers(3))
        )
    else:
        furniture.cupboard(site, spot_at(shell, busy, 0.2, 0.25), (1.4, 0.72, 0.4), colours.wood, 2)
        furniture.plant(
            site, spot_at(shell, busy, 1.3, 0.32), 0.8, mixed(colours.first, furniture.WHITE, 0.3), leaf, rng
        )
    lamp = Spot(sign[busy] * (shell.half_width_m - 0.35), shell.back_m + 0.4)
    furniture.lamp(site, lamp, float(rng.uniform(1.4, 1.7)), colours.second)
    fittings.door(site, shell, "front", 0.8, colours.wood)
