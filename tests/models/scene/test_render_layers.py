import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.camera.presets import look_at
from models.scene.render_layers import render_layers, thinned
from tests.reference.scene import ray_cast_mesh, ray_cast_plane

SINGLE = 2e-5
"""Depths go through float32: relative error of a few units in the last place."""


def layer(
    depth: NDArray[np.float64] | float, shape: tuple[int, int] = (24, 32), cut: float = 1.3
) -> RgbdLayer:
    rng = np.random.default_rng(0)
    height, width = shape
    return RgbdLayer(
        name="test",
        rgb=rng.integers(0, 256, (height, width, 3), np.uint8),
        depth_m=np.broadcast_to(np.asarray(depth, np.float32), shape).copy(),
        valid=np.ones(shape, np.bool_),
        world_from_camera=np.eye(4),
        intrinsics_px=np.array([28.0, 28.0, width / 2, height / 2]),
        cut_ratio=cut,
    )


def test_from_its_own_camera_a_layer_is_itself() -> None:
    rng = np.random.default_rng(1)
    source = layer(rng.uniform(2, 2.2, (24, 32)))
    view = render_layers([source], np.eye(4), source.intrinsics_px, (24, 32))
    assert not view.hole.any()
    np.testing.assert_allclose(view.depth_m, source.depth_m, rtol=1e-4)
    assert np.abs(view.rgb.astype(int) - source.rgb).max() <= 1


@pytest.mark.slow
def test_depth_agrees_with_ray_casting_all_triangles() -> None:
    y, x = np.mgrid[0:12, 0:14]
    depth = 2 + 0.3 * np.sin(x / 3) + 0.2 * np.cos(y / 2)
    depth[3:8, 5:9] = 1.1
    source = layer(depth, (12, 14))
    pose = look_at((0.25, -0.2, 0.1), (0.05, 0, 2.2))
    k = np.array([22.0, 24.0, 8.3, 6.1])
    expected = ray_cast_mesh(
        depth, source.valid, source.intrinsics_px, np.eye(4), pose, k, (13, 16), source.cut_ratio
    )
    view = render_layers([source], pose, k, (13, 16))
    # Rays within 1e-4 of a triangle's edge may count for one and not for the other.
    disagree = view.hole != np.isinf(expected)
    assert disagree.sum() <= 2
    both = ~view.hole & ~np.isinf(expected)
    assert both.sum() > 60
    error = np.abs(view.depth_m - expected)[both] / expected[both]
    assert np.quantile(error, 0.97) < SINGLE


def test_a_plane_moves_as_a_homography_says() -> None:
    # A slanted plane: disparity is affine in pixel coordinates.
    y, x = np.mgrid[0:48, 0:64] + 0.5
    source = layer(1 / (0.3 + 0.002 * x + 0.003 * y), (48, 64))
    fx, fy, cx, cy = source.intrinsics_px
    corners = [(5.5, 5.5), (50.5, 7.5), (20.5, 40.5)]
    points = [
        np.array([(u - cx) / fx, (v - cy) / fy, 1]) * float(source.depth_m[int(v), int(u)])
        for u, v in corners
    ]
    normal = np.cross(points[1] - points[0], points[2] - points[0])
    pose = look_at((0.2, 0.1, -0.1), (0, 0, 2.5))
    view = render_layers([source], pose, source.intrinsics_px, (48, 64))
    for row, column in [(20, 30), (25, 40), (30, 22)]:
        expected, _ = ray_cast_plane(points[0], normal, pose, source.intrinsics_px, column + 0.5, row + 0.5)
        assert view.depth_m[row, column] == pytest.approx(expected, rel=SINGLE)


def test_the_nearest_surface_wins_in_any_order() -> None:
    far, near = layer(4.0), layer(2.0)
    near.valid[:, :10] = False
    for layers in ([far, near], [near, far]):
        view = render_layers(layers, np.eye(4), far.intrinsics_px, (24, 32))
        np.testing.assert_allclose(view.depth_m[:, 11:], 2)
        np.testing.assert_allclose(view.depth_m[:, :9], 4)


def test_what_was_invented_gives_way_to_what_was_seen() -> None:
    seen = layer(3.0)
    for depth, wins in [(2.95, False), (2.8, True)]:
        invented = RgbdLayer(**{**layer(depth).__dict__, "handicap": 1 / 30})
        view = render_layers([invented, seen], np.eye(4), seen.intrinsics_px, (24, 32))
        np.testing.assert_allclose(view.depth_m, depth if wins else 3, rtol=1e-5)


def test_no_rubber_sheets_between_near_and_far() -> None:
    depth = np.full((24, 32), 4.0)
    depth[:, :16] = 2.0
    source = layer(depth)
    pose = np.eye(4)
    pose[0, 3] = -0.4
    view = render_layers([source], pose, source.intrinsics_px, (24, 32))
    shown = view.depth_m[~view.hole]
    assert np.minimum(np.abs(shown - 2), np.abs(shown - 4)).max() < 1e-3
    # Moving left by 0.4 shifts the near edge by f·0.4/2 = 5.6 px, the far one by 2.8 px: they overlap. The
    # other way the 2.8 px between them are a hole.
    pose[0, 3] = 0.4
    hole = render_layers([source], pose, source.intrinsics_px, (24, 32)).hole
    assert set(hole[12, 5:26].nonzero()[0] + 5) <= set(range(9, 15)) and 2 <= hole[12, 5:26].sum() <= 4


def test_what_is_behind_the_camera_is_not_drawn() -> None:
    pose = np.eye(4)
    pose[2, 3] = 5
    assert render_layers([layer(2.0)], pose, layer(2.0).intrinsics_px, (24, 32)).hole.all()


def test_moving_scene_and_camera_together_changes_nothing() -> None:
    source = layer(np.random.default_rng(2).uniform(2, 2.3, (24, 32)))
    pose, move = look_at((0.1, 0, 0), (0, 0, 2)), look_at((3, -1, 2), (5, 5, 5))
    moved = RgbdLayer(**{**source.__dict__, "world_from_camera": move})
    first = render_layers([source], pose, source.intrinsics_px, (24, 32))
    second = render_layers([moved], move @ pose, source.intrinsics_px, (24, 32))
    np.testing.assert_allclose(second.depth_m, first.depth_m, rtol=1e-4)


def test_a_thinned_layer_covers_the_same_ground() -> None:
    y, x = np.mgrid[0:48, 0:64] + 0.5
    source = layer(1 / (0.3 + 0.002 * x + 0.003 * y), (48, 64))
    thin = thinned(source, 4)
    assert thin.depth_m.shape == (12, 16)
    view = render_layers([thin], np.eye(4), source.intrinsics_px, (48, 64))
    inside = ~view.hole
    assert inside[1:45, 1:61].all()
    np.testing.assert_allclose(view.depth_m[inside], source.depth_m[inside], rtol=1e-3)
