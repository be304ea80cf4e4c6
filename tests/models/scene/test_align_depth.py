import numpy as np
import pytest

from data_contracts.errors import EstimationError
from models.scene.align_depth import align_depth, fit_scale_shift
from tests.reference.scene import least_squares_scale_shift


def known_and_hole() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:40, 0:50]
    truth = (1 / (0.2 + 0.01 * x + 0.004 * y)).astype(np.float32)
    known = np.ones((40, 50), np.bool_)
    known[10:30, 20:45] = False
    return truth, known


def test_an_affine_error_in_disparity_is_undone_everywhere() -> None:
    truth, known = known_and_hole()
    estimate = (1 / (3.0 / truth + 0.4)).astype(np.float32)
    np.testing.assert_allclose(align_depth(estimate, truth, known), truth, rtol=1e-3)


def test_known_depth_is_kept_exactly_and_the_rim_is_smooth() -> None:
    truth, known = known_and_hole()
    rng = np.random.default_rng(0)
    bend = 1 + 0.1 * np.sin(np.mgrid[0:40, 0:50][1] / 9)
    estimate = (truth * bend * rng.uniform(0.999, 1.001, truth.shape)).astype(np.float32)
    aligned = align_depth(estimate, truth, known)
    np.testing.assert_array_equal(aligned[known], truth[known])
    step = np.abs(aligned[15, 20] / aligned[15, 19] - truth[15, 20] / truth[15, 19])
    assert step < 0.02
    assert np.abs(aligned / truth - 1).max() < 0.12


def test_scale_and_shift_are_least_squares_without_outliers_and_robust_with() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(0.1, 1, 400)
    target = 2.5 * values - 0.1 + rng.normal(0, 0.001, 400)
    np.testing.assert_allclose(
        fit_scale_shift(values, target), least_squares_scale_shift(values, target), atol=1e-3
    )
    target[:40] += 3
    assert np.abs(np.subtract(fit_scale_shift(values, target), (2.5, -0.1))).max() < 0.03
    assert np.abs(least_squares_scale_shift(values, target) - (2.5, -0.1)).max() > 0.1


def test_inverted_estimates_fall_back_to_the_ratio_of_medians() -> None:
    values = np.linspace(0.1, 1, 50)
    scale, shift = fit_scale_shift(values, 2 - values)
    assert shift == 0 and scale == pytest.approx(np.median(2 - values) / np.median(values))


def test_too_little_known_is_refused() -> None:
    truth, known = known_and_hole()
    with pytest.raises(EstimationError, match="too little"):
        align_depth(truth, truth, np.zeros_like(known))
