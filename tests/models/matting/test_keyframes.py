from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.errors import ContractError, InputError
from models.matting import KeyframeMatting, load_keyed, stretches
from models.matting.local_votes import COLOUR_CELLS, colour_cells, count_votes, read_votes


def two_walkers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two equal figures that walk towards each other before a wall that a panning camera slides along."""
    rng = np.random.default_rng(0)
    wall = cv2.resize(rng.integers(90, 190, (14, 40, 3)).astype(np.uint8), (400, 140))
    frames, masks = [], []
    for t in range(count):
        frame = wall[:, 4 * t : 4 * t + 220].copy()
        masks.append(np.zeros(frame.shape[:2], np.uint8))
        for mask, x in ((masks[-1], 45 + 2 * t), (np.zeros_like(masks[-1]), 180 - 2 * t)):
            cv2.ellipse(mask, (x, 75), (14, 44), 0, 0, 360, 1, -1)
            frame[mask > 0] = (170, 40, 50)
        frames.append(np.clip(frame + rng.normal(0, 1.5, frame.shape), 0, 255).astype(np.uint8))
    return np.stack(frames), np.stack(masks) > 0


def matted(frames: np.ndarray, truth: np.ndarray, keys: list[int]) -> tuple[np.ndarray, np.ndarray]:
    masks = {t: np.where(truth[t], np.uint8(255), np.uint8(0)) for t in keys}
    mattes = list(load_keyed(KeyframeMatting())(frames, masks))
    return np.stack([m.alpha for m in mattes]), np.array([m.confidence for m in mattes])


def overlaps(alpha: np.ndarray, truth: np.ndarray) -> np.ndarray:
    found = alpha > 0.5
    return np.asarray((found & truth).sum(axis=(1, 2)) / (found | truth).sum(axis=(1, 2)))


@pytest.mark.slow
def test_a_mask_picks_one_of_two_figures_before_a_moving_camera() -> None:
    frames, truth = two_walkers(14)
    alpha, confidence = matted(frames, truth, [0])
    assert alpha.dtype == np.float32 and alpha.shape == truth.shape
    np.testing.assert_array_equal(alpha[0] > 0.5, truth[0])
    assert overlaps(alpha, truth).min() > 0.85
    assert confidence[0] == 1 and 0 < confidence[-1] < confidence[1] < 1


@pytest.mark.slow
def test_masks_are_kept_and_confidence_falls_between_them() -> None:
    frames, truth = two_walkers(13)
    alpha, confidence = matted(frames, truth, [0, 12])
    np.testing.assert_array_equal(alpha[[0, 12]] > 0.5, truth[[0, 12]])
    assert overlaps(alpha, truth).min() > 0.88
    assert confidence[0] == confidence[12] == 1 and confidence[6] < min(confidence[1], confidence[11])


@pytest.mark.slow
def test_frames_before_the_first_mask_are_filled_and_the_same_bytes_come_twice() -> None:
    frames, truth = two_walkers(8)
    alpha, confidence = matted(frames, truth, [7])
    assert overlaps(alpha, truth).min() > 0.85 and confidence[0] < confidence[6]
    np.testing.assert_array_equal(alpha, matted(frames, truth, [7])[0])


def test_all_masks_given_are_the_matte() -> None:
    frames, truth = two_walkers(3)
    alpha, confidence = matted(frames, truth, [0, 1, 2])
    np.testing.assert_array_equal(alpha, truth.astype(np.float32))
    np.testing.assert_array_equal(confidence, 1)


def test_an_empty_mask_says_that_nobody_is_there() -> None:
    frames, truth = two_walkers(6)
    truth[4:] = False
    alpha, confidence = matted(frames, truth, [0, 4])
    assert not alpha[4:].any() and (alpha[1] > 0.5).any()
    assert confidence[5] == 0


@pytest.mark.slow
def test_a_long_clip_is_filled_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    frames, truth = two_walkers(16)
    monkeypatch.setattr(stretches, "LONGEST", 6)
    assert stretches._ends([0, 5, 10, 15]) == {5, 10}
    assert stretches._ends([3, 4, 5, 15]) == {5}
    alpha, _ = matted(frames, truth, [0, 5, 10, 15])
    assert alpha.shape == truth.shape and overlaps(alpha, truth).min() > 0.88


def test_a_long_way_without_a_mask_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    frames, truth = two_walkers(8)
    monkeypatch.setattr(stretches, "MOST_APART", 5)
    with pytest.raises(InputError, match=r"none between frame 1 and the clip's end.*such as 3"):
        matted(frames, truth, [0, 1])


def test_masks_that_are_none_for_the_clip_are_refused() -> None:
    frames, truth = two_walkers(3)
    for masks in ({}, {3: np.zeros(truth.shape[1:], np.uint8)}, {0: np.zeros((70, 110), np.uint8)}):
        with pytest.raises(ContractError, match="matte from keyframes"):
            list(load_keyed(KeyframeMatting())(frames, masks))


def test_votes_tell_colours_by_their_place() -> None:
    rgb = np.full((40, 80, 3), (150, 90, 90), np.uint8)
    rgb[:, 40:] = (90, 90, 150)
    cells = colour_cells(rgb).reshape(-1, 3)
    grid = count_votes(cells, np.ones(len(cells)), COLOUR_CELLS)
    assert grid.sum() == pytest.approx(len(cells), rel=1e-3)
    red, green = colour_cells(np.array([[[150, 90, 90], [90, 150, 90]]], np.uint8))[0]
    known, unknown = read_votes(grid, np.stack([red, green]))
    assert known > 100 and unknown == pytest.approx(0, abs=1)
