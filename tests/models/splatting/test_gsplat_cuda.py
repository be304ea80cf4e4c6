"""The gsplat backend: on CUDA against ours; elsewhere the code around it, with the oracle in its place."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import torch

from data_contracts.errors import BackendUnavailable
from data_contracts.splats import Splats
from models.splatting import CpuSplattingConfig, FitConfig, GsplatConfig, InitConfig, load, splats_from_views
from models.splatting.gsplat_cuda import GsplatSplatting
from tests.models.splatting.room import room_views
from tests.models.splatting.scenes import random_splats, side_camera
from tests.reference import splatting as oracle

ORACLE_TOLERANCE = 1e-4
"""Both in float32 here; a wrong matrix order, depth mode or quaternion order shows as 0.1."""

CUDA_TOLERANCE = 2e-3
"""99.9th percentile; single pixels at the threshold of alpha 1/255 differ by 4e-3, and gsplat cuts at
3.33 sigma in whole pixels."""


def oracle_rasterization(**given: Any) -> tuple[torch.Tensor, torch.Tensor, dict[str, Any]]:
    """gsplat.rasterization for one camera, by the dense oracle."""
    import gsplat

    inspect.signature(gsplat.rasterization).bind(**given)
    assert given["render_mode"] == "RGB+D"
    K = given["Ks"][0]
    planes = oracle.render(
        given["means"], given["quats"], given["scales"], given["opacities"], given["colors"],
        given["viewmats"][0], torch.stack([K[0, 0], K[1, 1], K[0, 2], K[1, 2]]), given["width"],
        given["height"], given["backgrounds"][0],
    )  # fmt: skip
    planes = planes.permute(1, 2, 0)[None]
    return planes[..., :4], planes[..., 4:], {}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> GsplatSplatting:
    import gsplat

    monkeypatch.setattr(gsplat, "rasterization", oracle_rasterization)
    return GsplatSplatting(GsplatConfig(device="cpu"))


def test_it_hands_gsplat_what_our_rasteriser_draws(stand_in: GsplatSplatting) -> None:
    splats, camera = random_splats(150, 0), side_camera(60, 44)
    ours = load(CpuSplattingConfig()).render(splats, *camera, 60, 44, (0.2, 0.4, 0.6))
    theirs = stand_in.render(splats, *camera, 60, 44, (0.2, 0.4, 0.6))
    for name in ("rgb", "alpha", "depth_m"):
        error = np.abs(getattr(ours, name) - getattr(theirs, name))
        assert np.quantile(error, 0.99) < ORACLE_TOLERANCE, name


def test_its_fit_takes_the_same_steps_as_ours(stand_in: GsplatSplatting) -> None:
    room = room_views(2, 18)
    cameras = room.world_from_camera, room.intrinsics_px
    ours = load(CpuSplattingConfig())
    start = splats_from_views(room.frames, room.depth_m, room.masks, *cameras, InitConfig(stride_px=3), ours)
    # On a wall that faces the camera depths are equal but for rounding, and so is who is in front.
    means = start.means + np.random.default_rng(0).normal(scale=0.02, size=start.means.shape)
    start = Splats(means, start.rotation_wxyz, start.scales_m, start.opacities, start.rgb)
    results = [
        b.fit(start, room.frames, room.masks, *cameras, FitConfig(steps=4), 5) for b in (ours, stand_in)
    ]
    (one, report), (other, other_report) = results
    np.testing.assert_allclose(report.losses, other_report.losses, rtol=1e-3)
    assert abs(report.psnr_before_db - other_report.psnr_before_db) < 1e-3
    assert abs(report.psnr_after_db - other_report.psnr_after_db) < 0.01
    # Adam's first steps are signs: a gradient that is 0 but for rounding moves its splat either way.
    assert np.median(np.abs(one.rgb - other.rgb)) < 1e-4
    assert np.median(np.abs(one.means - other.means)) < 1e-4


def test_without_cuda_it_says_so_and_does_not_load() -> None:
    config = GsplatConfig()
    reason = config.missing()
    if reason is None:
        pytest.skip("gsplat can run here")
    assert "CUDA" in reason or "gsplat" in reason
    with pytest.raises(BackendUnavailable, match="splatting gsplat"):
        load(config)


@pytest.mark.gpu
def test_on_cuda_it_draws_what_ours_draws() -> None:
    config = GsplatConfig()
    if reason := config.missing():
        pytest.skip(reason)
    splats, camera = random_splats(3000, 1), side_camera(320, 240)
    ours, theirs = (load(c).render(splats, *camera, 320, 240) for c in (CpuSplattingConfig(), config))
    for name in ("rgb", "alpha", "depth_m"):
        error = np.abs(getattr(ours, name) - getattr(theirs, name))
        assert np.quantile(error, 0.999) < CUDA_TOLERANCE, name


@pytest.mark.gpu
def test_on_cuda_a_fit_ends_where_ours_ends() -> None:
    """Adam's first steps are signs, so single splats part ways by rounding: pictures are compared instead."""
    config = GsplatConfig()
    if reason := config.missing():
        pytest.skip(reason)
    room = room_views(4, 64)
    views = room.frames, room.masks, room.world_from_camera, room.intrinsics_px
    ours, theirs = load(CpuSplattingConfig()), load(config)
    start = splats_from_views(room.frames, room.depth_m, *views[1:], InitConfig(), ours)
    (_, report), (fitted, other) = (b.fit(start, *views, FitConfig(steps=60), 0) for b in (ours, theirs))
    assert abs(report.psnr_before_db - other.psnr_before_db) < 0.02
    assert abs(report.psnr_after_db - other.psnr_after_db) < 0.3
    for pose, lens in zip(room.world_from_camera, room.intrinsics_px, strict=True):
        one, two = (b.render(fitted, pose, lens, 64, 64) for b in (ours, theirs))
        assert np.quantile(np.abs(one.rgb - two.rgb), 0.999) < CUDA_TOLERANCE
