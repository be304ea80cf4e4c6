"""What is done to good backgrounds in training, and to the character's box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import ContractError
from models.video.black_boxes import black_box_probability, blacken_boxes
from models.video.degradation import (
    DegradationConfig,
    add_noise,
    blacken_blocks,
    blur,
    degrade_background,
    shrink,
    warp,
)

FAULTS = (shrink, warp, blur, add_noise, blacken_blocks)
CONFIG = DegradationConfig(most_blur=0.05)


@pytest.fixture
def video() -> NDArray[np.uint8]:
    """A slow pan over noise: every fault shows."""
    wide = np.random.default_rng(0).integers(1, 256, (48, 80, 3), np.uint8)
    return np.stack([wide[:, t : t + 64] for t in range(5)])


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_shows_and_the_seed_decides_it(
    fault: Callable[..., NDArray[np.uint8]], video: NDArray[np.uint8]
) -> None:
    kept = video.copy()
    found = fault(video, CONFIG, np.random.default_rng(3))
    assert found.shape == video.shape
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - video).mean() > 0.2
    np.testing.assert_array_equal(video, kept)
    np.testing.assert_array_equal(found, fault(video, CONFIG, np.random.default_rng(3)))
    assert (found != fault(video, CONFIG, np.random.default_rng(4))).any()


def sharpness(video: NDArray[np.uint8]) -> float:
    return float(np.abs(np.diff(video.astype(float), axis=2)).mean())


def test_blur_and_shrinking_take_detail_away_and_noise_adds_some(video: NDArray[np.uint8]) -> None:
    flat = np.full_like(video, 128)
    for seed in range(4):
        assert sharpness(blur(video, CONFIG, np.random.default_rng(seed))) < sharpness(video)
        assert sharpness(shrink(video, CONFIG, np.random.default_rng(seed))) < sharpness(video)
        noisy = add_noise(flat, CONFIG, np.random.default_rng(seed)).astype(float)
        assert 0 < noisy.std() < 255 * CONFIG.most_noise
        assert abs(noisy.mean() - 128) < 1


def test_blocks_are_black_and_last(video: NDArray[np.uint8]) -> None:
    black = (blacken_blocks(video, CONFIG, np.random.default_rng(1)) == 0).all(-1)
    assert 0.005 < black.mean() < 0.9
    assert (black[0] & black[-1]).sum() > 0.5 * black[0].sum()
    rest = blacken_blocks(video, CONFIG, np.random.default_rng(1))[~black]
    np.testing.assert_array_equal(rest, video[~black])


def test_a_warp_moves_corners_no_further_than_told(video: NDArray[np.uint8]) -> None:
    white = np.full_like(video, 255)
    for seed in range(5):
        frames = warp(white, CONFIG, np.random.default_rng(seed))
        # Whatever the corners do, the middle of the picture is never torn open.
        margin_y, margin_x = (int(np.ceil(1.2 * CONFIG.most_warp * n)) for n in (48, 64))
        assert (frames[:, margin_y:-margin_y, margin_x:-margin_x] == 255).all()
    assert (warp(white, DegradationConfig(most_warp=0), np.random.default_rng(0)) == 255).mean() > 0.9


def test_faults_come_as_often_as_told(video: NDArray[np.uint8]) -> None:
    def same(**changes: Any) -> float:
        config = DegradationConfig(**changes)
        return np.mean(
            [
                np.array_equal(degrade_background(video, config, np.random.default_rng(seed)), video)
                for seed in range(60)
            ]
        ).item()

    assert same(probability=0) == 1
    assert same(probability=1) == 0
    assert same(probability=0.13) == pytest.approx(0.87**5, abs=0.2)


def test_what_is_not_a_video_is_refused() -> None:
    with pytest.raises(ContractError, match=r"expected uint8 \[T, H, W, 3\]; got float64 \(2, 8, 8, 3\)"):
        degrade_background(np.zeros((2, 8, 8, 3)), CONFIG, np.random.default_rng(0))  # type: ignore[arg-type]


def test_boxes_are_black_and_nothing_else(video: NDArray[np.uint8]) -> None:
    mask = np.zeros(video.shape[:3], np.uint8)
    mask[0, 10, 20] = mask[0, 30, 25] = 255
    mask[1, 5:8, 3:9] = 128
    found = blacken_boxes(video, mask)
    assert (found[0, 10:31, 20:26] == 0).all()
    assert (found[1, 5:8, 3:9] == 0).all()
    assert (found == 0).all(-1).sum() == 21 * 6 + 3 * 6
    np.testing.assert_array_equal(found[2:], video[2:])


def test_boxes_are_black_early_only() -> None:
    told = [black_box_probability(step, 10, 30) for step in (0, 10, 20, 29, 30, 99)]
    assert told == pytest.approx([1, 1, 0.5, 0.05, 0, 0])
    assert [black_box_probability(step, 10, 10) for step in (9, 10)] == [1, 0]
