"""What stands on a plain ground is told from what lies on it, on pictures whose answer is known."""

from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.depth import load
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.depth.layout_planes import LayoutPlanes
from models.depth.rising import Thing
from models.depth.things_on_ground import find_things, ground_end, has_sides

HEIGHT, WIDTH, HORIZON = 288, 384, 120
FOCAL_PX = 0.9 * WIDTH
MEADOW = LayoutPlanes("outdoor", HEIGHT, WIDTH, (WIDTH / 2, HORIZON), 0.14, 0.1)
RED, WHITE = (170, 50, 40), (225, 225, 215)


@cache
def grass() -> NDArray[np.uint8]:
    """Grass that is a little darker far off, under a sky."""
    rng = np.random.default_rng(3)
    rgb = np.empty((HEIGHT, WIDTH, 3), np.float64)
    rgb[:HORIZON] = np.linspace((90, 140, 230), (170, 200, 245), HORIZON)[:, None]
    rows = HEIGHT - HORIZON
    rgb[HORIZON:] = np.linspace((62, 106, 36), (74, 126, 42), rows)[:, None]
    rgb[HORIZON:] += rng.normal(0, 10, (rows, WIDTH, 1))
    return np.clip(rgb, 0, 255).astype(np.uint8)


def on_ground(rgb: NDArray[np.uint8], corners_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pixels of a patch of ground: corners [N, 2] across and ahead, with the camera's height as unit."""
    across, ahead = corners_m.T
    pixels = np.stack([WIDTH / 2 + FOCAL_PX * across / ahead, HORIZON + FOCAL_PX / ahead], axis=-1)
    mask = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(pixels).astype(np.int32)], 1)
    return mask > 0


def rectangle(left: float, right: float, near: float, far: float) -> NDArray[np.float64]:
    return np.array([[left, near], [right, near], [right, far], [left, far]])


def painted(
    rgb: NDArray[np.uint8], mask: NDArray[np.bool_], colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    rgb = rgb.copy()
    rgb[mask] = colour
    return rgb


def standing(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """All that stands, the horizon known."""
    sky = np.zeros(rgb.shape[:2], np.bool_)
    sky[:HORIZON] = True
    found = find_things((rgb / 255).astype(np.float32), MEADOW, sky, FOCAL_PX)
    return np.asarray(np.any([np.zeros_like(sky), *found.things], axis=0))


def estimate(rgb: NDArray[np.uint8]) -> DepthEstimate:
    return load(LayoutDepthConfig(horizon=HORIZON / HEIGHT, scene_kind="outdoor")).estimate(rgb)


def test_plain_ground_has_no_things() -> None:
    assert not standing(grass()).any()


@pytest.mark.slow
def test_a_box_on_plain_grass_rises_from_where_its_foot_is() -> None:
    box = np.zeros((HEIGHT, WIDTH), np.bool_)
    box[170:230, 150:200] = True
    rgb = painted(grass(), box, RED)
    found = standing(rgb)
    assert found[box].mean() > 0.95 and found[~box].mean() < 0.01
    depth = estimate(rgb).depth_m
    assert np.ptp(depth[176:224, 156:194]) < 0.05 * depth[200, 175]  # upright, not along the ground
    assert depth[200, 175] == pytest.approx(1 / float(MEADOW.floor_disparity(230)), rel=0.05)


def test_a_lamp_that_crosses_the_horizon_stands_with_all_that_is_above_it() -> None:
    lamp = np.zeros((HEIGHT, WIDTH), np.bool_)
    lamp[60:200, 180:200] = True
    sky = np.zeros_like(lamp)
    sky[:HORIZON] = ~lamp[:HORIZON]
    rgb = painted(grass(), lamp, RED)
    found = find_things((rgb / 255).astype(np.float32), MEADOW, sky, FOCAL_PX).things
    assert len(found) == 1
    assert found[0][lamp].mean() > 0.9 and found[0][~lamp].mean() < 0.01


@pytest.mark.parametrize(
    "corners_m",
    [
        rectangle(-0.6, 0.6, 2.0, 3.0),
        rectangle(-1.2, -0.6, 2.2, 3.6),  # lengthwise
        np.array([[0.1, 2.2], [0.9, 2.6], [0.5, 3.4], [-0.3, 3.0]]),  # turned
    ],
)
def test_a_rug_does_not_rise(corners_m: NDArray[np.float64]) -> None:
    rgb = painted(grass(), on_ground(grass(), corners_m), RED)
    assert not standing(rgb).any()


def test_a_shadow_does_not_rise_nor_does_it_hide_the_foot_of_what_casts_it() -> None:
    shadow = on_ground(grass(), rectangle(-0.1, 0.1, 2.2, 9.0))
    rgb = grass().copy()
    rgb[shadow] = (rgb[shadow] * 0.6).astype(np.uint8)
    assert not standing(rgb).any()
    box = np.zeros((HEIGHT, WIDTH), np.bool_)
    box[190:250, 170:212] = True
    found = standing(painted(rgb, box, RED))
    assert found[box].mean() > 0.95 and found[~box].mean() < 0.01


def test_a_path_to_the_horizon_and_a_line_across_do_not_rise() -> None:
    path = on_ground(grass(), rectangle(-0.3, 0.3, 1.0, 60.0))
    assert not standing(painted(grass(), path, (190, 170, 140))).any()
    winding = np.array([[0.2, 0.9], [0.6, 0.9], [1.6, 6.0], [5.0, 20.0], [4.5, 20.0], [1.0, 6.0]])
    assert not standing(painted(grass(), on_ground(grass(), winding), (190, 170, 140))).any()
    strip = on_ground(grass(), rectangle(0.3, 0.7, 2.2, 9.0))
    assert not standing(painted(grass(), strip, RED)).any()
    line = on_ground(grass(), rectangle(0.0, 0.06, 2.4, 20.0))
    assert not standing(painted(grass(), line, WHITE)).any()


def test_what_the_lower_border_cuts_off_stands_only_if_it_rises_above_the_horizon() -> None:
    low, high = np.zeros((2, HEIGHT, WIDTH), np.bool_)
    low[200:, 150:220] = True
    high[80:, 150:220] = True
    assert not standing(painted(grass(), low, RED)).any()
    rgb = painted(grass(), high, RED)
    sky = np.zeros_like(high)
    sky[:HORIZON] = ~high[:HORIZON]
    found = find_things((rgb / 255).astype(np.float32), MEADOW, sky, FOCAL_PX).things
    assert len(found) == 1 and found[0][high].mean() > 0.9


def test_a_bank_along_the_far_end_of_the_ground_does_not_rise() -> None:
    rgb = grass().copy()
    rgb[HORIZON - 12 : HORIZON + 12, 60:330] = (110, 90, 70)
    assert not standing(rgb).any()


def test_on_a_ground_of_many_colours_nothing_is_told() -> None:
    rng = np.random.default_rng(0)
    patches = rng.uniform(0, 255, (12, 16, 3)).astype(np.uint8)
    rgb = cv2.resize(patches, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    assert not standing(rgb).any()


def test_the_ground_ends_behind_what_hides_it() -> None:
    ground = np.zeros((100, 200), np.bool_)
    ground[40:] = True
    ground[40:80, 90:110] = False
    np.testing.assert_array_equal(ground_end(ground), 40)
    assert ground_end(np.zeros((20, 30), np.bool_)).min() == 20


def test_a_wall_of_like_colours_goes_on_to_both_sides_of_what_stands_before_it() -> None:
    base, crown, wall = np.zeros((3, 100, 200), np.bool_)
    base[60:90, 90:110] = True
    crown[20:60, 95:120] = wall[20:60, 60:140] = True
    assert has_sides(Thing(base, base | crown, reaches_end=True))
    assert not has_sides(Thing(base, base | wall, reaches_end=True))
