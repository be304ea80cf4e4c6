from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.keypoint_sigmas import COCO_WHOLEBODY_SIGMAS
from models.measures.keypoints import PARTS, box_side_px, jitter, oks, pck

Points = NDArray[np.float64]


def square(count: int = 4) -> Points:
    """Corners of a box of 100 by 200 px."""
    return np.array([[0.0, 0], [100, 0], [100, 200], [0, 200]])[:count]


def test_parts_and_sigmas_cover_all_keypoints() -> None:
    assert sorted(index for part in PARTS.values() for index in part) == list(range(133))
    assert len(COCO_WHOLEBODY_SIGMAS) == 133
    assert COCO_WHOLEBODY_SIGMAS[91:112].tolist() == COCO_WHOLEBODY_SIGMAS[112:].tolist()


def test_a_box_is_that_of_the_known_points() -> None:
    known = np.array([True, True, True, False])
    assert box_side_px(square(), known) == 200
    assert np.isnan(box_side_px(square(), np.zeros(4, bool)))


def test_pck_counts_what_is_within_a_tenth_of_the_box() -> None:
    true, counted = square(), np.ones(4, bool)
    moved = true + [[19.9, 0], [0, 20.1], [0, 0], [12, 16]]  # 12, 16 is a distance of 20
    assert pck(moved, true, counted, box_side_px(true, counted)) == 3 / 4
    moved[0] = np.nan
    assert pck(moved, true, counted, box_side_px(true, counted)) == 2 / 4, "not found is wrong"
    assert pck(moved, true, np.zeros(4, bool), np.array(200.0)) is None


def test_oks_at_its_scale_is_the_inverse_of_e() -> None:
    # exp(-d² / (2 s² (2 σ)²)) = 1/e where d = sqrt(2) s 2 σ.
    true, sigmas = square(), np.full(4, 0.05)
    counted = np.ones(4, bool)
    area = np.array(20_000.0)
    distance = np.sqrt(2 * 20_000) * 2 * 0.05
    assert oks(true + [distance, 0], true, counted, area, sigmas) == pytest.approx(np.exp(-1))
    assert oks(true, true, counted, area, sigmas) == 1
    half = true.copy()
    half[:2] = np.nan
    assert oks(half, true, counted, area, sigmas) == 0.5
    counted[:2] = False
    assert oks(half, true, counted, area, sigmas) == 1
    assert np.isnan(oks(true, true, np.zeros(4, bool), area, sigmas))


def test_oks_goes_over_frames_and_people_at_once() -> None:
    true = np.tile(square(), (5, 2, 1, 1))
    counted = np.ones(true.shape[:-1], bool)
    found = oks(true, true, counted, np.full((5, 2), 20_000.0), np.full(4, 0.1))
    np.testing.assert_array_equal(found, np.ones((5, 2)))


def test_jitter_is_the_second_difference_beyond_the_true_one() -> None:
    time = np.arange(20.0)[:, None, None]
    true = square()[None] + time * [3.0, -2.0]
    counted = np.ones(true.shape[:-1], bool)
    height = np.full(20, 200.0)
    assert jitter(true + 7, true, counted, height) == 0, "a constant offset does not shake"
    shaking = true + np.where(time % 2 == 0, 1.0, -1.0) * [0.5, 0.0]
    # x changes by +1, -1, ...: every second difference is 2 px.
    assert jitter(shaking, true, counted, height) == pytest.approx(2 / 200)
    curved = true + 0.5 * time**2 * [1.0, 0.0]
    assert jitter(true, curved, counted, height) == 0, "smoother than the truth"
    gone = shaking.copy()
    gone[::2] = np.nan
    assert jitter(gone, true, counted, height) is None


def test_points_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="point by point"):
        pck(square(), square(3), np.ones(3, bool), np.array(1.0))
    with pytest.raises(InputError, match="not finite"):
        pck(square(), np.full((4, 2), np.nan), np.ones(4, bool), np.array(1.0))
    with pytest.raises(InputError, match="sigma"):
        oks(square(), square(), np.ones(4, bool), np.array(1.0))
