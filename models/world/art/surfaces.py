"""Painted surfaces and things that hang on them: boards, bricks, paving, windows, posters, shelves."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art.brush import Canvas, Colour, box, oval, rounded_box, smooth_curve
from models.world.art.tones import dimmed, tone

Picture = NDArray[np.uint8]


def _varied(colour: Colour, rng: np.random.Generator, by: float) -> Colour:
    factor = 1 + rng.uniform(-by, by)
    red, green, blue = (int(np.clip(channel * factor, 0, 255)) for channel in colour)
    return red, green, blue


def grained(picture: Picture, rng: np.random.Generator, strength: float = 5.0) -> Picture:
    """The picture with the soft blotches of a painted surface."""
    height, width = picture.shape[:2]
    blotches = np.zeros((height, width), np.float32)
    for cell in (4, 12, 40):
        noise = rng.normal(size=(height // cell + 2, width // cell + 2)).astype(np.float32)
        blotches += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    out = picture.copy()
    out[..., :3] = np.clip(picture[..., :3] + blotches[..., None] * strength, 0, 255)
    return out


def planks(
    rng: np.random.Generator, colour: Colour, width: int = 800, height: int = 800, rows: int = 12
) -> Picture:
    """Boards that run from top to bottom."""
    canvas = Canvas(width, height, 1)
    board = width / rows
    for row in range(rows):
        y = -rng.uniform(0, 0.6) * height
        while y < height:
            length = height * rng.uniform(0.35, 0.7)
            wood = _varied(colour, rng, 0.09)
            canvas.shape(box(row * board, y, board, length), wood)
            for _ in range(4):
                x = (row + rng.uniform(0.1, 0.9)) * board
                grain = [(x, y), (x + rng.uniform(-5, 5), y + length / 2), (x, y + length)]
                canvas.stroke(smooth_curve(grain, closed=False), _varied(wood, rng, 0.12), 2, 0.5)
            canvas.stroke([(row * board, y), ((row + 1) * board, y)], dimmed(colour, 0.62), 3)
            y += length
        canvas.stroke([(row * board, 0), (row * board, height)], dimmed(colour, 0.6), 3)
    return grained(np.ascontiguousarray(canvas.rgba()[..., :3]), rng, 3)


def blocks(
    rng: np.random.Generator,
    colour: Colour,
    joint: Colour,
    width: int = 800,
    height: int = 600,
    size: tuple[float, float] = (64, 28),
) -> Picture:
    """Bricks or paving stones in a running bond."""
    canvas = Canvas(width, height, 1)
    canvas.shape(box(0, 0, width, height), joint)
    for row in range(int(height / size[1]) + 1):
        for column in range(-1, int(width / size[0]) + 1):
            x = (column + 0.5 * (row % 2)) * size[0]
            stone = rounded_box(x + size[0] / 2, (row + 0.5) * size[1], size[0] - 5, size[1] - 5, 5)
            canvas.shape(stone, _varied(colour, rng, 0.14), shade=2, rim=1.5)
    return grained(np.ascontiguousarray(canvas.rgba()[..., :3]), rng, 4)


def panelled_wall(
    rng: np.random.Generator, upper: Colour, lower: Colour, width: int = 800, height: int = 560
) -> Picture:
    """A wall with striped paper above and wooden panels below."""
    canvas = Canvas(width, height, 1)
    canvas.shape(box(0, 0, width, height), upper)
    for x in range(0, width, 50):
        canvas.shape(box(x, 0, 25, height), dimmed(upper, 0.965))
    rail = height * 0.66
    canvas.shape(box(0, rail, width, height - rail), lower)
    for x in range(12, width, 100):
        canvas.shape(box(x, rail + 30, 76, height - rail - 66), lower, shade=4, rim=3, line=2)
    for y, thick in ((rail, 16), (height - 22, 22), (0, 12)):
        canvas.shape(
            box(-9, y, width + 18, thick), (250, 246, 236), shade=4, line=2, line_colour=(120, 110, 120)
        )
    return grained(np.ascontiguousarray(canvas.rgba()[..., :3]), rng, 2.5)


def sky_and_hills(
    rng: np.random.Generator, top: Colour, bottom: Colour, width: int = 600, height: int = 400
) -> Picture:
    """Clouds over two rows of hills."""
    canvas = Canvas(width, height, 1)
    canvas.shape(box(0, 0, width, height), top, to=bottom)
    for _ in range(6):
        x, y, r = rng.uniform(0, width), rng.uniform(0.08, 0.5) * height, rng.uniform(0.03, 0.06) * width
        for dx, dy, share in ((-1.3, 0.2, 0.7), (0, 0, 1.0), (1.2, 0.25, 0.75), (2.1, 0.4, 0.45)):
            canvas.shape(
                oval(x + dx * r, y + dy * r, r * share * 1.25, r * share * 0.7),
                (255, 252, 246),
                soft=3,
                opacity=0.8,
            )
    for level, colour in ((0.66, (142, 176, 196)), (0.76, (108, 168, 130))):
        ridge = [(x, (level + rng.uniform(-0.07, 0.05)) * height) for x in np.linspace(-20, width + 20, 9)]
        canvas.shape(
            np.vstack([smooth_curve(ridge, closed=False), [(width + 30, height), (-30, height)]]),
            colour,
            rim=3,
        )
    return np.ascontiguousarray(canvas.rgba()[..., :3])


def window(view: Picture, width: int = 360, height: int = 320) -> Picture:
    """A framed window that shows `view`; RGBA."""
    canvas = Canvas(width, height, 2)
    canvas.shape(
        rounded_box(width / 2, height / 2, width - 8, height - 8, 12),
        (252, 248, 240),
        shade=6,
        line=4,
        line_colour=(96, 84, 100),
    )
    picture = canvas.rgba()
    inner = cv2.resize(view, (width - 60, height - 60), interpolation=cv2.INTER_AREA)
    picture[30 : height - 30, 30 : width - 30, :3] = inner
    bars = Canvas(width, height, 2)
    for bar in (box(width / 2 - 7, 24, 14, height - 48), box(24, height * 0.42, width - 48, 14)):
        bars.shape(bar, (252, 248, 240), shade=3, line=2.5, line_colour=(96, 84, 100))
    bars.shape(
        box(2, height - 34, width - 4, 24), (252, 248, 240), shade=5, line=3, line_colour=(96, 84, 100)
    )
    return over(picture, bars.rgba())


def over(below: Picture, above: Picture) -> Picture:
    """One RGBA picture laid over another of the same size."""
    a = above[..., 3:].astype(np.float32) / 255
    b = below[..., 3:].astype(np.float32) / 255 * (1 - a)
    total = np.maximum(a + b, 1e-6)
    rgb = (above[..., :3] * a + below[..., :3] * b) / total
    return np.asarray(np.round(np.dstack([rgb, (a + b) * 255])), dtype=np.uint8)


def poster(rng: np.random.Generator, kind: str, width: int = 200, height: int = 270) -> Picture:
    """A framed poster: 'rocket', 'gear', 'mountain', 'note' or 'sun'; RGBA."""
    hue = rng.uniform()
    paper, ink = tone(hue, 0.28, 0.98), tone(hue + 0.5, 0.62, 0.72)
    canvas = Canvas(width, height, 2)
    x, y = width / 2, height * 0.44
    canvas.shape(
        rounded_box(x, height / 2, width - 6, height - 6, 8),
        (246, 240, 230),
        shade=5,
        line=4,
        line_colour=(80, 66, 74),
    )
    canvas.shape(box(18, 18, width - 36, height - 36), paper)
    _emblem(canvas, kind, x, y, ink)
    for k, length in enumerate((0.6, 0.42)):
        line = rounded_box(x, height * (0.78 + 0.08 * k), width * length, 11, 5)
        canvas.shape(line, ink)
    return canvas.rgba()


def _emblem(canvas: Canvas, kind: str, x: float, y: float, ink: Colour) -> None:
    if kind == "rocket":
        canvas.shape(
            smooth_curve(
                [(x, y - 66), (x + 28, y - 16), (x + 24, y + 36), (x - 24, y + 36), (x - 28, y - 16)]
            ),
            (250, 250, 252),
            shade=7,
            line=3,
            line_colour=ink,
        )
        for side in (-1, 1):
            canvas.shape([(x + side * 24, y + 6), (x + side * 46, y + 46), (x + side * 20, y + 38)], ink)
        canvas.shape(oval(x, y - 10, 13, 13), ink)
        canvas.shape(smooth_curve([(x - 14, y + 42), (x + 14, y + 42), (x, y + 74)]), (250, 150, 60))
    elif kind == "gear":
        teeth = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        radius = 54 + 10 * np.sign(np.sin(teeth * 8))
        canvas.shape(np.stack([x + radius * np.cos(teeth), y + radius * np.sin(teeth)], -1), ink, shade=5)
        canvas.shape(oval(x, y, 22, 22), (250, 248, 240))
    elif kind == "mountain":
        canvas.shape([(x - 74, y + 62), (x - 14, y - 46), (x + 34, y + 62)], ink, rim=4)
        canvas.shape([(x - 20, y + 62), (x + 30, y - 16), (x + 74, y + 62)], ink, shade=8)
        canvas.shape([(x - 32, y - 14), (x - 14, y - 46), (x, y - 14), (x - 12, y - 4)], (255, 255, 255))
    elif kind == "note":
        canvas.stroke([(x - 26, y + 40), (x - 26, y - 44), (x + 34, y - 56), (x + 34, y + 28)], ink, 9)
        for dx, dy in ((-40, 42), (20, 30)):
            canvas.shape(oval(x + dx, y + dy, 19, 14, -20), ink)
    else:
        for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
            ray = [(x + r * np.cos(angle), y + r * np.sin(angle)) for r in (46, 66)]
            canvas.stroke(ray, ink, 8)
        canvas.shape(oval(x, y, 38, 38), ink, shade=5, rim=4)


def shelf(rng: np.random.Generator, width: int = 420, height: int = 150) -> Picture:
    """A wall shelf with books, a plant and a globe; RGBA."""
    canvas = Canvas(width, height, 2)
    x = 22.0
    while x < width * 0.62:
        thick, tall = rng.uniform(14, 26), rng.uniform(62, 96)
        cover = tone(rng.uniform(), 0.5, 0.85)
        canvas.shape(box(x, height - 30 - tall, thick, tall), cover, shade=4, line=2)
        canvas.stroke([(x + 3, height - 44), (x + thick - 3, height - 44)], (250, 244, 230), 3)
        x += thick + 1
    for turn in (-40, -15, 10, 35):
        canvas.shape(
            oval(width * 0.72 + turn * 0.5, height - 82, 8, 30, turn), (96, 176, 104), shade=3, line=2
        )
    canvas.shape(
        [
            (width * 0.72 - 22, height - 66),
            (width * 0.72 + 22, height - 66),
            (width * 0.72 + 15, height - 30),
            (width * 0.72 - 15, height - 30),
        ],
        (226, 122, 92),
        shade=5,
        line=2,
    )
    canvas.shape(oval(width * 0.89, height - 62, 30, 30), (112, 176, 226), shade=7, rim=4, line=2.5)
    canvas.shape(
        smooth_curve(
            [
                (width * 0.86, height - 76),
                (width * 0.91, height - 72),
                (width * 0.90, height - 52),
                (width * 0.87, height - 56),
            ]
        ),
        (132, 196, 120),
    )
    canvas.shape(
        rounded_box(width / 2, height - 22, width - 8, 18, 5), (186, 132, 88), shade=5, rim=3, line=3
    )
    return canvas.rgba()
