"""Pictures on the surfaces of places, made to repeat; each is painted once for its variant and colours."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art import surfaces
from models.world.art.brush import Colour

Picture = NDArray[np.uint8]
SIDE = 512


@lru_cache(maxsize=64)
def boards(variant: int, colour: Colour) -> Picture:
    """Planks from top to bottom, ten in a width."""
    return surfaces.planks(np.random.default_rng(variant), colour, 600, 600, 10)


@lru_cache(maxsize=64)
def masonry(variant: int, colour: Colour, joint: Colour, across: int, down: int) -> Picture:
    """Bricks or paving stones, `across` (in a width) by `down` (even: rows in a height) of a square."""
    rng = np.random.default_rng(variant)
    return surfaces.blocks(rng, colour, joint, 600, 600, (600 / across, 600 / down))


@lru_cache(maxsize=64)
def panelling(variant: int, wall: Colour, panel: Colour) -> Picture:
    """A striped wall over wooden panels, 10 : 7."""
    return surfaces.panelled_wall(np.random.default_rng(variant), wall, panel)


@lru_cache(maxsize=64)
def plaster(variant: int, colour: Colour, strength: float = 4.0) -> Picture:
    """A flat colour with blotches from hands to grains in size."""
    rng = np.random.default_rng(variant)
    return _coloured(colour, 1 + strength / 100 * _mottle(rng, (3, 9, 30, 120, 256)))


@lru_cache(maxsize=64)
def flowered(variant: int, colour: Colour, ink: Colour) -> Picture:
    """Wallpaper of small flowers in rows, with specks."""
    rng = np.random.default_rng(variant)
    picture = _coloured(colour, 1 + 0.015 * _mottle(rng, (9, 60, 256)))
    step = SIDE // 8
    for row in range(8):
        for column in range(8):
            x, y = (column + 0.5 * (row % 2) + 0.25) * step, (row + 0.5) * step
            turn, size = rng.uniform(0, 72), rng.uniform(0.75, 1.2) * step / 9
            for petal in range(5):
                angle = np.radians(turn + 72 * petal)
                _dot(picture, x + 1.5 * size * np.cos(angle), y + 1.5 * size * np.sin(angle), size, ink)
            _dot(picture, x, y, size * 0.9, (250, 226, 140))
            _dot(picture, x + step / 2, y, size * 0.5, ink)
    return picture


@lru_cache(maxsize=64)
def cloth(variant: int, colour: Colour) -> Picture:
    """Woven cloth with folds."""
    rng = np.random.default_rng(variant)
    weave = np.indices((SIDE, SIDE)).sum(0) // 4 % 2 - 0.5
    return _coloured(colour, 1 + 0.05 * _mottle(rng, (4, 16, 64)) + 0.06 * weave)


@lru_cache(maxsize=64)
def striped(variant: int, first: Colour, second: Colour, stripes: int) -> Picture:
    """Cloth with upright stripes: curtains, awnings, parasols."""
    even = np.arange(SIDE) * stripes * 2 // SIDE % 2 == 0
    folds = 1 + 0.06 * np.sin(np.arange(SIDE) * stripes * 4 * np.pi / SIDE)
    row = np.where(even[:, None], first, second) * folds[:, None]
    noise = 1 + 0.03 * _mottle(np.random.default_rng(variant), (8, 40, 200))
    return _as_picture(row[None] * noise[..., None])


@lru_cache(maxsize=64)
def timber(variant: int, colour: Colour) -> Picture:
    """Wood with grain that runs to the right."""
    rng = np.random.default_rng(variant)
    grain = cv2.resize(_mottle(rng, (24, 90, 256))[: SIDE // 8, : SIDE // 8], (SIDE, SIDE // 8))
    fine = cv2.resize(_mottle(rng, (60, 200))[:, : SIDE // 16], (SIDE, SIDE))
    grain = cv2.resize(grain, (SIDE, SIDE)) * 0.04 + fine * 0.06
    return _coloured(colour, 1 + grain)


@lru_cache(maxsize=64)
def stone(variant: int, colour: Colour) -> Picture:
    """Rock with cracks."""
    rng = np.random.default_rng(variant)
    noise = _mottle(rng, (3, 7, 20, 60, 200))
    cracks = np.exp(-((_mottle(rng, (4, 9, 25)) / 0.12) ** 2))
    return _coloured(colour, 1 + 0.10 * noise - 0.22 * cracks)


@lru_cache(maxsize=64)
def grass(variant: int, colour: Colour, flowers: Colour | None = None) -> Picture:
    """A meadow from above: blades of many greens, patches, and some flowers."""
    rng = np.random.default_rng(variant)
    picture = _coloured(colour, 0.86 + 0.06 * _mottle(rng, (3, 7, 20)))
    for x, y, turn, shade, warm in rng.uniform(0, 1, (3400, 5)):
        factor = np.array([0.72 + 0.62 * shade + 0.2 * warm, 0.74 + 0.55 * shade, 0.72 + 0.45 * shade])
        end = (x * SIDE + 26 * (turn - 0.5), y * SIDE - 8 - 14 * shade)
        _blade(picture, (x * SIDE, y * SIDE), end, _tinted(colour, factor))
    for x, y, size in rng.uniform(0, 1, (70 if flowers else 0, 3)):
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            reach = 2 + 2 * size
            _dot(picture, x * SIDE + dx * reach, y * SIDE + dy * reach, reach, flowers or colour)
        _dot(picture, x * SIDE, y * SIDE, 2, (250, 216, 100))
    return picture


@lru_cache(maxsize=64)
def leaves(variant: int, colour: Colour, blossoms: Colour | None = None) -> Picture:
    """Foliage: leaves from dark below to light on top."""
    rng = np.random.default_rng(variant)
    picture = _coloured(_tinted(colour, np.full(3, 0.58)), 1 + 0.1 * _mottle(rng, (5, 14)))
    count = 1500
    for number, (x, y, turn, shade, size) in enumerate(rng.uniform(0, 1, (count, 5))):
        light = 0.62 + 0.5 * number / count + 0.16 * (shade - 0.5)
        leaf = _tinted(colour, light * np.array([0.94 + 0.14 * shade, 1.0, 0.92]))
        if blossoms and shade > 0.82 and number > count * 0.5:
            leaf = blossoms
        centre = (round(x * SIDE), round(y * SIDE))
        axes = (round(7 + 7 * size), round(4 + 3 * size))
        cv2.ellipse(picture, centre, axes, 360 * turn, 0, 360, leaf, -1, cv2.LINE_AA)
    return picture


@lru_cache(maxsize=64)
def sand(variant: int, colour: Colour) -> Picture:
    """Sand with ripples, grains and shells."""
    rng = np.random.default_rng(variant)
    y = np.arange(SIDE)[:, None] / SIDE
    bend = _mottle(rng, (3, 6)) * 0.5
    ripples = np.sin(2 * np.pi * 9 * y + 2.6 * bend)
    picture = _coloured(colour, 1 + 0.045 * ripples + 0.05 * _mottle(rng, (4, 12, 40, 120, 256)))
    for x, z, size, shade in rng.uniform(0, 1, (260, 4)):
        _dot(picture, x * SIDE, z * SIDE, 1 + 2.4 * size, _tinted(colour, np.full(3, 0.6 + 0.6 * shade)))
    return picture


@lru_cache(maxsize=64)
def water(variant: int, colour: Colour) -> Picture:
    """The sea: bands of waves with glints, longer than high."""
    rng = np.random.default_rng(variant)
    waves = cv2.resize(_mottle(rng, (16, 40, 90))[:, : SIDE // 4], (SIDE, SIDE))
    picture = _coloured(colour, 1 + 0.09 * waves)
    picture[waves > 1.7] = _tinted(colour, np.full(3, 1.5))
    return picture


@lru_cache(maxsize=64)
def tiles(variant: int, first: Colour, second: Colour, across: int) -> Picture:
    """Square tiles of two colours, like a chess board, with joints."""
    rng = np.random.default_rng(variant)
    cell = np.arange(SIDE) * across // SIDE
    number = cell[:, None] * across + cell[None]
    even = (cell[:, None] + cell[None]) % 2 == 0
    shades = 1 + 0.05 * rng.normal(size=across * across)
    joint = (np.arange(SIDE) * across % SIDE < 5 * across // 2 + 3) & True
    base = np.where(even[..., None], first, second) * shades[number][..., None]
    base[joint[:, None] | joint[None]] *= 0.78
    return _as_picture(base * (1 + 0.02 * _mottle(rng, (20, 100, 256)))[..., None])


def _mottle(rng: np.random.Generator, cells: tuple[int, ...]) -> NDArray[np.float64]:
    """Noise [SIDE, SIDE] of about unit spread that repeats seamlessly; `cells` are blotches in a width."""
    total = np.zeros((SIDE, SIDE))
    for cell in cells:
        noise = np.pad(rng.normal(size=(cell, cell)), 2, mode="wrap").astype(np.float32)
        at = (np.arange(SIDE, dtype=np.float32) + 0.5) * cell / SIDE + 1.5
        grid = np.meshgrid(at, at)
        total += cv2.remap(noise, grid[0], grid[1], cv2.INTER_CUBIC)
    return np.asarray(total / np.sqrt(len(cells)) * 1.5)


def _coloured(colour: Colour, factor: NDArray[np.float64]) -> Picture:
    return _as_picture(np.array(colour) * factor[..., None])


def _as_picture(values: NDArray[np.float64]) -> Picture:
    return np.ascontiguousarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def _tinted(colour: Colour, factor: NDArray[np.float64]) -> Colour:
    red, green, blue = (int(np.clip(c * f, 0, 255)) for c, f in zip(colour, factor, strict=True))
    return red, green, blue


def _dot(picture: Picture, x: float, y: float, radius: float, colour: Colour) -> None:
    centre = (round(x * 16), round(y * 16))
    cv2.circle(picture, centre, max(round(radius * 16), 12), colour, -1, cv2.LINE_AA, 4)


def _blade(picture: Picture, start: tuple[float, float], end: tuple[float, float], colour: Colour) -> None:
    a, b = ((round(point[0] * 16), round(point[1] * 16)) for point in (start, end))
    cv2.line(picture, a, b, colour, 2, cv2.LINE_AA, 4)
