"""The places of the demo: a workshop for the robot, a dance studio for the clip, an evening street."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art import surfaces
from models.world.art.brush import Canvas, Colour, box
from models.world.art.perspective import View, floor, wall_back, wall_left, wall_right
from models.world.art.shop_fronts import lantern, shop_row

Picture = NDArray[np.uint8]
FLOOR_M = 1.3
"""Floor below the camera's eye, in metres."""


def draw_workshop(size_px: int, seed: int) -> View:
    """A bright workshop: papered walls, a window, shelves, posters."""
    rng = np.random.default_rng(seed)
    view = View(size_px, size_px, 0.86 * size_px, 0.42 * size_px, (236, 240, 244))
    half, top, far = 2.3, -1.75, 5.2
    view.place(
        surfaces.panelled_wall(rng, (176, 216, 222), (150, 196, 206)),
        wall_left(-half, top, FLOOR_M, 0.8, far),
    )
    view.place(
        surfaces.panelled_wall(rng, (196, 230, 232), (168, 208, 216)), wall_back(half, top, FLOOR_M, far)
    )
    view.place(
        surfaces.panelled_wall(rng, (204, 236, 236), (176, 216, 220)),
        wall_right(half, top, FLOOR_M, 0.8, far),
    )
    view.place(_plain((244, 246, 244)), floor(half, top, 0.8, far))
    view.place(surfaces.planks(rng, (170, 162, 182)), floor(half, FLOOR_M, 0.8, far))
    outside = surfaces.sky_and_hills(rng, (120, 190, 240), (216, 240, 250))
    view.place(
        surfaces.window(outside),
        [(-2.1, -1.2, far), (-0.95, -1.2, far), (-0.95, 0.1, far), (-2.1, 0.1, far)],
    )
    view.place(
        surfaces.shelf(rng), [(0.85, -1.15, far), (2.15, -1.15, far), (2.15, -0.6, far), (0.85, -0.6, far)]
    )
    view.place(
        surfaces.shelf(rng), [(0.85, -0.45, far), (2.15, -0.45, far), (2.15, 0.1, far), (0.85, 0.1, far)]
    )
    view.place(surfaces.poster(rng, "rocket"), wall_left(-half + 0.01, -1.1, 0.1, 2.6, 3.4))
    view.place(surfaces.poster(rng, "gear"), wall_left(-half + 0.01, -1.0, 0.0, 3.8, 4.5))
    view.place(surfaces.poster(rng, "mountain"), wall_right(half - 0.01, -1.1, 0.1, 2.5, 3.3))
    view.place(surfaces.poster(rng, "sun"), wall_right(half - 0.01, -1.0, 0.0, 3.8, 4.5))
    _corner_shade(view, half, top, far)
    return view


def draw_studio(size_px: int, seed: int) -> View:
    """A dance studio with bricks, posters and a shelf: much texture, so that a camera can be tracked."""
    rng = np.random.default_rng(seed)
    view = View(size_px, size_px, 1.0 * size_px, 0.44 * size_px, (236, 232, 226))
    half, top, far = 2.2, -1.7, 4.8
    view.place(
        surfaces.blocks(rng, (122, 130, 154), (166, 172, 190)), wall_left(-half, top, FLOOR_M, 0.8, far)
    )
    view.place(surfaces.blocks(rng, (140, 148, 172), (182, 188, 204)), wall_back(half, top, FLOOR_M, far))
    view.place(
        surfaces.blocks(rng, (148, 156, 178), (190, 196, 210)), wall_right(half, top, FLOOR_M, 0.8, far)
    )
    view.place(surfaces.planks(rng, (214, 184, 146)), floor(half, FLOOR_M, 0.8, far))
    outside = surfaces.sky_and_hills(rng, (250, 176, 140), (252, 226, 190))
    view.place(
        surfaces.window(outside),
        [(-1.9, -1.62, far), (-0.8, -1.62, far), (-0.8, -1.0, far), (-1.9, -1.0, far)],
    )
    view.place(surfaces.shelf(rng), [(0.7, -1.5, far), (2.0, -1.5, far), (2.0, -1.0, far), (0.7, -1.0, far)])
    view.place(surfaces.poster(rng, "rocket"), wall_left(-half + 0.01, -0.9, 0.1, 3.0, 3.7))
    view.place(surfaces.poster(rng, "note"), wall_right(half - 0.01, -0.9, 0.1, 2.9, 3.6))
    _corner_shade(view, half, top, far)
    return view


def draw_street(size_px: int, seed: int) -> Picture:
    """An evening street with shops, posters, lanterns and paving, as uint8 RGB [size, size, 3]."""
    rng = np.random.default_rng(seed)
    view = View(size_px, size_px, 0.9 * size_px, 0.46 * size_px, (255, 200, 160))
    half, top, far, ground = 3.0, -3.6, 17.0, 1.5
    _evening_sky(view, rng)
    view.place(_far_town(rng), wall_back(6.5, -3.2, ground, far), 0.35, (255, 196, 160))
    view.place(shop_row(rng, shaded=True), wall_left(-half, top, ground, 1.0, far))
    view.place(shop_row(rng, shaded=False), wall_right(half, top, ground, 1.0, far))
    stones = surfaces.blocks(rng, (150, 132, 150), (108, 92, 116), 900, 2000, (60, 44))
    view.place(stones, floor(half, ground, 1.0, far))
    for z in (3.4, 5.2, 7.6, 11.0):
        _lantern_string(view, rng, half, z)
    _dim_rim(view)
    return view.image()


def _plain(colour: Colour) -> Picture:
    return np.full((64, 64, 3), colour, np.uint8)


def _corner_shade(view: View, half: float, top: float, far: float) -> None:
    """Darken where walls and floor meet, and the picture's rim a little."""
    _dim_rim(view)
    x, y = view.grid()
    corners = view.project([(-half, FLOOR_M, far), (half, top, far)])
    left, right, low = corners[0, 0], corners[1, 0], corners[0, 1]
    edge = np.exp(-np.abs(x - left) / 14) + np.exp(-np.abs(x - right) / 14)
    edge = edge * (y < low) * 0.16 + np.exp(-np.abs(y - low) / 12) * ((x > left) & (x < right)) * 0.2
    view.lay((40, 30, 60), np.asarray(np.clip(edge, 0, 1), dtype=np.float32))


def _dim_rim(view: View) -> None:
    x, y = view.grid()
    rim = ((x / view.width - 0.5) ** 2 + (y / view.height - 0.5) ** 2) * 0.22
    view.lay((40, 30, 60), np.asarray(rim, dtype=np.float32))


def _evening_sky(view: View, rng: np.random.Generator) -> None:
    x, y = view.grid()
    share = np.clip(y / view.horizon_px, 0, 1)[..., None]
    colours = np.array([(92, 92, 176), (190, 120, 190), (255, 170, 140), (255, 222, 170)], np.float32)
    stops = np.linspace(0, 1, 4)
    sky = np.dstack([np.interp(share[..., 0], stops, colours[:, c]) for c in range(3)])
    view.lay(sky, np.ones(x.shape, np.float32))
    sun = np.exp(-(((x - view.width * 0.54) / 50) ** 2 + ((y - view.horizon_px * 0.82) / 50) ** 2))
    view.lay((255, 246, 214), np.asarray(np.clip(sun * 1.3, 0, 1), dtype=np.float32))
    for _ in range(7):
        cx, cy = rng.uniform(0.3, 0.75) * view.width, rng.uniform(0.05, 0.6) * view.horizon_px
        cloud = np.exp(-(((x - cx) / rng.uniform(40, 90)) ** 2 + ((y - cy) / rng.uniform(4, 9)) ** 2))
        view.lay((255, 224, 214), np.asarray(cloud * 0.7, dtype=np.float32))


def _far_town(rng: np.random.Generator) -> Picture:
    canvas = Canvas(900, 330, 1)
    for x in range(0, 900, 56):
        tall = rng.uniform(60, 150) + 40 * (abs(x - 450) > 260)
        red, green, blue = (int(channel) for channel in rng.uniform(110, 170, 3))
        canvas.shape(box(x, 330 - tall, 56, tall), (red, green, blue))
        canvas.shape([(x - 4, 330 - tall), (x + 28, 330 - tall - 34), (x + 60, 330 - tall)], (122, 88, 120))
        for wx in (12, 34):
            canvas.shape(box(x + wx, 350 - tall, 11, 18), (255, 224, 150))
    return canvas.rgba()


def _lantern_string(view: View, rng: np.random.Generator, half: float, z: float) -> None:
    at = np.linspace(-1, 1, 15)
    rope = np.stack([at * half, -1.75 + 0.42 * (1 - at**2) - 0.25, np.full(15, z)], -1)
    pixels = view.project(rope) * view.oversampling
    cover = np.zeros((view.height * view.oversampling, view.width * view.oversampling), np.uint8)
    cv2.polylines(
        cover, [np.round(pixels * 16).astype(np.int32)], False, 255, max(1, round(9 / z)), cv2.LINE_AA, 4
    )
    view.lay((70, 50, 70), cover.astype(np.float32) / np.float32(255))
    for k in range(2, 13, 2):
        x, y, _ = rope[k]
        colour = ((255, 120, 96), (255, 206, 110), (250, 150, 170))[int(rng.integers(3))]
        corners = [(x - 0.16, y, z), (x + 0.16, y, z), (x + 0.16, y + 0.46, z), (x - 0.16, y + 0.46, z)]
        view.place(lantern(colour), corners)
