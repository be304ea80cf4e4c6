"""A painter's backdrop: floor and wall are one soft sweep of colour, poor in detail on purpose."""

from __future__ import annotations

import cv2
import numpy as np

from models.world.art.brush import Colour
from models.world.places.colours import mixed, tone
from models.world.places.paints import Picture
from models.world.places.place import Place
from models.world.places.room import interior_light
from models.world.places.site import Site

HALF_M, FRONT_M, HEIGHT_M = 8.5, 6.0, 6.0
CAMERA_LOW_M = np.array([-1.7, 0.45, 1.8])
CAMERA_HIGH_M = np.array([1.7, 2.25, 4.7])


def build_backdrop(seed: int) -> Place:
    """A backdrop of a seed."""
    rng = np.random.default_rng([seed, 4])
    site = Site()
    radius = float(rng.uniform(0.9, 1.5))
    back = -radius - float(rng.uniform(1.9, 2.8))
    line, along = _profile(back, radius)
    colour = tone(rng.uniform(), rng.uniform(0.05, 0.3), rng.uniform(0.75, 0.96))
    picture = site.picture(_painted(rng, colour, along[-1]))
    x = np.linspace(-HALF_M, HALF_M, 9)
    points = np.stack(np.broadcast_arrays(x[None], line[:, 1:], line[:, :1]), -1)
    u, v = np.meshgrid((x + HALF_M) / (2 * HALF_M), 1 - along / along[-1])
    # Half a texel of the rim stays unused: the picture's opposite sides must not blend in.
    site.grid(points, np.stack([u, v], -1) * 0.996 + 0.002, picture)
    wall = site.colour(mixed(colour, (255, 255, 255), 0.1))
    deep, down = FRONT_M - back, [0, -HEIGHT_M, 0]
    site.sheet([-HALF_M, HEIGHT_M, FRONT_M], [0, 0, -deep], down, wall)
    site.sheet([HALF_M, HEIGHT_M, back], [0, 0, deep], down, wall)
    site.sheet([HALF_M, HEIGHT_M, FRONT_M], [-2 * HALF_M, 0, 0], down, wall)
    site.sheet([-HALF_M, HEIGHT_M, FRONT_M], [2 * HALF_M, 0, 0], [0, 0, -deep], wall)
    # Paler than a room: the sweep turns all its slopes to the light.
    light = interior_light(rng)._replace(direct=0.22, ambient=0.74)
    return Place("backdrop", True, site.solids(), light, 1.8, CAMERA_LOW_M, CAMERA_HIGH_M)


def _profile(back: float, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (z, y) [N, 2] from the floor in front up the wall, and the way [N] from the first to each."""
    turn = np.linspace(0, np.pi / 2, 41)
    bend = np.stack([back + radius - radius * np.sin(turn), radius - radius * np.cos(turn)], -1)
    line = np.vstack([[FRONT_M, 0.0], bend, [back, HEIGHT_M]])
    return line, np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])


def _painted(rng: np.random.Generator, colour: Colour, length_m: float) -> Picture:
    """A pool of light, a darker rim, and brushwork between none and some."""
    width, height = 512, round(512 * length_m / (2 * HALF_M))
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(0, 1, height))
    pool = np.exp(-(((x - rng.uniform(-0.25, 0.25)) / 0.55) ** 2) - ((y - rng.uniform(0.3, 0.5)) / 0.35) ** 2)
    edge = mixed(colour, tone(rng.uniform(), 0.5, 0.45), rng.uniform(0.15, 0.5))
    painted = (
        np.array(edge) * (1 - pool[..., None])
        + np.array(mixed(colour, (255, 252, 244), 0.35)) * pool[..., None]
    )
    brush = np.zeros((height, width), np.float32)
    for cells in (4, 9, 40, 160):
        noise = rng.normal(size=(cells, cells)).astype(np.float32)
        brush += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    painted = painted * (1 + rng.choice([0.002, 0.006, 0.014]) * brush[..., None])
    return np.ascontiguousarray(np.clip(np.round(painted), 0, 255).astype(np.uint8))
