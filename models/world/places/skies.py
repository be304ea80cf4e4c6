"""Hours of the day outdoors: the sky's painted dome, the light that goes with it, and hazy ridges far off."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art.brush import Colour
from models.world.places.colours import mixed, turned
from models.world.places.paints import Picture
from models.world.places.place import Light
from models.world.places.site import Site
from models.world.solids import SKY

DOME_M = 90.0
BELOW_M = -6.0
"""Height of the dome's rim: below all ground, so that no ray slips between the two."""
REPEATS = 3
"""The painted sky repeats round the horizon: 120 degrees a picture, so that it stays sharp."""


class Hour(NamedTuple):
    """Colours of a sky and of its light."""

    name: str
    top: Colour
    middle: Colour
    horizon: Colour
    cloud: Colour
    light: tuple[float, float, float]
    direct: float
    elevation_deg: float


# fmt: off
HOURS = (
    Hour("noon", (70, 142, 224), (128, 190, 242), (214, 236, 248), (255, 255, 252),
         (1.0, 1.0, 0.97), 0.5, 58),
    Hour("morning", (112, 172, 226), (184, 216, 236), (252, 236, 212), (255, 250, 240),
         (1.0, 0.97, 0.9), 0.45, 36),
    Hour("golden", (104, 136, 204), (236, 190, 164), (255, 216, 150), (255, 232, 206),
         (1.0, 0.9, 0.74), 0.5, 27),
    Hour("dusk", (84, 96, 164), (158, 140, 186), (255, 190, 150), (244, 184, 172),
         (0.95, 0.82, 0.86), 0.35, 24),
    Hour("overcast", (158, 174, 192), (192, 204, 214), (222, 228, 230), (236, 240, 242),
         (0.95, 0.97, 1.0), 0.25, 62),
)
# fmt: on
OFTEN = (0.3, 0.25, 0.2, 0.12, 0.13)
"""How often each hour is drawn: most pictures are drawn by day."""


def draw_hour(rng: np.random.Generator) -> Hour:
    """One of the hours, its colours a little shifted."""
    hour, shift = HOURS[int(rng.choice(len(HOURS), p=OFTEN))], rng.uniform(-0.012, 0.012)
    top, middle, horizon = (turned(c, shift) for c in (hour.top, hour.middle, hour.horizon))
    return hour._replace(top=top, middle=middle, horizon=horizon)


def light_of(hour: Hour, rng: np.random.Generator) -> Light:
    """The hour's light: from either side, mostly from behind the camera, so that figures are not in shade."""
    around = rng.choice([-1, 1]) * rng.uniform(np.radians(20), np.radians(80))
    height = np.radians(hour.elevation_deg + rng.uniform(-6, 6))
    towards = np.array([np.sin(around) * np.cos(height), np.sin(height), np.cos(around) * np.cos(height)])
    return Light(towards, hour.direct, 1.02 - hour.direct, hour.light)


def add_sky(site: Site, hour: Hour, rng: np.random.Generator) -> None:
    """Close the site with a painted dome."""
    picture = site.picture(sky_picture(hour, rng), lit=False)
    around = np.linspace(0, 2 * np.pi, 25)
    up = np.radians([0, 8, 18, 30, 48, 68, 90])
    ring, rise = np.meshgrid(around + rng.uniform(0, 2 * np.pi), up)
    points = DOME_M * np.stack([np.cos(rise) * np.sin(ring), np.sin(rise), np.cos(rise) * np.cos(ring)], -1)
    skirt = points[:1] + [0.0, BELOW_M, 0.0]
    u, v = np.meshgrid(around / (2 * np.pi) * REPEATS, 1 - up / up[-1])
    low = np.stack([u[:1], np.full_like(u[:1], 1.0)], -1)
    # Texture rows repeat: half a texel inside keeps the zenith's colour away from the horizon.
    uv = np.concatenate([np.stack([u, v], -1)[::-1], low]) * [1, 0.99] + [0, 0.005]
    site.grid(np.concatenate([points[::-1], skirt]), uv, picture, SKY)


def sky_picture(hour: Hour, rng: np.random.Generator, width: int = 800, height: int = 512) -> Picture:
    """The sky from zenith (top) to horizon (bottom), clouds included; its sides meet."""
    rise = 1 - (np.arange(height) + 0.5) / height
    stops, colours = [0, 0.16, 0.5, 1], [hour.horizon, hour.middle, hour.top, hour.top]
    column = np.stack([np.interp(rise, stops, [c[k] for c in colours]) for k in range(3)], -1)
    sky = np.repeat(column[:, None], width, 1)
    amount = rng.uniform(-0.35, 0.45) + (0.4 if hour.name == "overcast" else 0.0)
    billows = _billows(rng, width, height)
    band = np.interp(rise, [0, 0.04, 0.14, 0.34, 0.6], [0.0, 0.7, 1.0, 0.7, 0.0])[:, None]
    cover = np.clip((billows + amount) * 2.2, 0, 1) * band
    # Clouds are lit from above: where there is less cloud above than below, it is bright.
    lit = np.clip(0.55 + 2.2 * (billows - np.roll(billows, 9, axis=0)), 0, 1)[..., None]
    body = np.array(hour.cloud) * lit + np.array(mixed(hour.cloud, hour.top, 0.36)) * (1 - lit)
    painted = sky + (body - sky) * (cover[..., None] * 0.92)
    return np.ascontiguousarray(np.clip(np.round(painted), 0, 255).astype(np.uint8))


def _billows(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    total = np.zeros((height, width))
    for across, down, weight in ((4, 7, 1.0), (9, 16, 0.6), (20, 34, 0.34), (44, 70, 0.2)):
        noise = rng.normal(size=(down, across)).astype(np.float32)
        noise = np.pad(noise, 2, mode="wrap")
        x = (np.arange(width, dtype=np.float32) + 0.5) * across / width + 1.5
        y = (np.arange(height, dtype=np.float32) + 0.5) * down / height + 1.5
        grid = np.meshgrid(x, y)
        total += weight * cv2.remap(noise, grid[0], grid[1], cv2.INTER_CUBIC)
    return total * 0.7


def add_ridge(site: Site, colour: Colour, distance_m: float, height_m: float,
              rng: np.random.Generator, islands: bool = False) -> None:  # fmt: skip
    """A ring of hills, or of islands with gaps, far off: flat as a backcloth and of one hazy colour."""
    around = np.linspace(0, 2 * np.pi, 121)
    waves = sum(
        (
            rng.uniform(0.3, 1.0) / n * np.sin(n * around + rng.uniform(0, 6.28))
            for n in ((3, 7, 11, 19, 31) if islands else (2, 3, 5, 9, 17))
        ),
        np.zeros(121),
    )
    if islands:
        top = np.maximum(2.2 * height_m * (waves - 0.1), -1.0)
    else:
        top = np.maximum(height_m * (1 + 0.55 * waves), 0.25 * height_m)
    x, z = distance_m * np.sin(around), distance_m * np.cos(around)
    points = np.stack([np.stack([x, y, z], -1) for y in (top, np.full(121, -2.0))])
    shades = [mixed(colour, (20, 40, 60), 0.08 * (1 - k / 63)) for k in range(64)]
    noise = rng.normal(0, 2.5, (64, 128, 1))
    picture = np.clip(np.array(shades)[:, None] + noise, 0, 255).astype(np.uint8)
    u, v = np.meshgrid(around * 4, [0.02, 0.98])
    site.grid(points, np.stack([u, v], -1), site.picture(picture, lit=False))
