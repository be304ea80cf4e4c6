"""Fittings of interiors: windows with curtains, posters, shelves, rugs, doors."""

from __future__ import annotations

import cv2
import numpy as np

from models.world.art import surfaces
from models.world.art.brush import Colour
from models.world.places import furniture, paints
from models.world.places.colours import mixed, pick
from models.world.places.furniture import Spot
from models.world.places.paints import Picture
from models.world.places.shell import GAP_M, Shell, hang, wall_frame
from models.world.places.site import Site

POSTERS = ("rocket", "gear", "mountain", "note", "sun")
DAYLIGHT = (((150, 204, 244), (232, 246, 250)), ((250, 186, 150), (252, 232, 196)),
            ((132, 168, 226), (246, 224, 226)), ((176, 196, 210), (232, 236, 234)))  # fmt: skip
TURNS = {"back": 0.0, "left": np.pi / 2, "right": -np.pi / 2, "front": np.pi}
"""Turn of a piece of furniture with its back to the wall."""


def daylight_of(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Colours of the sky in the windows, above and below."""
    return DAYLIGHT[int(rng.integers(len(DAYLIGHT)))]


def spot_at(shell: Shell, wall: str, along_m: float, out_m: float) -> Spot:
    """A spot `out_m` before a wall (its middle), facing away from it."""
    (x, z), _ = wall_frame(shell, wall, along_m, 0.0, out_m)
    return Spot(x, z, TURNS[wall])


def window(site: Site, shell: Shell, wall: str, along_m: float, size_m: tuple[float, float], sill_m: float,
           curtain: Picture | None, daylight: tuple[Colour, Colour],
           rng: np.random.Generator) -> None:  # fmt: skip
    """A window that glows, with frame, bars, sill and perhaps curtains."""
    width, height = size_m
    sky, low = daylight
    view = surfaces.sky_and_hills(rng, sky, low, 480, round(480 * height / width))
    hang(site, shell, wall, along_m, sill_m + height, size_m, site.picture(view, lit=False))
    white = site.picture(paints.plaster(0, furniture.WHITE, 2))
    spot = spot_at(shell, wall, along_m, 0.03)
    bars = [(0.0, sill_m - 0.06, width + 0.12, 0.06), (0.0, sill_m + height, width + 0.12, 0.06)]
    bars += [(side * (width / 2 + 0.03), sill_m, 0.06, height) for side in (-1, 1)]
    bars += [(side * width / 6, sill_m, 0.035, height) for side in ((0,) if width < 1.5 else (-1, 1))]
    for x, y, w, h in bars:
        furniture.block(site, spot, (x, y, 0), (w, h, 0.05), white)
    furniture.block(site, spot, (0, sill_m + 0.62 * height, 0.001), (width, 0.035, 0.04), white)
    furniture.block(site, spot, (0, sill_m - 0.1, 0.07), (width + 0.24, 0.035, 0.16), white)
    if curtain is not None:
        _curtains(site, spot, width, (sill_m - 0.35, sill_m + height + 0.16), curtain)


def _curtains(site: Site, spot: Spot, width: float, ends: tuple[float, float], picture: Picture) -> None:
    cloth, rod = site.picture(picture), site.colour((110, 84, 70))
    low, high = ends
    for side in (-1, 1):
        inner, outer = side * (width / 2 - 0.12), side * (width / 2 + 0.32)
        x = np.linspace(inner, outer, 13)
        depth = 0.12 + 0.035 * np.cos(np.arange(13) * np.pi)
        points = np.array([[spot.at(a, y, d) for a, d in zip(x, depth, strict=True)] for y in (high, low)])
        folds = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(depth)))])
        u, v = np.meshgrid(folds / 0.8, [0, (high - low) / 0.8])
        site.grid(points, np.stack([u, v], -1), cloth)
    reach = width / 2 + 0.42
    site.cone(spot.at(-reach, high + 0.02, 0.12), spot.at(reach, high + 0.02, 0.12), (0.02, 0.02), rod)


def posters(site: Site, shell: Shell, wall: str, span_m: tuple[float, float], middle_m: float, count: int,
            rng: np.random.Generator, scale: float = 1.0) -> None:  # fmt: skip
    """Posters of several sizes side by side along a part of a wall."""
    step = (span_m[1] - span_m[0]) / max(count, 1)
    kinds = rng.permutation(len(POSTERS))
    for k in range(count):
        sheet = surfaces.poster(rng, POSTERS[int(kinds[k % len(kinds)])])
        width = min(rng.uniform(0.4, 0.72) * scale, step * 0.86)
        along = span_m[0] + (k + 0.5) * step + rng.uniform(-0.06, 0.06)
        height = width * sheet.shape[0] / sheet.shape[1]
        top = middle_m + height / 2 + rng.uniform(-0.1, 0.1)
        hang(site, shell, wall, along, top, (width, height), site.picture(flat(sheet, (90, 74, 80))))


def flat(picture: Picture, ground: Colour) -> Picture:
    """An RGBA picture laid on a colour: RGB."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.ascontiguousarray(np.round(picture[..., :3] * alpha + np.array(ground) * (1 - alpha)), np.uint8)


def wall_shelf(site: Site, shell: Shell, wall: str, along_m: float, y: float, width: float, wood: Colour,
               rng: np.random.Generator) -> None:  # fmt: skip
    """A board on the wall with books and a plant."""
    spot = spot_at(shell, wall, along_m, 0.12)
    board = site.picture(paints.timber(0, wood))
    furniture.block(site, spot, (0, y, 0), (width, 0.03, 0.22), board)
    covers = furniture.book_covers(site, rng)
    furniture.things(site, spot, y + 0.03, width - 0.1, 0.3, covers, rng)


def woven(rng: np.random.Generator, colours: tuple[Colour, Colour], width: int, height: int) -> Picture:
    """A woven rug: borders, a field of lozenges and a medallion."""
    first, second = colours
    pale = mixed(second, furniture.WHITE, 0.55)
    picture = np.full((height, width, 3), first, np.uint8)
    for inset, colour in ((8, pale), (14, first), (22, second), (30, first)):
        cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), colour, -1)
    step = int(rng.integers(26, 44))
    for row, y in enumerate(range(44, height - 40, step // 2)):
        for x in range(44 + (row % 2) * step // 2, width - 40, step):
            colour = pick(rng, pale, second, mixed(first, (30, 24, 40), 0.35))
            reach = step // 2 - 5
            corners = np.array([(x - reach, y), (x, y - reach // 2), (x + reach, y), (x, y + reach // 2)])
            cv2.fillPoly(picture, [corners.astype(np.int32)], colour, cv2.LINE_AA)
    middle = (width // 2, height // 2)
    for share, colour in ((0.3, second), (0.24, pale), (0.19, first), (0.1, pale)):
        axes = (round(width * share), round(height * share))
        cv2.ellipse(picture, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    noise = rng.normal(1, 0.05, (height, width, 1))
    return np.ascontiguousarray(np.clip(picture * noise, 0, 255), np.uint8)


def door(site: Site, shell: Shell, wall: str, along_m: float, wood: Colour) -> None:
    """A panelled door in its frame."""
    leaf, frame = site.picture(paints.boards(1, wood)), site.picture(paints.plaster(0, furniture.WHITE, 2))
    spot = spot_at(shell, wall, along_m, 0.02)
    for x, width in ((0.0, 0.86), (-0.47, 0.08), (0.47, 0.08)):
        furniture.block(
            site, spot, (x, 0.001, GAP_M if x else 0), (width, 2.05, 0.03), frame if x else leaf, 1.6
        )
    furniture.block(site, spot, (0, 2.05, GAP_M), (1.02, 0.08, 0.03), frame)
    for y in (0.2, 1.1):
        furniture.block(site, spot, (0, y, 0.02), (0.6, 0.72, 0.02), leaf, 0.5)
    site.ball(spot.at(0.34, 1.0, 0.07), 0.03, site.colour((206, 176, 96)))
