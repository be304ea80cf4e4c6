"""The drawn clip and its truth agree with each other."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.art.places import draw_studio
from models.world.choreography import dance
from models.world.dance_clip import TrueFrame, draw_dance_clip


@pytest.fixture(scope="module")
def frames() -> list[TrueFrame]:
    return list(draw_dance_clip(dance(5, 4), 240, 7))


@pytest.fixture(scope="module")
def studio() -> np.ndarray:
    return draw_studio(240, 7).image()


def test_the_background_stands_still(frames: list[TrueFrame], studio: np.ndarray) -> None:
    # Away from the figure and its shadow every pixel equals the empty studio.
    far = np.ones((240, 240), bool)
    far[:, 25:215] = False
    assert all(np.array_equal(frame.rgb[far], studio[far]) for frame in frames)


def test_alpha_is_where_the_picture_changed(frames: list[TrueFrame], studio: np.ndarray) -> None:
    for frame in frames:
        changed = np.abs(frame.rgb.astype(int) - studio.astype(int)).max(axis=-1) > 40
        changed[195:] = False  # the shadow on the floor
        inside = frame.alpha[:195] > 0
        assert inside[changed[:195]].all()
        assert (changed[:195] & inside).sum() > 0.75 * (frame.alpha[:195] > 128).sum()


def test_keypoints_lie_on_the_figure(frames: list[TrueFrame]) -> None:
    for frame in frames:
        known = frame.confidence > 0
        assert known.sum() == 19
        column, row = np.floor(frame.keypoints_xy_px[known]).astype(int).T
        # Ears and heels touch the outline: one pixel of slack around the figure.
        near = np.lib.stride_tricks.sliding_window_view(np.pad(frame.alpha > 0, 1), (3, 3)).any(axis=(2, 3))
        assert near[row, column].all()
        assert not frame.keypoints_xy_px[~known].any()


def test_left_is_on_the_right_of_the_picture(frames: list[TrueFrame]) -> None:
    for frame in frames:
        x = frame.keypoints_xy_px[:, 0]
        assert x[5] > x[6] and x[9] > x[10] and x[15] > x[16]
