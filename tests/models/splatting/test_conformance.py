"""What every backend of the role must do; a new member of the union is picked up by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.splats import read_splats, write_splats
from models.splatting import FitConfig, InitConfig, Rendering, SplattingConfig, load, splats_from_views
from tests.models.splatting.room import room_views
from tests.models.splatting.scenes import random_splats, side_camera

FILE_TOLERANCE = 2e-4
"""Logits and logarithms in float32 move opacities and edges by some 1e-6; depths here go up to 6."""

BACKENDS = get_args(get_args(SplattingConfig)[0])


@pytest.fixture(params=BACKENDS, ids=lambda config: config.model_fields["kind"].default)
def config(request: pytest.FixtureRequest) -> Any:
    config = request.param()
    if lack := config.missing():
        pytest.skip(lack)
    return config


@pytest.mark.parametrize("backend", BACKENDS)
def test_its_settings_tell_what_it_is_and_needs(backend: Any) -> None:
    config = backend()
    assert config.kind and config.version >= 1 and isinstance(config.weights(), list)
    assert config.missing() is None or len(config.missing()) > 20
    with pytest.raises(ValueError, match="extra"):
        backend(no_such_setting=1)


def test_it_draws_what_the_contract_says(config: Any) -> None:
    drawn = load(config).render(random_splats(50, 0), *side_camera(45, 31), 45, 31, (0.3, 0.2, 0.1))
    assert isinstance(drawn, Rendering)
    for array, shape in ((drawn.rgb, (31, 45, 3)), (drawn.alpha, (31, 45)), (drawn.depth_m, (31, 45))):
        assert array.shape == shape and array.dtype == np.float32 and np.isfinite(array).all()
    assert drawn.alpha.min() >= 0 and drawn.alpha.max() <= 1
    assert ((drawn.depth_m == 0) == (drawn.alpha < 1 / 255)).all()
    empty = drawn.alpha == 0
    np.testing.assert_allclose(drawn.rgb[empty], np.tile([0.3, 0.2, 0.1], (empty.sum(), 1)), atol=1e-6)


def test_a_track_is_its_views_one_by_one(config: Any) -> None:
    backend, splats, room = load(config), random_splats(50, 1), room_views(3, 20)
    track = list(backend.render_track(splats, room.world_from_camera, room.intrinsics_px, 20, 20))
    for drawn, pose, lens in zip(track, room.world_from_camera, room.intrinsics_px, strict=True):
        np.testing.assert_array_equal(drawn.rgb, backend.render(splats, pose, lens, 20, 20).rgb)


def test_a_field_from_a_ply_file_draws_the_same(config: Any, tmp_path: Path) -> None:
    backend, splats, camera = load(config), random_splats(400, 2), side_camera(90, 60)
    write_splats(splats, tmp_path / "field.ply")
    here, there = (
        backend.render(field, *camera, 90, 60) for field in (splats, read_splats(tmp_path / "field.ply"))
    )
    for name in ("rgb", "alpha", "depth_m"):
        error = np.abs(getattr(here, name) - getattr(there, name))
        assert np.quantile(error, 0.999) < FILE_TOLERANCE, name


@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 7), (7, 65)])
def test_it_fits_pictures_of_any_size(config: Any, width: int, height: int) -> None:
    """Even a single pixel, and of one colour."""
    backend = load(config)
    frames = np.full((2, height, width, 3), 120, np.uint8)
    depth, masks = np.full((2, height, width), 2.0, np.float32), np.ones((2, height, width), bool)
    lens = np.tile([50.0, 50.0, width / 2, height / 2], (2, 1))
    poses = np.tile(np.eye(4), (2, 1, 1))
    start = splats_from_views(frames, depth, masks, poses, lens, InitConfig(), backend)
    fitted, report = backend.fit(start, frames, masks, poses, lens, FitConfig(steps=20), 0)
    assert len(fitted) == len(start) >= 1
    assert report.psnr_after_db > report.psnr_before_db


def test_no_steps_change_nothing_but_opacities_at_the_limit(config: Any) -> None:
    room, backend = room_views(2, 20), load(config)
    cameras = room.world_from_camera, room.intrinsics_px
    start = splats_from_views(room.frames, room.depth_m, room.masks, *cameras, InitConfig(), backend)
    fitted, report = backend.fit(start, room.frames, room.masks, *cameras, FitConfig(steps=0), 0)
    np.testing.assert_allclose(fitted.means, start.means)
    np.testing.assert_allclose(fitted.scales_m, start.scales_m, rtol=1e-5)
    assert report.psnr_before_db == report.psnr_after_db and report.losses == ()


def test_it_refuses_cameras_that_cannot_be(config: Any) -> None:
    with pytest.raises(InputError, match="not rigid"):
        load(config).render(random_splats(5, 0), np.diag([3.0, 3, 3, 1]), np.ones(4), 8, 8)
