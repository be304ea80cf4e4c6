"""Plain backdrops: gaps between legs and shadows at feet belong to them, pale cloth does not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.backdrop import Backdrop
from models.matting.border_colour import read_border
from models.matting.components import Mask
from models.matting.plain import cut_from_plain

HEIGHT, WIDTH = 400, 300
PAPER = (238, 230, 214)
Picture = NDArray[np.uint8]


def paper() -> Picture:
    return np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)


def found(picture: Picture) -> Mask:
    cv2.setRNGSeed(0)
    return cut_from_plain(picture, read_border(picture), 6)


def standing(picture: Picture) -> Mask:
    """Draw somebody with legs apart, and say where the gap between them is."""
    cv2.circle(picture, (150, 60), 28, (120, 60, 50), -1)
    cv2.rectangle(picture, (110, 90), (190, 220), (160, 30, 40), -1)
    for left in (110, 162):
        cv2.rectangle(picture, (left, 220), (left + 28, 370), (30, 50, 110), -1)
    gap = np.zeros((HEIGHT, WIDTH), np.bool_)
    gap[240:340, 142:158] = True
    return gap


def test_a_gap_between_legs_is_open() -> None:
    picture = paper()
    gap = standing(picture)
    figure = found(picture)
    assert not figure[gap].any() and figure[300, 120] and figure[150, 150]


def test_a_sleeve_of_the_papers_colour_is_no_gap_in_who_is_cut_by_the_picture() -> None:
    picture = paper()
    cv2.circle(picture, (150, 90), 40, (120, 60, 50), -1)
    cv2.rectangle(picture, (80, 130), (220, 399), (150, 60, 60), -1)
    shades = np.linspace(0, 46, 60)
    for step, darker in enumerate(shades[::-1]):
        cv2.ellipse(
            picture, (150, 310), (70 - step, 80 - step), 0, 0, 360, [int(c - darker) for c in PAPER], -1
        )
    sleeve = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(sleeve, (150, 310), (30, 40), 0, 0, 360, 1, -1)
    assert found(picture)[sleeve > 0].mean() > 0.95


def test_a_shadow_on_the_ground_is_not_what_feet_stand_in() -> None:
    picture = paper()
    picture[350:] = np.rint(picture[350:] * np.linspace(1, 0.6, 50)[:, None, None]).astype(np.uint8)
    standing(picture)
    ground = np.zeros((HEIGHT, WIDTH), np.bool_)
    ground[352:368, 144:156] = True
    ground[374:, 100:200] = True
    somebody = np.asarray((picture != PAPER).any(axis=2), np.bool_)
    somebody[350:] = False
    legs = np.zeros_like(ground)
    legs[350:370, 112:136], legs[350:370, 164:188] = True, True
    floor = Backdrop(picture, read_border(picture)).floor(somebody | legs | ground)
    assert floor[ground].mean() > 0.95 and not floor[legs | somebody].any()


def test_a_gap_whose_ground_goes_on_in_shadow_is_open_in_who_reaches_the_lower_border() -> None:
    picture = paper()
    picture[300:] = np.rint(picture[300:] * np.linspace(1, 0.6, 100)[:, None, None]).astype(np.uint8)
    somebody = np.zeros_like(picture)
    standing(somebody)
    for left in (104, 162):
        cv2.rectangle(somebody, (left, 366), (left + 34, 399), (90, 60, 40), -1)
    drawn = np.asarray(somebody.any(axis=2), np.bool_)
    picture[drawn] = somebody[drawn]
    gap = np.zeros((HEIGHT, WIDTH), np.bool_)
    gap[232:, 141:159] = True
    opened = Backdrop(picture, read_border(picture)).pockets(drawn | gap, 9.0)
    assert opened[240:310, 141:159].mean() > 0.95
