"""Flow of pictures that are far wider than high, at which OpenCV alone ends the process."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.dense_flow import dense_flow


def texture(height: int, width: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(0).integers(0, 256, (height // 4 + 1, width // 4)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize("preset", [cv2.DISOPTICAL_FLOW_PRESET_FAST, cv2.DISOPTICAL_FLOW_PRESET_MEDIUM])
@pytest.mark.parametrize("height", [12, 14, 24, 28, 31])
def test_flat_pictures_have_a_flow(height: int, preset: int) -> None:
    first = texture(height, 256)
    flow = dense_flow(cv2.DISOpticalFlow.create(preset), first, np.roll(first, 3, axis=1))
    assert flow.shape == (height, 256, 2)
    assert np.median(flow[:, 20:-20, 0]) == pytest.approx(3, abs=0.5)


def test_others_have_the_flow_that_opencv_finds() -> None:
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    first = texture(64, 96)
    second = np.roll(first, (1, 2), axis=(0, 1))
    np.testing.assert_array_equal(dense_flow(solver, first, second), solver.calc(first, second, None))
