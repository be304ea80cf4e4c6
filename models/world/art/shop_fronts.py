"""A row of small shops as one flat picture, and a paper lantern."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.world.art import surfaces
from models.world.art.brush import Canvas, Colour, box, oval, rounded_box
from models.world.art.tones import tone

Picture = NDArray[np.uint8]
SHOP_WIDTH, HEIGHT, SHOPS = 360, 560, 6
INK = (76, 54, 72)


def shop_row(rng: np.random.Generator, shaded: bool) -> Picture:
    """Six shops side by side, uint8 RGB; the side away from the sun is darker and cooler."""
    canvas = Canvas(SHOP_WIDTH * SHOPS, HEIGHT, 1)
    for number in range(SHOPS):
        _shop(canvas, rng, number * SHOP_WIDTH)
    picture = np.ascontiguousarray(canvas.rgba()[..., :3])
    for number in range(SHOPS):
        kind = ("note", "sun", "mountain", "rocket", "gear")[int(rng.integers(5))]
        sheet = surfaces.poster(rng, kind, 62, 84)
        x = number * SHOP_WIDTH + 6
        part = picture[390:474, x : x + 62]
        alpha = sheet[..., 3:].astype(np.float32) / 255
        part[:] = (sheet[..., :3] * alpha + part * (1 - alpha)).astype(np.uint8)
    picture = surfaces.grained(picture, rng, 3)
    tint = (0.78, 0.74, 0.92) if shaded else (1.0, 0.93, 0.86)
    return np.asarray(np.clip(picture * np.array(tint), 0, 255), dtype=np.uint8)


def lantern(colour: Colour) -> Picture:
    """A glowing paper lantern, uint8 RGBA [115, 80, 4]."""
    canvas = Canvas(80, 115, 2)
    canvas.shape(oval(40, 60, 32, 38), colour, to=(255, 232, 170), line=2.5, line_colour=(150, 60, 60))
    canvas.shape(oval(40, 62, 17, 24), (255, 248, 214), soft=8, opacity=0.8)
    for dx in (-14, 0, 14):
        canvas.stroke([(40 + dx, 30), (40 + dx * 1.4, 60), (40 + dx, 92)], (196, 90, 80), 1.4, 0.6)
    for y in (20, 100):
        canvas.shape(rounded_box(40, y, 30, 10, 4), (92, 60, 66), line=2)
    return canvas.rgba()


def _shop(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
    hue = rng.uniform()
    wall = tone(rng.choice([0.04, 0.08, 0.12, 0.55, 0.9]), 0.26, 0.86)
    canvas.shape(box(x, 0, SHOP_WIDTH, HEIGHT), wall)
    for column in range(2):
        _upper_window(canvas, x + 60 + column * 150, 70)
    canvas.shape(box(x, 210, SHOP_WIDTH, 14), (240, 228, 210), shade=4, line=2.5, line_colour=INK)
    canvas.shape(
        rounded_box(x + 180, 250, 250, 46, 10),
        tone(hue, 0.55, 0.62),
        shade=5,
        rim=3,
        line=3,
        line_colour=INK,
    )
    for k in range(int(rng.integers(4, 7))):
        canvas.shape(rounded_box(x + 90 + k * 32, 250, 20, 24, 7), (255, 240, 206))
    _shop_window(canvas, rng, x)
    _door(canvas, x, hue)
    _awning(canvas, x, hue)
    canvas.stroke([(x, 0), (x, HEIGHT)], INK, 4)


def _upper_window(canvas: Canvas, x: float, y: float) -> None:
    canvas.shape(box(x, y, 90, 110), (246, 238, 222), shade=4, line=3, line_colour=INK)
    canvas.shape(box(x + 10, y + 10, 70, 90), (126, 150, 196), to=(255, 206, 150))
    canvas.stroke([(x + 45, y + 10), (x + 45, y + 100)], (246, 238, 222), 6)
    canvas.stroke([(x + 10, y + 50), (x + 80, y + 50)], (246, 238, 222), 6)
    canvas.shape(box(x - 6, y + 108, 102, 12), (196, 146, 110), shade=3, line=2.5, line_colour=INK)
    for k in range(5):
        canvas.shape(oval(x + 8 + k * 19, y + 104, 12, 9), ((110, 176, 104), (236, 110, 120))[k % 2])


def _shop_window(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
    canvas.shape(box(x + 76, 330, 150, 150), (120, 82, 70), shade=4, line=3, line_colour=INK)
    canvas.shape(box(x + 88, 342, 126, 126), (255, 226, 150), to=(255, 190, 110))
    for row in (400, 456):
        for k in range(4):
            goods = tone(rng.uniform(), 0.5, 0.88)
            canvas.shape(oval(x + 106 + k * 30, row - 12, 11, 13), goods, shade=3, line=2, line_colour=INK)
        canvas.shape(box(x + 88, row, 126, 7), (160, 110, 80))


def _door(canvas: Canvas, x: float, hue: float) -> None:
    canvas.shape(box(x + 248, 336, 86, 224), tone(hue + 0.5, 0.45, 0.55), shade=6, line=3, line_colour=INK)
    canvas.shape(box(x + 262, 352, 58, 88), (255, 220, 150), line=2.5, line_colour=INK)
    canvas.shape(oval(x + 322, 464, 5, 5), (250, 214, 110), line=1.5)


def _awning(canvas: Canvas, x: float, hue: float) -> None:
    for k in range(9):
        left = x + 60 + k * 31
        colour = tone(hue, 0.6, 0.88) if k % 2 == 0 else (255, 246, 232)
        canvas.shape(box(left, 284, 31, 42), colour)
        canvas.shape(oval(left + 15.5, 326, 15.5, 11), colour, shade=3)
    canvas.stroke([(x + 60, 284), (x + 339, 284)], INK, 3)
