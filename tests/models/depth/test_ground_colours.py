"""The colours of grounds that are known."""

import numpy as np
import pytest

from models.depth.ground_colours import find_ground_colours, lab_of, unlike_ground

EVERYWHERE = np.ones((120, 160), np.bool_)


def test_light_that_changes_over_a_ground_is_one_colour() -> None:
    light = np.linspace(0.6, 1.0, 160, dtype=np.float32)[None, :, None]
    rgb = np.broadcast_to(light * np.array([0.8, 0.7, 0.5], np.float32), (120, 160, 3)).copy()
    lab = lab_of(rgb, 1.0)
    colours, explained = find_ground_colours(lab, EVERYWHERE)
    assert len(colours) == 1 and explained > 0.98
    assert unlike_ground(rgb, lab, colours).mean() < 0.02


def test_the_squares_of_a_floor_are_two_colours_and_a_thing_on_them_is_none() -> None:
    y, x = np.mgrid[0:120, 0:160]
    even = ((x // 20 + y // 20) % 2)[..., None]
    rgb = np.where(even, (0.2, 0.25, 0.5), (0.9, 0.85, 0.6)).astype(np.float32)
    thing = np.zeros((120, 160), np.bool_)
    thing[30:80, 60:90] = True
    rgb[thing] = (0.8, 0.1, 0.1)
    lab = lab_of(rgb, 0.8)
    colours, explained = find_ground_colours(lab, EVERYWHERE)
    assert len(colours) == 2 and explained > 0.7
    unlike = unlike_ground(rgb, lab, colours)
    inner = np.zeros_like(thing)
    inner[35:75, 65:85] = True
    assert unlike[inner].all()
    tiles = (abs(x % 20 - 10) < 6) & (abs(y % 20 - 10) < 6) & ~thing
    assert unlike[tiles].mean() < 0.1


@pytest.mark.parametrize("factor", [0.55, 0.8])
def test_shadows_have_the_colour_of_the_ground_and_dark_things_of_another_hue_have_not(factor: float) -> None:
    rgb = np.full((120, 160, 3), (0.85, 0.75, 0.55), np.float32)
    rgb[20:60, 30:70] *= factor * np.array([0.96, 1.0, 1.06], np.float32)
    rgb[20:60, 90:130] = (0.45, 0.3, 0.2)
    lab = lab_of(rgb, 0.8)
    unlike = unlike_ground(rgb, lab, find_ground_colours(lab, EVERYWHERE)[0])
    assert not unlike[24:56, 34:66].any() and unlike[24:56, 94:126].all()


def test_what_is_seen_in_few_columns_is_no_colour_of_the_ground() -> None:
    rgb = np.full((120, 160, 3), (0.3, 0.5, 0.2), np.float32)
    rgb[30:110, 20:80] = (0.7, 0.2, 0.2)
    colours, explained = find_ground_colours(lab_of(rgb, 0.8), EVERYWHERE)
    assert len(colours) == 1 and explained < 0.8


def test_too_few_pixels_have_no_colours() -> None:
    few = np.zeros((120, 160), np.bool_)
    few[:5, :5] = True
    assert find_ground_colours(lab_of(np.zeros((120, 160, 3), np.float32), 1.0), few) == ([], 0.0)
