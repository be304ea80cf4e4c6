"""Whether a place is outdoors: by sky, grass and lines."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.depth.lens import level_directions
from models.depth.place_kind import is_outdoor, is_wild
from models.depth.sky_and_ground import Sky

HEIGHT, WIDTH = 200, 260
NO_GRASS = np.zeros((HEIGHT, WIDTH), np.bool_)
TOLD = level_directions(130.0, 90.0)


def sky(rows: int, blue_share: float = 1.0, columns: int = WIDTH) -> Sky:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[:rows, :columns] = True
    return Sky(mask, float(mask.mean()), float(mask[11 * HEIGHT // 20 :].mean()), blue_share)


def lines(*, upright: int, level: int = 0, slanted: int = 0) -> NDArray[np.float64]:
    """So many segments of 20 px: upright ones, level ones in the lower half, and slanted ones."""
    found = [(10 * i, 100, 10 * i, 120) for i in range(upright)]
    found += [(5 * i, 150, 5 * i + 20, 150) for i in range(level)]
    found += [(5 * i, 100, 5 * i + 14, 114) for i in range(slanted)]
    return np.array(found, np.float64).reshape(-1, 4)


ROOM = lines(upright=20, level=20, slanted=20)


def test_a_place_that_nobody_built_shows_many_lines_and_few_upright_ones() -> None:
    meadow = lines(upright=5, level=20, slanted=20)
    assert is_wild(meadow, HEIGHT, WIDTH) and not is_wild(ROOM, HEIGHT, WIDTH)
    assert not is_wild(lines(upright=2, level=8, slanted=2), HEIGHT, WIDTH), "a plain backdrop"
    bricks = meadow.copy()
    bricks[5:25, [1, 3]] = 20
    assert not is_wild(bricks, HEIGHT, WIDTH), "courses of bricks up to the picture's upper rim"
    assert not is_wild(np.zeros((0, 4)), HEIGHT, WIDTH)


def test_a_beach_under_a_red_sky_is_outdoors_by_its_lines() -> None:
    assert is_outdoor(sky(0, 0.0), NO_GRASS, lines(upright=5, level=30, slanted=10), None)
    assert not is_outdoor(sky(0, 0.0), NO_GRASS, ROOM, None)


def test_grass_is_outdoors() -> None:
    grass = NO_GRASS.copy()
    grass[120:] = True
    assert is_outdoor(sky(0, 0.0), grass, ROOM, TOLD)


@pytest.mark.parametrize(
    ("rows", "blue_share", "told", "outdoor"),
    [
        (20, 1.0, False, True),
        (8, 1.0, False, False),
        (20, 0.3, False, False),
        (20, 1.0, True, False),  # between walls it is the ceiling
        (80, 1.0, True, True),
        (109, 1.0, True, False),  # it goes on below the horizon
        (130, 1.0, False, False),  # it goes down to where floors are
    ],
)
def test_what_looks_like_sky_may_be_a_wall_or_a_ceiling(
    rows: int, blue_share: float, told: bool, outdoor: bool
) -> None:
    assert is_outdoor(sky(rows, blue_share), NO_GRASS, ROOM, TOLD if told else None) == outdoor


@pytest.mark.parametrize(("columns", "outdoor"), [(100, False), (200, True), (260, False)])
def test_houses_beside_a_sky_leave_some_columns_free_and_a_ceiling_none(columns: int, outdoor: bool) -> None:
    assert is_outdoor(sky(40, columns=columns), NO_GRASS, ROOM, TOLD) == outdoor
    assert is_outdoor(sky(40, columns=columns), NO_GRASS, ROOM, None)
