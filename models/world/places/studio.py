"""A dance studio: bricks or plaster, mirrors with a barre, tall windows, loudspeakers, lamps."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from models.world.art.brush import Colour
from models.world.places import fittings, furniture, paints
from models.world.places.colours import Scheme, mixed, pick, scheme
from models.world.places.fittings import spot_at
from models.world.places.paints import Picture
from models.world.places.place import Place
from models.world.places.room import CAMERA_HIGH_M, CAMERA_LOW_M, LEAF, interior_light
from models.world.places.shell import Covering, Shell, build_shell, hang
from models.world.places.site import Site

BRICKS: tuple[tuple[Colour, Colour], ...] = (
    ((178, 104, 84), (214, 196, 180)), ((196, 190, 186), (158, 152, 152)), ((150, 84, 78), (96, 70, 72)),
    ((206, 176, 146), (236, 222, 204)), ((120, 128, 148), (168, 174, 188)),
)  # fmt: skip


def build_studio(seed: int) -> Place:
    """A dance studio of a seed."""
    rng = np.random.default_rng([seed, 5])
    site, colours = Site(), scheme(rng)
    shell = Shell(
        float(rng.uniform(2.9, 3.8)), -float(rng.uniform(2.4, 3.6)), 5.6, float(rng.uniform(3.0, 3.6))
    )
    daylight, richness = fittings.daylight_of(rng), float(rng.uniform(0.2, 1.0))
    mirrored, glazed, plain = (str(name) for name in rng.permutation(["back", "left", "right"]))
    _mirrors(site, shell, mirrored, colours)
    _windows(site, shell, glazed, daylight, rng)
    _decorate(site, shell, plain, colours, richness, rng)
    _loudspeakers(site, shell, richness, rng)
    _lamps(site, shell, colours)
    brick, joint = BRICKS[int(rng.integers(len(BRICKS)))]
    bricks = Covering(paints.masonry(int(rng.integers(3)), brick, joint, 8, 22), 1.9)
    smooth = Covering(paints.plaster(int(rng.integers(3)), colours.wall, 3), 2.4)
    walls = {"back": bricks if rng.uniform() < 0.75 else smooth}
    if rng.uniform() < 0.4:
        walls |= {"left": smooth, "right": smooth}
    floor = Covering(paints.boards(int(rng.integers(3)), colours.wood), float(rng.uniform(1.0, 1.6)))
    ceiling = site.picture(paints.plaster(1, mixed(colours.wall, (250, 248, 242), 0.6), 1), lit=False)
    build_shell(site, shell, walls, floor, ceiling)
    return Place("studio", True, site.solids(), interior_light(rng), 1.8, CAMERA_LOW_M, CAMERA_HIGH_M)


def _length(shell: Shell, wall: str) -> tuple[float, float]:
    """Middle and length of the part of a wall that is seen."""
    if wall == "back":
        return 0.0, 2 * shell.half_width_m - 0.5
    return (shell.back_m + 2.6) / 2, 2.3 - shell.back_m


def _mirrors(site: Site, shell: Shell, wall: str, colours: Scheme) -> None:
    """Mirror-like panels side by side in a frame, and the barre before them."""
    middle, length = _length(shell, wall)
    count = max(round(length / 1.1), 2)
    wide, tall = length / count, 2.1
    panes = [site.picture(_mirror(k, colours.wall, colours.wood), lit=False) for k in range(3)]
    for k in range(count):
        along = middle + (k - (count - 1) / 2) * wide
        hang(site, shell, wall, along, 0.3 + tall, (wide - 0.03, tall), panes[k % 3])
    frame, spot = site.picture(paints.timber(0, colours.wood)), spot_at(shell, wall, middle, 0.025)
    for y in (0.24, 0.3 + tall):
        furniture.block(site, spot, (0, y, 0), (length + 0.06, 0.06, 0.05), frame)
    reach, out = length / 2 - 0.1, 0.2
    for y in (0.85, 1.05):
        site.cone(spot.at(-reach, y, out), spot.at(reach, y, out), (0.022, 0.022), frame)
    for x in np.linspace(-reach, reach, count + 1):
        site.cone(
            spot.at(x, 0.95, 0), spot.at(x, 0.95, out - 0.02), (0.015, 0.015), site.colour((110, 110, 118))
        )


@cache
def _mirror(variant: int, wall: Colour, wood: Colour) -> Picture:
    """What a mirror might show of the room behind the camera: soft wall over floor, with streaks of light."""
    width, height = 240, 480
    picture = np.zeros((height, width, 3), np.float32)
    picture[:] = mixed(wall, (170, 196, 214), 0.5)
    picture[: height // 6] = mixed(wall, (246, 248, 250), 0.7)
    picture[round(height * 0.66) :] = mixed(wood, (150, 170, 190), 0.4)
    rng = np.random.default_rng(variant)
    for _ in range(3):
        x, w, h = rng.uniform(0, width), rng.uniform(20, 60), rng.uniform(60, 190)
        foot = (round(x + w), round(height * 0.66))
        cv2.rectangle(
            picture,
            (round(x), round(height * 0.66 - h)),
            foot,
            mixed(mixed(wall, wood, 0.5), (170, 196, 214), 0.35),
            -1,
        )
    picture = cv2.GaussianBlur(picture, (0, 0), 11)
    y, x = np.mgrid[:height, :width]
    for offset, wide in ((rng.uniform(0, 300), 40), (rng.uniform(200, 600), 16)):
        streak = np.exp(-(((x * 1.4 + y - offset) / wide) ** 4))
        picture += (streak * 26)[..., None]
    return np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))


def _windows(
    site: Site, shell: Shell, wall: str, daylight: tuple[Colour, Colour], rng: np.random.Generator
) -> None:
    middle, length = _length(shell, wall)
    count = max(int(length / 1.9), 1)
    for k in range(count):
        along = middle + (k - (count - 1) / 2) * length / count
        size = (min(length / count - 0.45, 1.6), shell.height_m - 1.3)
        fittings.window(site, shell, wall, along, size, 0.75, None, daylight, rng)


def _decorate(site: Site, shell: Shell, wall: str, colours: Scheme, richness: float,
              rng: np.random.Generator) -> None:  # fmt: skip
    """Posters over a bench, with plants at the ends."""
    middle, length = _length(shell, wall)
    count = round(1 + 3 * richness)
    fittings.posters(site, shell, wall, (middle - length / 2, middle + length / 2), 1.75, count, rng, 1.5)
    spot = spot_at(shell, wall, middle, 0.27)
    furniture.table(site, spot, (min(length * 0.6, 2.2), 0.45, 0.36), colours.wood, 1)
    _left_behind(site, spot, min(length * 0.6, 2.2), colours, rng)
    for sign in (-1, 1):
        if rng.uniform() < 0.3 + 0.6 * richness:
            corner = spot_at(shell, wall, middle + sign * (length / 2 - 0.35), 0.4)
            furniture.plant(site, corner, float(rng.uniform(0.9, 1.5)), colours.second, pick(rng, *LEAF), rng)


def _left_behind(
    site: Site, spot: furniture.Spot, length: float, colours: Scheme, rng: np.random.Generator
) -> None:
    """Bags, bottles and rolled mats on a bench."""
    bag, mat = (site.picture(paints.cloth(1, colour)) for colour in (colours.first, colours.second))
    bottle = site.colour(pick(rng, (120, 180, 220), (240, 240, 244), (90, 100, 120)))
    for k in range(int(rng.integers(2, 6))):
        x, kind = -length / 2 + (k + 0.6) * length / 6, int(rng.integers(3))
        if kind == 0:
            site.ball(spot.at(x, 0.58, 0), (0.17, 0.125, 0.12), bag, turn=spot.turn)
        elif kind == 1:
            site.cone(spot.at(x, 0.52, -0.1), spot.at(x, 0.52, 0.12), (0.07, 0.07), mat)
        else:
            site.cone(spot.at(x, 0.49, 0), spot.at(x, 0.66, 0), (0.035, 0.02), bottle)


def _loudspeakers(site: Site, shell: Shell, richness: float, rng: np.random.Generator) -> None:
    black, ring, cone = (
        site.picture(paints.cloth(2, (58, 56, 66))),
        site.colour((30, 30, 36)),
        site.colour((120, 118, 126)),
    )
    for sign in (-1, 1):
        if rng.uniform() > 0.3 + 0.7 * richness:
            continue
        spot = furniture.Spot(sign * (shell.half_width_m - 0.75), shell.back_m + 0.62, -sign * 0.45)
        furniture.stand(site, spot, 0.46, 0.42)
        furniture.block(site, spot, (0, 0, 0), (0.46, 1.1, 0.42), black)
        for y, radius in ((0.36, 0.16), (0.76, 0.11), (0.97, 0.05)):
            site.ball(spot.at(0, y, 0.21), (radius, radius, 0.02), ring, turn=spot.turn)
            site.ball(spot.at(0, y, 0.222), (radius * 0.7, radius * 0.7, 0.025), cone, turn=spot.turn)


def _lamps(site: Site, shell: Shell, colours: Scheme) -> None:
    shade, bulb = site.colour(colours.first), site.colour((255, 248, 220), lit=False)
    wire = site.colour((60, 56, 62))
    for x in (-0.55, 0.55):
        px, pz, y = x * shell.half_width_m, shell.back_m + 1.2, shell.height_m - 0.55
        site.cone([px, y, pz], [px, shell.height_m, pz], (0.008, 0.008), wire)
        site.cone([px, y, pz], [px, y - 0.1, pz], (0.05, 0.16), shade)
        site.ball((px, y - 0.22, pz), 0.075, bulb)
