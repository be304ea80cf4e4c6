from pathlib import Path

import numpy as np
import pytest

from data_contracts.background import Background
from data_contracts.depth import read_depth
from data_contracts.errors import BackendUnavailable, ContractError
from models.depth import load
from models.depth.layout import LayoutDepthConfig
from models.depth.layout_planes import LayoutPlanes
from models.depth.transformers import TransformersDepthConfig
from tasks.complete_background import CompleteBackgroundConfig, complete_background
from tasks.estimate_depth import EstimateDepthConfig, estimate_depth
from tests.tasks.scene_inputs import SIZE, park, still


@pytest.fixture
def background(tmp_path: Path) -> Background:
    folder = tmp_path / "background"
    folder.mkdir()
    media = still(tmp_path / "in", park())
    return complete_background(media, None, CompleteBackgroundConfig(), folder).placed(folder)


def test_what_is_written_is_what_was_estimated(background: Background, tmp_path: Path) -> None:
    found = estimate_depth(background, EstimateDepthConfig(), tmp_path).placed(tmp_path)
    maps, expected = read_depth(found), load(LayoutDepthConfig()).estimate(park())
    np.testing.assert_array_equal(maps.depth_m, expected.depth_m)
    np.testing.assert_array_equal(maps.sky, expected.sky)
    np.testing.assert_array_equal(maps.upright, expected.upright)
    assert maps.layout is not None and LayoutPlanes.from_json(maps.layout) == expected.layout
    assert (found.height_px, found.width_px) == SIZE
    assert found.scene_kind == "outdoor" and found.horizon_y_px == expected.horizon_y_px
    assert found.near_m == maps.depth_m.min() and found.far_m == maps.depth_m.max()
    assert not found.metric


def test_a_room_keeps_its_box(background: Background, tmp_path: Path) -> None:
    config = EstimateDepthConfig(depth=LayoutDepthConfig(scene_kind="indoor"))
    found = estimate_depth(background, config, tmp_path).placed(tmp_path)
    layout = read_depth(found).layout
    assert layout is not None and LayoutPlanes.from_json(layout).box_ltrb_px is not None
    with pytest.raises(ContractError, match="layout"):
        LayoutPlanes.from_json({**layout, "colour": 3})


def test_mended_files_are_checked(background: Background, tmp_path: Path) -> None:
    found = estimate_depth(background, EstimateDepthConfig(), tmp_path).placed(tmp_path)
    path = found.path(found.depth)
    depth_m = np.load(path)
    np.save(path, depth_m[:50])
    with pytest.raises(ContractError, match="depth map"):
        read_depth(found)
    depth_m[3, 3] = 0
    np.save(path, depth_m)
    with pytest.raises(ContractError, match="over 0"):
        read_depth(found)


def test_a_backend_that_cannot_run_says_why(background: Background, tmp_path: Path) -> None:
    config = EstimateDepthConfig(depth=TransformersDepthConfig(device="cpu"))
    with pytest.raises(BackendUnavailable, match="revision"):
        estimate_depth(background, config, tmp_path)
