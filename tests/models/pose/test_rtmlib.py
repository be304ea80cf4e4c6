"""rtmlib's RTMPose with tiny weights of our own, where rtmlib is installed; the rest with a stand-in."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import BackendUnavailable, NoFigureError
from models.pose import RtmlibPose, load
from tests.models.matting.onnx_bytes import constant

FRAMES = np.zeros((3, 96, 72, 3), np.uint8)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """SimCC heads that put keypoint k at column k % 48 and row k % 64 of a 48 x 64 input."""
    heads = {name: np.zeros((1, 133, 2 * side), np.float32) for name, side in (("x", 48), ("y", 64))}
    for k in range(133):
        heads["x"][0, k, 2 * (k % 48)] = 0.9
        heads["y"][0, k, 2 * (k % 64)] = 0.9
    path = tmp_path / "tiny.onnx"
    path.write_bytes(constant(heads, (1, 3, 64, 48)))
    return path


class StandIn:
    """What we use of rtmlib: networks that answer from the boxes they are asked about."""

    asked: list[list[NDArray[np.float32]]]

    def __init__(self, score: float = 0.8) -> None:
        self.asked, self.score = [], score

    def pose(self, *_: Any, **settings: Any) -> Any:
        assert settings["to_openpose"] is False

        def run(image: NDArray[np.uint8], bboxes: list[NDArray[np.float32]]) -> tuple[Any, Any]:
            self.asked.append(bboxes)
            centres = np.array([[(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] for b in bboxes])
            scores = np.full((len(bboxes), 133), self.score)
            scores[1:] *= 0.9
            return np.repeat(centres[:, None], 133, axis=1), scores

        return run


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    fake = StandIn()
    module = types.ModuleType("rtmlib")
    module.RTMPose = fake.pose  # type: ignore[attr-defined]
    boxes = np.array([[0, 0, 20, 20], [40, 40, 60, 80]], np.float32)
    module.YOLOX = lambda *_, **__: lambda image: boxes  # type: ignore[attr-defined]
    module.__spec__ = importlib.util.spec_from_loader("rtmlib", None)
    monkeypatch.setitem(sys.modules, "rtmlib", module)
    return fake


def matte() -> NDArray[np.float32]:
    alpha = np.zeros(FRAMES.shape[:3], np.float32)
    alpha[0, 20:60, 10:30] = 1
    alpha[2, 30:70, 20:40] = 1
    return alpha


def test_the_mattes_box_is_looked_at_and_an_empty_frame_is_missing(weights: Path, stand_in: StandIn) -> None:
    found = load(RtmlibPose(pose_onnx=weights))(FRAMES, matte())
    assert found.keypoints_xy_px.shape == (3, 1, 133, 2)
    np.testing.assert_allclose(stand_in.asked[0][0], [10, 20, 30, 60])
    # rtmlib's pixel (20, 40) is our (20.5, 40.5).
    np.testing.assert_allclose(found.keypoints_xy_px[0, 0, 7], [20.5, 40.5])
    assert (found.confidence[1] == 0).all(), "asked for no box, rtmlib would see a ghost in the whole frame"
    assert found.quality[0] == pytest.approx(0.8) and found.quality[1] == 0


def test_people_are_ordered_by_certainty_and_linked(weights: Path, stand_in: StandIn) -> None:
    config = RtmlibPose(pose_onnx=weights, detector_onnx=weights, most_people=4)
    found = load(config)(FRAMES, None)
    assert found.keypoints_xy_px.shape == (3, 2, 133, 2), "slots that nobody fills are dropped"
    assert found.confidence[0, 0, 0] > found.confidence[0, 1, 0]
    np.testing.assert_allclose(found.keypoints_xy_px[:, 1, 0], [[50.5, 60.5]] * 3)


def test_nobody_certain_enough(weights: Path, stand_in: StandIn) -> None:
    stand_in.score = 0.1
    with pytest.raises(NoFigureError, match="no person found"):
        load(RtmlibPose(pose_onnx=weights))(FRAMES, matte())


def test_scores_over_one_are_clipped(weights: Path, stand_in: StandIn) -> None:
    stand_in.score = 7.5
    assert load(RtmlibPose(pose_onnx=weights))(FRAMES, matte()).confidence.max() == 1


def test_missing_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> None:
    config = RtmlibPose(pose_onnx=tmp_path / "dwpose.onnx")
    lack = config.missing()
    assert lack is not None and "dwpose.onnx" in lack
    monkeypatch.delitem(sys.modules, "rtmlib")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    lack = config.missing()
    assert lack is not None and "make setup-pose" in lack
    with pytest.raises(BackendUnavailable, match="make setup-pose"):
        load(config)(FRAMES, None)


@pytest.mark.skipif(importlib.util.find_spec("rtmlib") is None, reason="needs rtmlib: make setup-pose")
def test_the_real_rtmlib_maps_the_networks_grid_to_the_picture(weights: Path) -> None:
    found = load(RtmlibPose(pose_onnx=weights, pose_input_px=(48, 64)))(FRAMES, matte())
    # Box 20 x 40 around (20, 40), padded by 1.25 to 37.5 x 50 (3:4): keypoint 24 is at (24, 24) of 48 x 64.
    expected = np.array([20 - 37.5 / 2 + 24 / 48 * 37.5, 40 - 25 + 24 / 64 * 50]) + 0.5
    np.testing.assert_allclose(found.keypoints_xy_px[0, 0, 24], expected, atol=0.6)
    assert found.confidence[0, 0, 24] == pytest.approx(0.9, abs=1e-3)
