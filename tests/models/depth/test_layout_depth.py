"""The layout prior on pictures whose layout is known, and what users may set."""

import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from data_contracts.errors import ContractError
from models.depth import load
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.depth.layout_planes import LayoutPlanes
from models.depth.sky_and_ground import (
    find_grass,
    find_ground,
    find_sky,
    find_skyline,
    grass_end,
    sharpened_sky,
)
from models.depth.upright_sheets import find_upright_sheets
from models.depth.vanishing_point import find_vanishing_point, line_segments

ROOM = LayoutPlanes("indoor", 240, 320, (165.0, 110.0), 0.35, 0.35, (70.0, 40.0, 260.0, 170.0))
MEADOW = LayoutPlanes("outdoor", 240, 320, (160.0, 120.0), 0.2, 0.1)


def room_picture(planes: LayoutPlanes) -> NDArray[np.uint8]:
    """A room drawn from its planes: boards towards the vanishing point, bricks on the back wall."""
    y, x = np.mgrid[0 : planes.height_px, 0 : planes.width_px] + 0.5
    (vx, vy), back = planes.vanishing_xy_px, planes.back_disparity
    assert planes.box_ltrb_px is not None
    depth = 1 / planes.disparity(x, y)
    across, up = (x - vx) * depth, (y - vy) * depth
    on_floor = np.isclose(planes.floor_disparity(y), 1 / depth)
    on_back = np.isclose(1 / depth, back)
    on_ceiling = ~on_floor & ~on_back & (y < vy) & (np.abs(up) > 0.999 * np.abs(up).max())
    boards = np.where(on_floor | on_ceiling, np.floor(across / 60), np.floor(up / 60)) % 2
    bricks = (np.floor(across / 70) + np.floor(up / 70)) % 2
    shade = np.where(on_back, 150 + 40 * bricks, 90 + 60 * boards)
    tint = np.where(on_floor[..., None], (1, 0.7, 0.5), (1, 0.95, 0.85))
    return np.clip(shade[..., None] * tint, 0, 255).astype(np.uint8)


def meadow_picture(horizon: int = 130) -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    rgb = np.empty((240, 320, 3), np.float64)
    rgb[:horizon] = np.linspace((90, 140, 230), (170, 200, 245), horizon)[:, None]
    rgb[horizon:] = (70, 120, 40) + rng.normal(0, 12, (240 - horizon, 320, 1))
    return np.clip(rgb, 0, 255).astype(np.uint8)


def test_the_planes_of_a_room_meet_at_the_edges_of_its_back_wall() -> None:
    left, top, right, bottom = (70.0, 40.0, 260.0, 170.0)
    for x, y in [(left, 100), (right, 100), (160, top), (160, bottom)]:
        assert float(ROOM.disparity(x, y)) == pytest.approx(ROOM.back_disparity)
    assert float(ROOM.disparity(160, 100)) == pytest.approx(ROOM.back_disparity)
    # Twice as far from the vanishing point as the wall's edge is twice as near.
    assert float(ROOM.disparity(165, 110 + 2 * (170 - 110))) == pytest.approx(2 * ROOM.back_disparity)
    assert float(ROOM.disparity(165 - 2 * (165 - 70), 110)) == pytest.approx(2 * ROOM.back_disparity)


def test_ground_has_disparity_one_at_the_lowest_row_and_none_at_the_horizon() -> None:
    assert float(MEADOW.floor_disparity(240)) == pytest.approx(1)
    assert float(MEADOW.floor_disparity(120)) == pytest.approx(0)
    assert float(MEADOW.disparity(5, 60)) == pytest.approx(0.2)


def test_the_map_with_a_margin_continues_the_map_without() -> None:
    for planes in (ROOM, MEADOW):
        np.testing.assert_allclose(planes.disparity_map(30)[30:-30, 30:-30], planes.disparity_map())
        assert planes.disparity_map(30).min() > 0


def test_the_surface_map_names_the_plane_that_is_seen() -> None:
    surfaces = ROOM.surface_map(40)[40:-40, 40:-40]
    seen = {
        "back": (110, 165),
        "floor": (235, 165),
        "ceiling": (3, 165),
        "left": (110, 4),
        "right": (110, 316),
    }
    assert [int(surfaces[at]) for at in seen.values()] == [0, 1, 2, 3, 4]
    assert set(np.unique(MEADOW.surface_map())) == {0, 1}


def test_a_slanted_wall_meets_floor_and_sides_where_its_edges_are() -> None:
    slanted = replace(ROOM, back_slope_per_px=(2e-3, 0.0))
    vx, vy = slanted.vanishing_xy_px
    assert float(slanted.disparity(70.0, vy)) == pytest.approx(0.35 * (1 - 2e-3 * (vx - 70)))
    assert float(slanted.disparity(260.0, vy)) == pytest.approx(0.35 * (1 + 2e-3 * (260 - vx)))
    assert float(slanted.disparity(vx, 170.0)) == pytest.approx(0.35)
    assert LayoutPlanes.from_json(json.loads(json.dumps(asdict(slanted)))) == slanted


def test_a_layout_has_a_box_only_indoors() -> None:
    with pytest.raises(ValueError, match="box"):
        replace(MEADOW, box_ltrb_px=(1.0, 2.0, 3.0, 4.0))


@pytest.mark.parametrize("point", [(160.0, 110.0), (90.0, 140.0)])
def test_vanishing_point_of_drawn_lines(point: tuple[float, float]) -> None:
    grey = np.full((240, 320), 200, np.uint8)
    for angle in np.radians(np.arange(15, 360, 30)):
        start = (np.array(point) + 25 * np.array([np.cos(angle), np.sin(angle)])).round().astype(int)
        end = (np.array(point) + 400 * np.array([np.cos(angle), np.sin(angle)])).round().astype(int)
        cv2.line(grey, tuple(map(int, start)), tuple(map(int, end)), 40, 2, cv2.LINE_AA)
    found = find_vanishing_point(line_segments((grey / 255).astype(np.float32)), 240, 320)
    assert np.hypot(found.x_px - point[0], found.y_px - point[1]) < 6
    assert found.confidence > 0.3


def test_without_lines_the_vanishing_point_is_a_guess() -> None:
    found = find_vanishing_point(line_segments(np.full((64, 64), 0.5, np.float32)), 64, 64)
    assert found.confidence == 0 and found.x_px == 32


@cache
def estimated_room() -> DepthEstimate:
    """What is told of the drawn room, with all defaults."""
    return load(LayoutDepthConfig()).estimate(room_picture(ROOM))


@pytest.mark.slow
def test_a_drawn_room_is_found() -> None:
    estimate = estimated_room()
    assert estimate.kind == "indoor" and estimate.layout is not None
    assert np.hypot(*np.subtract(estimate.layout.vanishing_xy_px, ROOM.vanishing_xy_px)) < 10
    truth, found = 1 / ROOM.disparity_map(), estimate.depth_m.astype(float)
    ratio = found / truth
    ratio /= np.median(ratio)
    assert np.mean(np.maximum(ratio, 1 / ratio) < 1.25) > 0.85
    constant = np.median(truth) / truth
    assert np.abs(np.log(ratio)).mean() < 0.4 * np.abs(np.log(constant)).mean()


def test_a_meadow_has_sky_ground_and_a_horizon() -> None:
    estimate = load(LayoutDepthConfig()).estimate(meadow_picture(130))
    assert estimate.kind == "outdoor"
    assert estimate.sky[:110].mean() > 0.95 and not estimate.sky[140:].any()
    assert estimate.horizon_y_px == pytest.approx(130, abs=4)  # what smoothing and opening the mask move
    rows = estimate.depth_m[150:].mean(1)
    assert (np.diff(rows) <= 1e-5).all() and rows[-1] == pytest.approx(1, rel=0.05)
    assert estimate.depth_m[:100].min() > rows.max()


def test_the_sky_ends_where_its_colour_does_and_bluish_towers_are_none_of_it() -> None:
    rgb = np.empty((240, 320, 3), np.float32)
    rgb[:] = (0.88, 0.93, 0.98)
    solid = np.zeros((240, 320), np.bool_)
    solid[130:] = solid[60:, 40:100] = True
    rgb[solid] = (0.35, 0.3, 0.25)
    tower = np.zeros_like(solid)
    tower[50:130, 180:230] = True
    rgb[tower] = (0.3, 0.32, 0.3)  # its outline, but for a gap in haze
    rgb[54:130, 184:226] = body = np.array((0.42, 0.5, 0.6))
    rgb[40:70, 200:210] = rgb[0, 0] + np.linspace(0, 1, 30)[:, None, None] * (body - rgb[0, 0])
    smooth = cv2.GaussianBlur(rgb, (0, 0), 0.7)
    rough = find_sky(smooth).mask
    assert rough[80:125, 192:218].all()
    sharp = sharpened_sky(smooth, rough)
    assert not sharp[72:130, 180:230].any()
    assert (sharp == (~solid & ~tower)).mean() > 0.98 and (rough == (~solid & ~tower)).mean() < 0.94
    assert not sharpened_sky(smooth, np.zeros_like(rough)).any()


def test_a_level_skyline_is_the_horizon_and_one_of_houses_is_not() -> None:
    sky = np.zeros((200, 300), np.bool_)
    sky[:70] = True
    sky[40:70, 100:160] = False  # trees before it
    assert find_skyline(sky).level and find_skyline(sky).horizon_y_px == pytest.approx(69)
    for left in range(0, 300, 30):
        sky[: 30 + left // 5, left : left + 30] = True
        sky[30 + left // 5 :, left : left + 30] = False
    houses = find_skyline(sky)
    assert not houses.level and 80 < houses.horizon_y_px < 106
    sky[:] = False
    assert find_skyline(sky).horizon_y_px == pytest.approx(103)


def test_a_pale_wall_down_to_the_floor_is_no_sky() -> None:
    picture = np.full((240, 320, 3), (225, 232, 240), np.uint8)
    picture[200:] = (150, 100, 60)
    assert find_sky((picture / 255).astype(np.float32)).share > 0.7
    estimate = load(LayoutDepthConfig()).estimate(picture)
    assert estimate.kind == "indoor" and not estimate.sky.any()


@pytest.mark.slow
def test_grass_tells_a_meadow_without_sky_from_a_green_backdrop() -> None:
    meadow = meadow_picture(60)
    meadow[:60] = (120, 90, 70)  # a fence, say: no sky
    assert grass_end(find_grass((meadow / 255).astype(np.float32))) == pytest.approx(60, abs=6)
    estimate = load(LayoutDepthConfig()).estimate(meadow)
    assert estimate.kind == "outdoor" and estimate.horizon_y_px == pytest.approx(60, abs=6)
    backdrop = np.full((240, 320, 3), (70, 150, 50), np.uint8)
    assert not find_grass((backdrop / 255).astype(np.float32)).any()
    assert load(LayoutDepthConfig()).estimate(backdrop).kind == "indoor"


def test_a_backdrop_without_a_line_is_a_floor_before_one_wall() -> None:
    estimate = load(LayoutDepthConfig()).estimate(np.full((240, 320, 3), 170, np.uint8))
    assert np.ptp(estimate.depth_m, axis=1).max() < 1e-5  # no side walls
    wall = estimate.depth_m[:150]
    assert np.ptp(wall) < 1e-5 and estimate.depth_m[-1].max() < 0.6 * wall.min()


@pytest.mark.slow
def test_the_kind_of_scene_can_be_set() -> None:
    picture = meadow_picture()
    estimate = load(LayoutDepthConfig(scene_kind="indoor")).estimate(picture)
    assert estimate.kind == "indoor" and not estimate.sky.any()
    assert load(LayoutDepthConfig(scene_kind="outdoor")).estimate(room_picture(ROOM)).kind == "outdoor"


@pytest.mark.slow
def test_a_tree_on_a_meadow_stands_where_its_foot_is() -> None:
    rgb = meadow_picture(120)
    rgb[70:190, 200:230] = (60, 35, 20)
    picture = (rgb / 255).astype(np.float32)
    sky = find_sky(picture).mask
    ground = find_ground(picture, 120, sky)
    assert ground[200:].mean() > 0.95 and not ground[75:180, 204:226].any()
    sheets = find_upright_sheets(picture, replace(MEADOW, sky_disparity=0.15), ground, sky, 1.12, 288.0)
    trunk = sheets[90:150, 205:225]
    assert (trunk > 0).mean() > 0.9
    assert not (sheets[:, :150] > 0).any()
    assert trunk.max() <= 1.6 * MEADOW.disparity_map().max()


@pytest.mark.slow
def test_the_same_picture_gives_the_same_depth() -> None:
    again = load(LayoutDepthConfig()).estimate(room_picture(ROOM))
    np.testing.assert_array_equal(again.depth_m, estimated_room().depth_m)


def test_pictures_without_any_structure_give_plain_depth() -> None:
    for value in (0, 128, 255):
        estimate = load(LayoutDepthConfig()).estimate(np.full((64, 80, 3), value, np.uint8))
        assert np.isfinite(estimate.depth_m).all() and estimate.depth_m.min() > 0
        assert estimate.confidence == 0


@pytest.mark.parametrize("shape", [(64, 64), (64, 64, 4), (20, 64, 3)])
def test_wrong_arrays_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ContractError, match="layout"):
        load(LayoutDepthConfig()).estimate(np.zeros(shape, np.uint8))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind"),
    [("anime_uni_path.jpg", "outdoor"), ("painted_lake.jpg", "outdoor"), ("readingroom.png", "indoor"),
     ("bedroom_desk.png", "indoor"), ("anime_lecturehall.jpg", "indoor"), ("street_london.jpg", "outdoor")],
)  # fmt: skip
def test_real_pictures_are_told_apart(assets: Path, name: str, kind: str) -> None:
    with Image.open(assets / "scenes" / name) as picture:
        rgb = np.asarray(picture.convert("RGB").resize((256, 192)))
    estimate = load(LayoutDepthConfig()).estimate(rgb)
    assert estimate.kind == kind
    assert estimate.depth_m[-8:].mean() < estimate.depth_m[80:110].mean()  # the floor is nearer


@pytest.mark.slow
def test_a_horizon_and_a_back_wall_that_are_given_are_kept() -> None:
    meadow = load(LayoutDepthConfig(horizon=0.4)).estimate(meadow_picture())
    assert meadow.kind == "outdoor" and meadow.horizon_y_px == pytest.approx(0.4 * 240)
    told = LayoutDepthConfig(box=(0.2, 0.1, 0.8, 0.7), horizon=0.45)
    room = load(told).estimate(meadow_picture()).layout
    assert room is not None and room.box_ltrb_px == pytest.approx((64, 24, 256, 168))
    assert room.vanishing_xy_px[1] == pytest.approx(108) and 64 < room.vanishing_xy_px[0] < 256
    unsaid = load(LayoutDepthConfig(box=(0.2, 0.5, 0.8, 0.9))).estimate(meadow_picture())
    assert unsaid.horizon_y_px is not None and 0.5 * 240 < unsaid.horizon_y_px < 0.9 * 240


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"box": (0.8, 0.1, 0.2, 0.7)}, "left, top, right, bottom"),
        ({"box": (0.2, 0.1, 0.8, 0.7), "horizon": 0.9}, "between the wall's"),
        ({"box": (0.2, 0.1, 0.8, 0.7), "scene_kind": "outdoor"}, "only a room"),
        ({"horizon": 120}, "less than 1"),
        ({"box": (20, 10, 80, 70)}, "less than or equal to 3"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LayoutDepthConfig.model_validate(values)
