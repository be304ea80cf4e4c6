"""The first demo character: a girl with teal hair in an orange hoodie, drawn in an A-pose with alpha."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.art.brush import Canvas, Points, limb, oval, smooth_curve
from models.world.art.girl_head import draw_back_hair, draw_head

WIDTH, HEIGHT = 600, 840
MIDDLE = WIDTH / 2

SKIN = (255, 221, 196)
SKIN_SHADE = (240, 184, 164)
HOODIE = (247, 138, 62)
HOODIE_TRIM = (255, 240, 214)
SHORTS = (52, 70, 122)
SOCK = (250, 250, 252)
STRIPE = (30, 150, 156)
SHOE = (222, 58, 72)
SOLE = (252, 246, 238)
INK = (74, 42, 52)
LINE = 2.6


def draw_girl() -> NDArray[np.uint8]:
    """The girl as uint8 RGBA [840, 600, 4]; transparent around her."""
    canvas = Canvas(WIDTH, HEIGHT)
    draw_back_hair(canvas, MIDDLE)
    for side in (1, -1):
        _leg(canvas, side)
    _shorts(canvas)
    _torso(canvas)
    for side in (1, -1):
        _arm(canvas, side)
    _hood_and_strings(canvas)
    draw_head(canvas, MIDDLE)
    return canvas.rgba()


def mirrored(points: ArrayLike, side: int) -> Points:
    """Points given as (distance from the middle, y), for her left (1, the picture's right) or right (-1)."""
    p = np.array(points, np.float64)
    p[:, 0] = MIDDLE + side * p[:, 0]
    return p


def _leg(canvas: Canvas, side: int) -> None:
    path = [(34, 452), (42, 540), (47, 606), (52, 680), (55, 752)]
    leg = limb(mirrored(path, side), [68, 60, 46, 46, 32])
    canvas.shape(leg, SKIN, shade=7, shade_colour=SKIN_SHADE, line=LINE, line_colour=INK)
    knee = mirrored([(38, 606), (47, 611), (56, 606)], side)
    canvas.stroke(smooth_curve(knee, closed=False), (226, 164, 140), 2.0)
    sock = mirrored([(27, 640), (50, 636), (74, 640), (75, 690), (71, 762), (38, 762), (30, 700)], side)
    canvas.shape(sock, SOCK, shade=8, line=LINE, line_colour=INK)
    with canvas.clipped(sock):
        for y in (643, 661):
            canvas.shape(mirrored([(20, y), (84, y - 2), (84, y + 7), (20, y + 9)], side), STRIPE)
    _shoe(canvas, side)


def _shoe(canvas: Canvas, side: int) -> None:
    upper = [(36, 752), (54, 742), (73, 750), (80, 772), (92, 786), (94, 802), (40, 803), (33, 786)]
    canvas.shape(smooth_curve(mirrored(upper, side)), SHOE, shade=6, rim=3, line=LINE, line_colour=INK)
    sole = mirrored([(31, 797), (96, 796), (98, 807), (90, 812), (38, 812), (30, 807)], side)
    canvas.shape(smooth_curve(sole), SOLE, shade=3, line=LINE, line_colour=INK)
    for k in range(3):
        lace = mirrored([(52 + 5 * k, 766 + 8 * k), (70 + 6 * k, 762 + 8 * k)], side)
        canvas.stroke(lace, SOLE, 3.4)


def _shorts(canvas: Canvas) -> None:
    for side in (-1, 1):
        leg = [(0, 428), (62, 428), (68, 470), (76, 524), (40, 532), (8, 526), (1, 480)]
        canvas.shape(smooth_curve(mirrored(leg, side)), SHORTS, shade=8, line=LINE, line_colour=INK)
        cuff = mirrored([(9, 514), (40, 520), (74, 511), (76, 524), (40, 532), (8, 526)], side)
        canvas.shape(cuff, (84, 106, 168), line=1.6, line_colour=INK)
    canvas.stroke([(MIDDLE, 440), (MIDDLE, 488)], (34, 44, 84), 2.2)


def _torso(canvas: Canvas) -> None:
    half = [(0, 262), (30, 266), (58, 280), (66, 320), (60, 372), (66, 420), (68, 456), (36, 464), (0, 466)]
    body = np.vstack([mirrored(half, 1), mirrored(half, -1)[::-1][1:-1]])
    outline = smooth_curve(body)
    canvas.shape(outline, HOODIE, to=(240, 120, 52), shade=9, rim=4, line=LINE, line_colour=INK)
    with canvas.clipped(outline):
        hem = [(228, 442), (300, 450), (372, 442), (374, 470), (226, 470)]
        canvas.shape(hem, (222, 106, 42))
        for x in range(236, 372, 9):
            canvas.stroke([(x, 446), (x, 468)], (190, 84, 34), 1.6)
    pocket = [(258, 392), (342, 392), (356, 434), (244, 434)]
    canvas.shape(pocket, (240, 126, 54), shade=4, line=1.8, line_colour=(150, 66, 36))
    star = [_star_point(300, 352, 23 if k % 2 == 0 else 10, k) for k in range(10)]
    canvas.shape(star, HOODIE_TRIM, shade=2, line=1.8, line_colour=(150, 66, 36))


def _star_point(x: float, y: float, radius: float, k: int) -> tuple[float, float]:
    angle = np.pi * (k / 5 - 0.5)
    return x + radius * float(np.cos(angle)), y + radius * float(np.sin(angle))


def _arm(canvas: Canvas, side: int) -> None:
    _hand(canvas, side)
    sleeve = limb(
        mirrored([(54, 290), (88, 336), (118, 382), (144, 428), (152, 440)], side), [50, 50, 46, 44, 44]
    )
    canvas.shape(sleeve, HOODIE, shade=7, rim=3, line=LINE, line_colour=INK)
    with canvas.clipped(sleeve):
        for offset in (0, 15):
            band = mirrored([(74 + offset, 358 + offset * 1.5), (120 + offset, 328 + offset * 1.5)], side)
            canvas.stroke(band, HOODIE_TRIM, 7)
        # Where the sleeve lies over the shoulder there is no seam to be seen.
        inner = mirrored([(20, 262), (58, 276), (46, 330), (20, 340)], side)
        canvas.shape(inner, HOODIE, soft=5)
    cuff = smooth_curve(
        mirrored([(134, 450), (150, 446), (175, 429), (182, 439), (164, 456), (141, 463)], side)
    )
    canvas.shape(cuff, (222, 106, 42), shade=4, line=LINE, line_colour=INK)
    fold = mirrored([(104, 388), (118, 392), (132, 384)], side)
    canvas.stroke(smooth_curve(fold, closed=False), (188, 86, 38), 2.2)


def _hand(canvas: Canvas, side: int) -> None:
    thumb = limb(mirrored([(160, 474), (150, 490), (147, 504)], side), [15, 13, 10])
    canvas.shape(thumb, SKIN, line=LINE, line_colour=INK)
    palm = [(152, 462), (172, 454), (187, 476), (197, 500), (196, 516), (186, 522), (172, 516), (161, 496)]
    canvas.shape(
        smooth_curve(mirrored(palm, side)), SKIN, shade=4, shade_colour=SKIN_SHADE, line=LINE, line_colour=INK
    )
    for start, end in (((180, 500), (186, 518)), ((173, 502), (177, 515)), ((187, 496), (194, 512))):
        canvas.stroke(mirrored([start, end], side), (206, 142, 120), 1.8)


def _hood_and_strings(canvas: Canvas) -> None:
    hood = [(232, 276), (262, 256), (300, 262), (338, 256), (368, 276), (340, 300), (300, 308), (260, 300)]
    canvas.shape(smooth_curve(hood), (236, 122, 50), shade=5, line=LINE, line_colour=INK)
    canvas.shape(limb([(300, 232), (300, 278)], [34, 40]), SKIN, line=0)
    canvas.shape(oval(300, 262, 20, 10), (238, 188, 164), soft=3)
    for side in (-1, 1):
        string = smooth_curve(mirrored([(16, 294), (19, 312), (17, 330)], side), closed=False)
        canvas.stroke(string, INK, 5.2)
        canvas.stroke(string, HOODIE_TRIM, 3.2)
