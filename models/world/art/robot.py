"""The second demo character: a round-cornered yellow robot with a screen for a face, in an A-pose."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.art.brush import Canvas, Colour, Points, limb, oval, rounded_box, smooth_curve

WIDTH, HEIGHT = 600, 720
MIDDLE = WIDTH / 2

BODY = (255, 196, 62)
BODY_DEEP = (240, 160, 44)
CREAM = (255, 244, 222)
RUBBER = (86, 92, 112)
RUBBER_LIGHT = (122, 130, 152)
SCREEN = (26, 44, 66)
GLOW = (110, 246, 232)
RED = (238, 84, 74)
INK = (58, 40, 50)
LINE = 2.8


def draw_robot() -> NDArray[np.uint8]:
    """The robot as uint8 RGBA [720, 600, 4]; transparent around it. Its soles stand at y = 690."""
    canvas = Canvas(WIDTH, HEIGHT)
    for side in (1, -1):
        _leg(canvas, side)
    for side in (1, -1):
        _arm(canvas, side)
    _torso(canvas)
    _head(canvas)
    return canvas.rgba()


def _mirrored(points: ArrayLike, side: int) -> Points:
    p = np.array(points, np.float64)
    p[:, 0] = MIDDLE + side * p[:, 0]
    return p


def _hose(canvas: Canvas, path: list[tuple[float, float]], side: int, width: float, rings: int) -> None:
    """A ribbed rubber tube: what the joints of a toy robot are made of."""
    centre = smooth_curve(_mirrored(path, side), closed=False, steps=10)
    tube = limb(_mirrored(path, side), [width] * len(path))
    canvas.shape(tube, RUBBER, shade=5, rim=2, line=LINE, line_colour=INK)
    with canvas.clipped(tube):
        for share in np.linspace(0.12, 0.88, rings):
            k = min(int(share * (len(centre) - 1)), len(centre) - 2)
            along = centre[k + 1] - centre[k]
            across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6) * width / 2
            canvas.stroke([centre[k] - across, centre[k] + across], (62, 66, 84), 2.6)


def _shell(canvas: Canvas, outline: Points, colour: Colour = BODY, shade: float = 9.0) -> None:
    canvas.shape(outline, colour, shade=shade, rim=4, line=LINE, line_colour=INK)


def _bolt(canvas: Canvas, x: float, y: float, radius: float = 4.5) -> None:
    canvas.shape(oval(x, y, radius, radius), (206, 210, 224), shade=1.5, line=1.6, line_colour=INK)


def _leg(canvas: Canvas, side: int) -> None:
    _hose(canvas, [(48, 452), (56, 500), (60, 548)], side, 44, 6)
    shin = smooth_curve(
        _mirrored([(34, 552), (62, 542), (90, 552), (96, 610), (90, 650), (36, 650), (30, 610)], side)
    )
    _shell(canvas, shin)
    cap = oval(MIDDLE + side * 61, 566, 15, 15)
    canvas.shape(cap, CREAM, shade=4, line=2, line_colour=INK)
    canvas.shape(oval(MIDDLE + side * 61, 566, 6, 6), RED, shade=2, line=1.5, line_colour=INK)
    foot = [(22, 690), (20, 664), (34, 642), (66, 636), (96, 646), (114, 668), (116, 690)]
    _shell(canvas, smooth_curve(_mirrored([*foot, (68, 694)], side)), BODY_DEEP, 7)
    sole = rounded_box(MIDDLE + side * 68, 687, 102, 13, 6)
    canvas.shape(sole, RED, rim=2, line=LINE, line_colour=INK)
    canvas.stroke(smooth_curve(_mirrored([(34, 668), (66, 660), (102, 670)], side), closed=False), INK, 2.0)


def _arm(canvas: Canvas, side: int) -> None:
    _hand(canvas, side)
    _hose(canvas, [(84, 288), (120, 330), (148, 374)], side, 38, 6)
    forearm = limb(_mirrored([(146, 372), (166, 408), (184, 440)], side), [54, 62, 60])
    _shell(canvas, forearm)
    band = _mirrored([(140, 420), (192, 388), (204, 408), (152, 440)], side)
    with canvas.clipped(forearm):
        canvas.shape(band, RED, shade=5, line=2, line_colour=INK)
    _shell(canvas, oval(MIDDLE + side * 92, 292, 36, 35), BODY)
    _bolt(canvas, MIDDLE + side * 96, 292, 7)


def _hand(canvas: Canvas, side: int) -> None:
    canvas.shape(
        limb(_mirrored([(186, 444), (196, 462)], side), [34, 34]), RUBBER, line=LINE, line_colour=INK
    )
    for finger in ([(188, 470), (176, 490), (180, 508)], [(200, 474), (202, 498), (198, 516)],
                   [(210, 466), (224, 484), (222, 504)]):  # fmt: skip
        canvas.shape(
            limb(_mirrored(finger, side), [21, 19, 17]),
            BODY_DEEP,
            shade=3,
            rim=2,
            line=LINE,
            line_colour=INK,
        )
    canvas.shape(
        oval(MIDDLE + side * 199, 466, 23, 19, side * 30), BODY, shade=4, rim=2, line=LINE, line_colour=INK
    )


def _torso(canvas: Canvas) -> None:
    canvas.shape(rounded_box(MIDDLE, 448, 132, 44, 20), RUBBER, shade=5, rim=2, line=LINE, line_colour=INK)
    half = [(0, 240), (54, 242), (88, 262), (92, 330), (84, 404), (60, 438), (0, 444)]
    body = smooth_curve(np.vstack([_mirrored(half, 1), _mirrored(half, -1)[::-1][1:-1]]))
    canvas.shape(body, BODY, to=(250, 184, 54), shade=12, rim=5, line=LINE, line_colour=INK)
    canvas.shape(rounded_box(MIDDLE, 346, 116, 100, 24), CREAM, shade=5, line=2.2, line_colour=INK)
    heart = [(300, 384), (272, 352), (276, 332), (290, 328), (300, 338), (310, 328), (324, 332), (328, 352)]
    canvas.shape(smooth_curve(heart), RED, shade=5, rim=3, line=2.2, line_colour=INK)
    for k, colour in enumerate(((110, 220, 160), (255, 214, 90), (120, 190, 250))):
        canvas.shape(oval(MIDDLE + 24 * (k - 1), 414, 7.5, 7.5), colour, shade=2, line=1.8, line_colour=INK)
    for sx in (-1, 1):
        _bolt(canvas, MIDDLE + sx * 66, 270)
        _bolt(canvas, MIDDLE + sx * 64, 418)
    canvas.stroke(smooth_curve([(222, 282), (300, 292), (378, 282)], closed=False), (196, 128, 40), 2.2)


def _head(canvas: Canvas) -> None:
    canvas.shape(rounded_box(MIDDLE, 238, 64, 30, 10), RUBBER, shade=4, rim=2, line=LINE, line_colour=INK)
    canvas.stroke([(MIDDLE, 72), (MIDDLE, 44)], INK, 8)
    canvas.stroke([(MIDDLE, 72), (MIDDLE, 44)], RUBBER_LIGHT, 4)
    canvas.shape(oval(MIDDLE, 36, 14, 14), RED, shade=4, rim=3, line=LINE, line_colour=INK)
    for side in (-1, 1):
        canvas.shape(
            rounded_box(MIDDLE + side * 114, 148, 26, 62, 11),
            RUBBER,
            shade=4,
            rim=2,
            line=LINE,
            line_colour=INK,
        )
        canvas.shape(oval(MIDDLE + side * 122, 148, 9, 18), RED, shade=3, line=2, line_colour=INK)
    _shell(canvas, rounded_box(MIDDLE, 146, 216, 156, 58), BODY, 12)
    canvas.shape(rounded_box(MIDDLE, 150, 170, 110, 40), INK)
    screen = rounded_box(MIDDLE, 150, 162, 102, 37)
    canvas.shape(screen, (40, 66, 92), to=SCREEN)
    for side in (-1, 1):
        eye = oval(MIDDLE + side * 38, 142, 13, 19)
        canvas.shape(oval(MIDDLE + side * 38, 142, 17, 23), GLOW, soft=5, opacity=0.45)
        canvas.shape(eye, GLOW)
        canvas.shape(oval(MIDDLE + side * 38 - 4, 135, 4, 6), (255, 255, 255))
        canvas.shape(oval(MIDDLE + side * 58, 172, 11, 6), (255, 130, 150), soft=3, opacity=0.8)
    smile = smooth_curve([(282, 170), (290, 180), (300, 183), (310, 180), (318, 170)], closed=False)
    canvas.stroke(smile, GLOW, 5)
    with canvas.clipped(screen):
        canvas.shape([(236, 90), (268, 90), (232, 210), (200, 210)], (255, 255, 255), opacity=0.10)
    _bolt(canvas, MIDDLE - 78, 92)
    _bolt(canvas, MIDDLE + 78, 92)
