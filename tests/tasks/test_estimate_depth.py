from pathlib import Path

import numpy as np
import pytest

from data_contracts.background import Background
from data_contracts.depth import read_depth
from data_contracts.errors import BackendUnavailable, ContractError, InputError
from data_contracts.given_file import GivenFile
from data_contracts.image import write_png
from data_contracts.source import digest_of_source
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


def test_a_picture_too_narrow_for_a_layout_is_refused_by_name(tmp_path: Path) -> None:
    media = still(tmp_path / "in", park()[:, :28])
    narrow = complete_background(media, None, CompleteBackgroundConfig(), tmp_path).placed(tmp_path)
    with pytest.raises(InputError, match=r"background\.png: .* too narrow.*got 28x96.*larger"):
        estimate_depth(narrow, EstimateDepthConfig(), tmp_path)


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


def by_hand(path: Path) -> GivenFile:
    return GivenFile(location=str(path), sha256=digest_of_source(path))


def test_what_a_person_measured_is_taken(background: Background, tmp_path: Path) -> None:
    measured = (1000 * np.linspace(9, 2, SIZE[0])[:, None].repeat(SIZE[1], 1)).astype(np.uint16)
    measured[:, 20:60] = 1500
    measured[10:20, 100:110] = 0
    path = write_png(tmp_path / "measured.png", measured)
    out = tmp_path / "out"
    out.mkdir()
    found = estimate_depth(background, EstimateDepthConfig(), out, given=by_hand(path)).placed(out)
    maps = read_depth(found)
    assert found.method == "given" and found.metric and found.layout is None
    np.testing.assert_allclose(maps.depth_m[measured > 0], measured[measured > 0] / 1000, rtol=1e-5)
    assert maps.depth_m[15, 105] == pytest.approx(measured[15, 95] / 1000, rel=0.2), "holes are filled"
    assert maps.upright[10:60, 25:55].all() and not maps.upright[:, 70:].any()


def test_settings_of_one_background_go_before_the_profiles(background: Background, tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text('{"horizon": 0.3, "upright_sheets": false}')
    profile = EstimateDepthConfig(depth=LayoutDepthConfig(focal_ratio=1.3, horizon=0.6))
    found = estimate_depth(background, profile, tmp_path, given=by_hand(path)).placed(tmp_path)
    assert found.horizon_y_px == pytest.approx(0.3 * SIZE[0]) and found.focal_px == 1.3 * SIZE[1]
    assert not read_depth(found).upright.any()


def test_what_a_person_says_stands_does(background: Background, tmp_path: Path) -> None:
    painted = np.zeros(SIZE, np.bool_)
    painted[40:80, 20:40] = True
    path = write_png(tmp_path / "things.png", painted)
    found = estimate_depth(background, EstimateDepthConfig(), tmp_path, standing=by_hand(path))
    maps = read_depth(found.placed(tmp_path))
    np.testing.assert_array_equal(maps.upright, painted)
    assert np.ptp(maps.depth_m[painted]) < 1e-5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"horizon": 2}', "horizon of the layout is wrong .*expected less than 1"),
        ('{"box": [0.8, 0.1, 0.2, 0.7]}', "the layout contradicts itself .*left, top, right, bottom"),
        ('{"skyline": 2}', "no such setting .*expected .*box.*got skyline"),
    ],
)
def test_settings_that_are_none_are_refused(
    background: Background, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "layout.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        estimate_depth(background, EstimateDepthConfig(), tmp_path, given=by_hand(path))


def test_a_mask_of_another_picture_is_refused(background: Background, tmp_path: Path) -> None:
    path = write_png(tmp_path / "things.png", np.zeros((64, 64), np.bool_))
    with pytest.raises(InputError, match=r"another shape.*128x96"):
        estimate_depth(background, EstimateDepthConfig(), tmp_path, standing=by_hand(path))
