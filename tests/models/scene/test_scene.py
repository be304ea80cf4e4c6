"""Building and expanding scenes, by both backends."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from data_contracts.errors import ContractError
from data_contracts.scene import RgbdLayer
from models import depth, inpainting, scene
from models.camera.presets import look_at, preset_path
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.depth.layout_planes import LayoutPlanes
from models.inpainting.patchmatch import PatchMatchConfig
from models.scene.build import DioramaConfig, SceneBuilder, WarpInpaintConfig
from models.scene.diorama_layers import diorama_layers
from models.scene.extend import finish_views
from models.scene.fill_view import SceneFiller
from models.scene.render_layers import render_layers
from models.scene.travel import path_depths
from models.scene.views_config import SceneViewsConfig

SIZE = (96, 128)


def park() -> NDArray[np.uint8]:
    rng = np.random.default_rng(0)
    rgb = np.empty((*SIZE, 3), np.float64)
    rgb[:48] = np.linspace((90, 140, 230), (170, 200, 245), 48)[:, None]
    rgb[48:] = (70, 120, 40) + rng.normal(0, 12, (48, SIZE[1], 1))
    rgb[22:70, 76:96] = (90, 50, 30) + rng.normal(0, 10, (48, 20, 1))
    return np.clip(rgb, 0, 255).astype(np.uint8)


class FromTruth:
    """A depth backend that would be right up to scale and shift in every view."""

    per_view = True

    def estimate(self, rgb: NDArray[np.uint8]) -> DepthEstimate:
        flat = np.full(rgb.shape[:2], 3, np.float32)
        flat[rgb.shape[0] // 2 :] = np.linspace(3, 1, rgb.shape[0] - rgb.shape[0] // 2)[:, None]
        nothing = np.zeros(rgb.shape[:2], np.bool_)
        return DepthEstimate(flat, 115.0, "unknown", 1.0, nothing, nothing)


def layout_filler() -> SceneFiller:
    return SceneFiller(inpainting.load(PatchMatchConfig()), depth.load(LayoutDepthConfig()), seed=1)


@pytest.fixture(params=[DioramaConfig(), WarpInpaintConfig()], ids=["diorama", "warp_inpaint"])
def builder(request: pytest.FixtureRequest) -> SceneBuilder:
    return scene.load(request.param)


def orbit(num_frames: int = 9, degrees: float = 12, radius: float = 1.6) -> NDArray[np.float64]:
    angles = np.radians(np.linspace(0, degrees, num_frames))
    return np.stack(
        [look_at((radius * np.sin(a), 0, radius * (1 - np.cos(a))), (0, 0, radius)) for a in angles]
    )


@pytest.mark.slow
def test_a_built_scene_shows_the_picture_first_and_then_the_spiral(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    estimate = filler.depth.estimate(rgb)
    built = builder.build(rgb, estimate, filler)
    views = built.views
    assert len(views) == builder.config.views.spiral_views
    np.testing.assert_array_equal(views.rgb[0], rgb)
    np.testing.assert_array_equal(views.depth_m[0], estimate.depth_m)
    np.testing.assert_allclose(views.world_from_camera[0], np.eye(4), atol=1e-12)
    np.testing.assert_allclose(views.intrinsics_px[:, 0], estimate.focal_px)
    assert views.valid[0].all() and (views.depth_m[views.valid] > 0).all()
    assert (views.hole_share_after <= views.hole_share_before + 1e-9).all()
    assert views.hole_share_after.max() < 0.02
    np.testing.assert_allclose(views.hole_share_after[1:], (~views.valid[1:]).mean((1, 2)))


@pytest.mark.slow
def test_expanding_adds_the_track_and_closes_its_holes(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    pan = np.stack(
        [look_at((0, 0, 0), (np.sin(a), 0, np.cos(a))) for a in np.radians(np.linspace(0, 35, 12))]
    )
    larger, track, intrinsics = builder.expand(built, look_at((4, 4, 4), (0, 0, 0)) @ pan, None, filler)
    np.testing.assert_allclose(track, pan, atol=1e-9)
    assert intrinsics.shape == (12, 4)
    assert len(larger.views) == len(built.views) + builder.config.views.track_views
    added = slice(len(built.views), None)
    assert larger.views.hole_share_before[added].max() > 0.1
    assert larger.views.hole_share_after[added].max() < 0.03
    # What was there stays: the reference picture is not hidden by what was invented.
    from_reference = render_layers(larger.layers, np.eye(4), intrinsics[0], SIZE)
    before = render_layers(built.layers, np.eye(4), intrinsics[0], SIZE)
    same = np.abs(from_reference.rgb.astype(int) - before.rgb).max(2) <= 2
    assert same[~before.hole].mean() > 0.98


@pytest.mark.slow
def test_building_twice_gives_the_same_scene(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    estimate = filler.depth.estimate(rgb)
    first, second = (builder.build(rgb, estimate, filler).views for _ in range(2))
    np.testing.assert_array_equal(first.rgb, second.rgb)
    np.testing.assert_array_equal(first.depth_m, second.depth_m)


@pytest.mark.slow
def test_depth_of_new_views_is_estimated_and_aligned_where_a_network_can(builder: SceneBuilder) -> None:
    filler = SceneFiller(inpainting.load(PatchMatchConfig()), FromTruth())
    rgb = park()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    larger, track, intrinsics = builder.expand(built, orbit(), None, filler)
    assert larger.views.hole_share_after.max() < 0.02
    view = render_layers(larger.layers, track[-1], intrinsics[-1], SIZE)
    assert view.depth_m[~view.hole].min() > 0.5 and view.depth_m.max() < 8


@pytest.mark.slow
def test_zoom_of_the_track_is_taken_over(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    own = np.tile([800.0, 800, 320, 240], (5, 1))
    own[:, :2] *= np.linspace(1, 1.5, 5)[:, None]
    still = np.tile(np.eye(4), (5, 1, 1))
    _, _, intrinsics = builder.expand(built, still, own, filler)
    focal = built.views.intrinsics_px[0, 0]
    np.testing.assert_allclose(intrinsics[:, 0], focal * np.linspace(1, 1.5, 5))
    np.testing.assert_allclose(intrinsics[:, 2:], np.tile([64, 48], (5, 1)))
    with pytest.raises(ContractError, match="intrinsics"):
        builder.expand(built, still, own[:3], filler)


@pytest.mark.slow
def test_an_orbit_shows_parallax_in_the_right_direction() -> None:
    rgb, filler = park(), layout_filler()
    builder = scene.load(DioramaConfig())
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    pose = np.eye(4)
    pose[0, 3] = 0.2
    view = render_layers(built.layers, pose, built.views.intrinsics_px[0], SIZE)
    # Moving right, a point at depth z moves left by f·0.2/z: the floor by much more than the sky.
    rows = [np.abs(rgb[row].astype(float)).mean(1) for row in (94, 5)]
    moved = [np.abs(view.rgb[row].astype(float)).mean(1) for row in (94, 5)]
    focal = built.views.intrinsics_px[0, 0]
    for old, new, row in zip(rows, moved, (94, 5), strict=True):
        expected = focal * 0.2 / float(built.views.depth_m[0][row].mean())
        shifts = np.arange(0, 40)
        error = [np.abs(old[s + 4 : 120] - new[4 : 120 - s]).mean() for s in shifts]
        if row == 94:
            assert shifts[int(np.argmin(error))] == pytest.approx(expected, abs=1.5)
        else:
            assert expected < 4


def test_picture_and_depth_must_fit(builder: SceneBuilder) -> None:
    filler = layout_filler()
    with pytest.raises(ContractError, match="size"):
        builder.build(park()[:64], filler.depth.estimate(park()), filler)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0, -1])
def test_depth_that_is_none_is_refused(builder: SceneBuilder, bad: float) -> None:
    estimate = depth.load(LayoutDepthConfig()).estimate(park())
    holed = estimate.depth_m.copy()
    holed[10:20, 10:20] = bad
    with pytest.raises(ContractError, match="finite"):
        builder.build(park(), replace(estimate, depth_m=holed), layout_filler())


@pytest.mark.slow
@pytest.mark.parametrize("bad", [0.0, np.nan, 2.0])
def test_a_track_whose_rotations_are_none_is_refused(builder: SceneBuilder, bad: float) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    track = orbit(5)
    track[3, :3, :3] *= bad
    with pytest.raises(ContractError, match=r"frame 3"):
        builder.expand(built, track, None, filler)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("focal_px", "unit", "what"),
    [(np.inf, 1.0, "intrinsics"), (0.0, 1.0, "intrinsics"), (100.0, np.nan, "unit"), (100.0, 0.0, "unit")],
)
def test_a_lens_or_unit_that_is_none_is_refused(
    builder: SceneBuilder, focal_px: float, unit: float, what: str
) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    lens = np.tile([focal_px, focal_px, 64, 48], (5, 1))
    with pytest.raises(ContractError, match=what):
        builder.expand(built, orbit(5), lens, filler, unit)


@pytest.mark.slow
def test_a_wide_pan_is_filled_beyond_a_right_angle(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    pan = preset_path("pan", 12, {"yaw_deg": 80})
    larger, _, _ = builder.expand(built, pan, None, filler)
    assert larger.views.hole_share_after[len(built.views) :].max() < 0.03


@pytest.mark.slow
def test_a_camera_that_leaves_the_scene_sees_voids_not_inventions(builder: SceneBuilder) -> None:
    rgb, filler = park(), layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    turn = np.stack(
        [look_at((0, 0, 0), (np.sin(a), 0, np.cos(a))) for a in np.radians([0, 20, 150, 165, 180])]
    )
    larger, _, _ = builder.expand(built, turn, None, filler)
    added = larger.views.hole_share_after[len(built.views) :]
    assert added[:2].max() < 0.03 and added[-3:].min() > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("filler", "share"), [("layout", 0.2), ("network", 0.45)])
def test_a_camera_travels_less_over_a_ground_that_was_guessed(
    builder: SceneBuilder, filler: str, share: float
) -> None:
    rgb = park()
    fill = layout_filler() if filler == "layout" else SceneFiller(layout_filler().inpainter, FromTruth())
    built = builder.build(rgb, fill.depth.estimate(rgb), fill)
    _, track, _ = builder.expand(built, orbit(degrees=60), None, fill)
    reach = np.linalg.norm(track[:, :3, 3], axis=1).max()
    assert reach == pytest.approx(share * built.near_m, rel=1e-6)


def test_what_is_left_open_in_a_view_is_closed_there() -> None:
    depth_m = np.full(SIZE, 3, np.float32)
    depth_m[:, :60] = 2.6
    everywhere = np.ones(SIZE, np.bool_)
    intrinsics = np.array([115.0, 115, 64, 48])
    picture = RgbdLayer("picture", park(), depth_m, everywhere, np.eye(4), intrinsics, 1.1)
    camera = np.eye(4)
    camera[0, 3] = 0.25
    path, lens = camera[None], intrinsics[None]
    config = SceneViewsConfig()
    assert render_layers([picture], camera, intrinsics, SIZE).hole[:, 5:100].any()
    added, shown = finish_views([picture], path, lens, SIZE, layout_filler(), config)
    assert [layer.name for layer in added] == ["gap_0"]
    assert not render_layers([picture, *added], camera, intrinsics, SIZE).hole.any()
    again = finish_views([picture, *added], path, lens, SIZE, layout_filler(), config)
    assert again[0] == []
    for one, other in zip(shown, again[1], strict=True):
        np.testing.assert_array_equal(one.rgb, other.rgb)


def test_pivot_stays_within_its_bounds_and_scales() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(1, 2, (50, 50)).astype(np.float32)
    near, pivot = path_depths(values)
    assert 1 <= near < 1.1 and 1.3 * near <= pivot <= 3 * near
    np.testing.assert_allclose(path_depths(10 * values), (10 * near, 10 * pivot), rtol=1e-5)
    assert path_depths(np.ones((4, 4), np.float32)) == pytest.approx((1, 1.3))


@pytest.mark.slow
def test_a_real_scene_picture_without_a_hole(assets: Path, builder: SceneBuilder) -> None:
    with Image.open(assets / "scenes" / "painted_lake.jpg") as picture:
        rgb = np.asarray(picture.convert("RGB").resize((192, 192)))
    filler = layout_filler()
    built = builder.build(rgb, filler.depth.estimate(rgb), filler)
    larger, _, _ = builder.expand(built, orbit(), None, filler)
    assert larger.views.hole_share_after.max() < 0.02


@pytest.mark.slow
def test_a_rooms_ceiling_is_continued_from_itself() -> None:
    planes = LayoutPlanes("indoor", 96, 128, (64.0, 44.0), 0.4, 0.4, (24.0, 24.0, 104.0, 70.0))
    rng = np.random.default_rng(0)
    surface = planes.surface_map()
    colours = np.array([(120, 40, 30), (90, 110, 60), (220, 220, 225), (40, 60, 140), (40, 60, 140)])
    noise = rng.normal(0, 4, (96, 128, 1))
    rgb = np.clip(colours[surface] + noise, 0, 255).astype(np.uint8)
    estimate = DepthEstimate(
        depth_m=(1 / planes.disparity_map()).astype(np.float32), focal_px=115, kind="indoor", confidence=1,
        sky=np.zeros((96, 128), np.bool_), upright=np.zeros((96, 128), np.bool_), layout=planes,
    )  # fmt: skip
    filler = SceneFiller(inpainting.load(PatchMatchConfig()), depth.load(LayoutDepthConfig()))
    layer = diorama_layers(rgb, estimate, filler, 0.4)[0]
    margin = round(0.4 * 128)
    inside = cv2.erode((planes.surface_map(margin) == 2).astype(np.uint8), np.ones((7, 7))) > 0
    off = np.abs(layer.rgb[inside].astype(int) - colours[2]).max(1)
    assert (off < 40).mean() > 0.99  # noise, and what half a size and seams blur
