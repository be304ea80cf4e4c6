"""Splats from RGBD views: on the surface, of the right size, and only where something is missing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from data_contracts.errors import InputError
from data_contracts.splats import Splats
from models.splatting import CpuSplattingConfig, InitConfig, load, splats_from_views
from tests.models.splatting.room import RoomViews, look_at, room_views

SIZE = 64
backend = load(CpuSplattingConfig())


def splats_of(views: RoomViews, config: InitConfig, count: int | None = None) -> Splats:
    n = count or len(views.frames)
    return splats_from_views(
        views.frames[:n], views.depth_m[:n], views.masks[:n], views.world_from_camera[:n],
        views.intrinsics_px[:n], config, backend,
    )  # fmt: skip


def slanted_plane(size: int) -> RoomViews:
    """A plane through (0, 0, 3) with normal (0.6, 0, -0.8), seen from a shifted, turned camera."""
    normal = np.array([0.6, 0.0, -0.8])
    pose = look_at(np.array([0.4, -0.3, 0.2]), np.array([0.0, 0, 3]))
    lens = np.array([size, size, size / 2, size / 2], float)
    y, x = np.mgrid[0:size, 0:size] + 0.5
    rays = np.stack([(x - lens[2]) / lens[0], (y - lens[3]) / lens[1], np.ones_like(x)], -1) @ pose[:3, :3].T
    depth = ((np.array([0, 0, 3.0]) - pose[:3, 3]) @ normal / (rays @ normal)).astype(np.float32)
    frames = np.full((1, size, size, 3), 100, np.uint8)
    return RoomViews(frames, depth[None], np.ones((1, size, size), bool), pose[None], lens[None])


@pytest.mark.parametrize("shape", ["oriented", "isotropic"])
def test_one_splat_a_cell_lies_on_the_surface(shape: str) -> None:
    views = slanted_plane(SIZE)
    splats = splats_of(views, InitConfig(stride_px=4, shape=shape))  # type: ignore[arg-type]
    assert len(splats) == (SIZE // 4) ** 2
    distance = (splats.means - [0, 0, 3]) @ np.array([0.6, 0, -0.8])
    assert np.abs(distance).max() < 1e-5  # depth is float32
    assert np.abs(splats.rgb - 100 / 255).max() < 1e-6


def test_oriented_splats_are_flat_on_the_plane_and_as_large_as_their_cell() -> None:
    views = slanted_plane(SIZE)
    splats = splats_of(views, InitConfig(stride_px=4, scale_share=0.5))
    axes = Rotation.from_quat(splats.rotation_wxyz[:, [1, 2, 3, 0]]).as_matrix()
    assert np.abs(np.abs(axes[:, :, 2] @ [0.6, 0, -0.8]) - 1).max() < 1e-4  # their third axis is the normal
    assert (splats.scales_m[:, 2] < splats.scales_m[:, :2].min(1)).all()
    # Standard deviations half a spacing: the neighbours' distances on the plane are twice the scales.
    grid = splats.means.reshape(SIZE // 4, SIZE // 4, 3)
    gaps = np.linalg.norm(np.diff(grid, axis=1), axis=-1)
    nearer = np.minimum(gaps[:, :-1], gaps[:, 1:])  # the nearer in depth of the two neighbours counts
    assert np.abs(splats.scales_m[:, 0].reshape(16, 16)[:, 1:-1] / nearer / 0.5 - 1).max() < 1e-3


def test_the_first_view_is_explained_by_its_own_splats() -> None:
    views = room_views(1, SIZE)
    splats = splats_of(views, InitConfig(stride_px=2))
    drawn = backend.render(splats, views.world_from_camera[0], views.intrinsics_px[0], SIZE, SIZE)
    assert drawn.alpha.mean() > 0.85
    error = np.abs(drawn.depth_m / views.depth_m[0] - 1)
    assert np.median(error) < 0.02
    assert np.abs(drawn.rgb - views.frames[0] / 255).mean() < 0.12


def test_a_view_that_shows_nothing_new_adds_almost_nothing() -> None:
    views = room_views(4, SIZE)
    twice = RoomViews(*(np.concatenate([a[:1], a[:1]]) for a in vars(views).values()))
    alone, again = splats_of(views, InitConfig(), 1), splats_of(twice, InitConfig())
    all_four = splats_of(views, InitConfig())
    assert len(alone) <= len(again) < 1.1 * len(alone)
    assert 1.1 * len(alone) < len(all_four) < 2 * len(alone)


def test_pixels_without_depth_or_outside_the_mask_give_no_splat() -> None:
    views = room_views(1, SIZE)
    depth, masks = views.depth_m.copy(), views.masks.copy()
    depth[0, :, : SIZE // 2] = 0
    masks[0, : SIZE // 2] = False
    part = RoomViews(views.frames, depth, masks, views.world_from_camera, views.intrinsics_px)
    assert len(splats_of(part, InitConfig(stride_px=2))) == (SIZE // 4) ** 2


@pytest.mark.parametrize("value", [np.nan, -1.0, np.inf])
def test_impossible_depth_is_refused(value: float) -> None:
    views = room_views(1, SIZE)
    depth = views.depth_m.copy()
    depth[0, 3, 5] = value
    bad = RoomViews(views.frames, depth, views.masks, views.world_from_camera, views.intrinsics_px)
    with pytest.raises(InputError, match="depth"):
        splats_of(bad, InitConfig())
    nothing = RoomViews(
        views.frames, 0 * views.depth_m, views.masks, views.world_from_camera, views.intrinsics_px
    )
    with pytest.raises(InputError, match="no pixel"):
        splats_of(nothing, InitConfig())
