from pathlib import Path

import numpy as np
import pytest

from data_contracts.background import Background
from data_contracts.depth import Depth
from data_contracts.errors import BackendUnavailable, ContractError
from data_contracts.image import read_image
from data_contracts.record import sha256_of_file
from data_contracts.scene import Scene, read_layers, read_views, write_views
from models.inpainting.diffusers import DiffusersInpaintingConfig
from models.scene.build import WarpInpaintConfig
from models.scene.render_layers import render_layers
from tasks.build_scene import BuildSceneConfig, build_scene
from tasks.complete_background import CompleteBackgroundConfig, complete_background
from tasks.estimate_depth import EstimateDepthConfig, estimate_depth
from tests.tasks.scene_inputs import SIZE, park, still


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Background, Depth]:
    folder = tmp_path_factory.mktemp("background")
    background = complete_background(
        still(folder / "in", park()), None, CompleteBackgroundConfig(), folder
    ).placed(folder)
    return background, estimate_depth(background, EstimateDepthConfig(), folder).placed(folder)


@pytest.fixture(
    scope="module",
    params=[BuildSceneConfig(), BuildSceneConfig(scene=WarpInpaintConfig())],
    ids=["diorama", "warp_inpaint"],
)
def scene(
    inputs: tuple[Background, Depth],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    return build_scene(*inputs, request.param, folder).placed(folder)


@pytest.mark.slow
def test_the_record_tells_what_the_files_hold(scene: Scene) -> None:
    views, layers = read_views(scene), read_layers(scene)
    assert len(views) == scene.num_views == 8 and len(layers) == scene.num_layers
    assert (scene.height_px, scene.width_px) == SIZE
    np.testing.assert_array_equal(views.rgb[0], park())
    assert scene.hole_share_after == pytest.approx(views.hole_share_after.mean())
    assert scene.hole_share_after <= scene.hole_share_before
    assert scene.track is None
    assert 0 < scene.near_m < scene.pivot_m
    assert read_image(scene.path(scene.sheet)).shape[1] == 6 * 160


@pytest.mark.slow
def test_filled_views_can_be_looked_at(scene: Scene) -> None:
    filled = [layer for layer in read_layers(scene) if layer.invented]
    assert (scene.fills is not None) == bool(filled) == (scene.hole_share_before > 0.001)
    if scene.fills is not None:
        rows = -(-len(filled) // 2)
        assert read_image(scene.path(scene.fills)).shape == (rows * 120, min(len(filled), 2) * 3 * 160, 3)


def test_layers_read_back_draw_the_same_views(scene: Scene) -> None:
    views, layers = read_views(scene), read_layers(scene)
    drawn = render_layers(layers, views.world_from_camera[2], views.intrinsics_px[2], SIZE)
    np.testing.assert_array_equal(drawn.rgb, views.rgb[2])
    np.testing.assert_array_equal(drawn.depth_m, views.depth_m[2])


def test_equal_views_are_equal_files(scene: Scene, tmp_path: Path) -> None:
    again = write_views(tmp_path / "views.npz", read_views(scene))
    assert sha256_of_file(again) == scene.views.sha256


def test_a_record_of_another_size_is_refused(scene: Scene) -> None:
    other = scene.model_copy(update={"num_views": 5, "num_layers": 99}).placed(scene.folder)
    with pytest.raises(ContractError, match="views of this scene"):
        read_views(other)
    with pytest.raises(ContractError, match="layers of this scene"):
        read_layers(other)


def test_what_is_wrong_is_said(inputs: tuple[Background, Depth], tmp_path: Path) -> None:
    background, depth = inputs
    with pytest.raises(ContractError, match="same picture"):
        build_scene(background, depth.model_copy(update={"width_px": 99}), BuildSceneConfig(), tmp_path)
    hub = BuildSceneConfig(inpainting=DiffusersInpaintingConfig(device="cpu"))
    with pytest.raises(BackendUnavailable, match="inpainting diffusers"):
        build_scene(background, depth, hub, tmp_path)
