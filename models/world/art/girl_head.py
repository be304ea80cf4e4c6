"""Head, face and hair of the girl."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.world.art.brush import Canvas, Points, oval, smooth_curve

SKIN = (255, 224, 201)
HAIR = (38, 158, 164)
HAIR_DARK = (22, 112, 128)
HAIR_LIGHT = (120, 220, 214)
RIBBON = (232, 70, 92)
INK = (74, 42, 52)
LINE = 2.6


def draw_back_hair(canvas: Canvas, x: float) -> None:
    """The hair behind neck and shoulders; drawn before the body."""
    half = [(0, 56), (60, 66), (98, 110), (110, 170), (104, 226), (84, 262), (60, 250), (34, 266), (0, 258)]
    canvas.shape(_both_sides(half, x), HAIR_DARK, shade=6, line=LINE, line_colour=INK)


def draw_head(canvas: Canvas, x: float) -> None:
    """Face, ears, hair and ribbon; drawn last."""
    for side in (-1, 1):
        canvas.shape(oval(x + side * 84, 178, 12, 17), SKIN, line=LINE, line_colour=INK)
    half = [(0, 84), (50, 92), (80, 130), (84, 172), (72, 210), (42, 238), (14, 250), (0, 251)]
    face = _both_sides(half, x)
    canvas.shape(face, SKIN, shade=5, shade_colour=(242, 188, 168), line=LINE, line_colour=INK)
    with canvas.clipped(face):
        canvas.shape(oval(x, 118, 92, 40), (240, 190, 168), soft=6)  # shadow of the fringe
        for side in (-1, 1):
            canvas.shape(oval(x + side * 52, 212, 17, 9), (255, 150, 140), soft=5, opacity=0.75)
    for side in (-1, 1):
        _eye(canvas, x, side)
    _mouth_and_nose(canvas, x)
    _fringe(canvas, x)
    _ribbon(canvas, x)


def _both_sides(half: Sequence[tuple[float, float]], x: float) -> Points:
    right = np.array(half, np.float64)
    left = right[::-1][1:-1] * (-1, 1)
    return smooth_curve(np.vstack([right, left]) + (x, 0))


def _eye(canvas: Canvas, x: float, side: int) -> None:
    ex, ey = x + side * 38, 184
    white = oval(ex, ey, 19, 25)
    canvas.shape(white, (255, 255, 255))
    with canvas.clipped(white):
        iris = oval(ex - side * 1.5, ey + 3, 15.5, 22)
        canvas.shape(iris, (84, 40, 34), to=(226, 146, 70))
        canvas.shape(oval(ex - side * 1.5, ey + 2, 7.5, 11), (46, 22, 26))
        canvas.shape(oval(ex - side * 1.5, ey + 18, 9, 6), (255, 204, 122), soft=2, opacity=0.9)
        canvas.shape(oval(ex, ey - 24, 24, 12), (196, 190, 214), soft=2, opacity=0.8)
    canvas.shape(oval(ex - 6, ey - 6, 5.5, 7.5, 15), (255, 255, 255))
    canvas.shape(oval(ex + 6, ey + 11, 3, 3.6), (255, 255, 255))
    lash = [(ex - 20, ey - 9), (ex - 11, ey - 24), (ex + 2, ey - 28), (ex + 14, ey - 23), (ex + 20, ey - 10)]
    upper = smooth_curve(lash, closed=False)
    lower = smooth_curve([(px, py + 4 + 2 * (abs(px - ex) < 15)) for px, py in lash], closed=False)
    canvas.shape(np.vstack([upper, lower[::-1]]), INK)
    corner = [(ex + side * 18, ey - 14), (ex + side * 27, ey - 20), (ex + side * 21, ey - 5)]
    canvas.shape(corner, INK)
    canvas.stroke(smooth_curve([(ex - 9, ey + 25), (ex, ey + 27), (ex + 9, ey + 25)], closed=False), INK, 1.8)
    brow = [(ex - side * 14, ey - 42), (ex + side * 2, ey - 47), (ex + side * 17, ey - 41)]
    canvas.stroke(smooth_curve(brow, closed=False), HAIR_DARK, 3.6)


def _mouth_and_nose(canvas: Canvas, x: float) -> None:
    canvas.stroke(
        smooth_curve([(x - 2, 206), (x + 2, 209), (x - 1, 211)], closed=False), (214, 138, 116), 2.2
    )
    mouth = smooth_curve([(x - 15, 222), (x, 226), (x + 15, 222), (x + 9, 234), (x, 238), (x - 9, 234)])
    canvas.shape(mouth, (168, 48, 58), line=2.2, line_colour=INK)
    with canvas.clipped(mouth):
        canvas.shape(oval(x, 238, 10, 6), (246, 128, 128))
        canvas.shape([(x - 16, 219), (x + 16, 219), (x + 14, 227), (x - 14, 227)], (255, 255, 255))


def _fringe(canvas: Canvas, x: float) -> None:
    crown = [
        (-100, 212), (-107, 160), (-92, 98), (-52, 58), (2, 46), (56, 58), (94, 98), (107, 160), (100, 212),
        (90, 186), (82, 146), (70, 128), (64, 158), (50, 130), (34, 122), (30, 152), (10, 124), (-8, 120),
        (-16, 150), (-34, 124), (-50, 126), (-60, 158), (-72, 128), (-83, 148), (-90, 188),
    ]  # fmt: skip
    hair = smooth_curve(np.array(crown, np.float64) + (x, 0))
    canvas.shape(hair, HAIR, to=(30, 142, 152), shade=6, line=LINE, line_colour=INK)
    with canvas.clipped(hair):
        shine = [
            (-78, 108),
            (-40, 86),
            (6, 80),
            (50, 88),
            (80, 110),
            (50, 100),
            (30, 106),
            (8, 96),
            (-20, 106),
            (-42, 98),
        ]
        canvas.shape(smooth_curve(np.array(shine, np.float64) + (x, 0)), HAIR_LIGHT, soft=1.2, opacity=0.85)
        for strand in (
            [(-52, 62), (-66, 92), (-66, 124)],
            [(6, 50), (14, 80), (8, 118)],
            [(54, 62), (64, 96), (58, 126)],
        ):
            canvas.stroke(smooth_curve(np.array(strand, np.float64) + (x, 0), closed=False), HAIR_DARK, 2.2)
    ahoge = [(-4, 52), (-10, 30), (4, 14), (26, 12), (38, 22), (22, 22), (10, 30), (8, 52)]
    canvas.shape(
        smooth_curve(np.array(ahoge, np.float64) + (x, 0)), HAIR, shade=2, line=LINE, line_colour=INK
    )


def _ribbon(canvas: Canvas, x: float) -> None:
    bx, by = x + 76, 92
    for turn in (-1, 1):
        loop = [(0, 0), (14 * turn, -20), (34 * turn, -18), (36 * turn, 6), (20 * turn, 12)]
        tilted = np.array(loop, np.float64) @ np.array([[0.86, 0.5], [-0.5, 0.86]]) + (bx, by)
        canvas.shape(smooth_curve(tilted), RIBBON, shade=4, rim=2, line=LINE, line_colour=INK)
    canvas.shape(oval(bx, by, 9, 10), (250, 104, 120), line=LINE, line_colour=INK)
