"""What a field holds against float64: exponentials of scales, logarithms of opacities."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.splats import Splats
from models.splatting.kernels.layout import COLOUR, FIELD_ROWS, MEAN, OPACITY, SCALE
from models.splatting.kernels.optimising import activate
from models.splatting.parameters import field_of, parameters_of

EXP2_TOLERANCE = 1e-6
"""Relative: 3e-7 of the polynomial, and the rounding of an exponent of up to 40 to float32."""
LOG2_TOLERANCE = 3e-7
"""Absolute up to 1, relative above: a few roundings of float32."""


def field_of_row(row: int, values: np.ndarray) -> np.ndarray:
    parameters = np.zeros((FIELD_ROWS, len(values)), np.float32)
    parameters[row] = values
    field = np.full_like(parameters, np.nan)
    activate(0, 1, parameters.reshape(-1), field.reshape(-1))
    return field[row]


@pytest.mark.parametrize("row", [SCALE, SCALE + 2])
def test_scales_are_exponentials(row: int) -> None:
    logarithms = np.linspace(-20, 8, 4096, dtype=np.float32)
    expected = np.exp(logarithms.astype(np.float64))
    assert np.abs(field_of_row(row, logarithms) / expected - 1).max() < EXP2_TOLERANCE


def test_opacities_are_logarithms_of_sigmoids() -> None:
    logits = np.linspace(-60, 30, 8192, dtype=np.float32)
    expected = -np.logaddexp(0, -logits.astype(np.float64)) / np.log(2)
    error = np.abs(field_of_row(OPACITY, logits) - expected)
    assert (error / np.maximum(np.abs(expected), 1)).max() < LOG2_TOLERANCE


def test_values_beyond_float32_are_held_and_not_wrapped() -> None:
    """An exponent that overflows its eight bits would make a huge splat of a tiny one."""
    far = np.repeat(np.array([-1e4, 1e4], np.float32), 4)
    scales, opacities = field_of_row(SCALE, far), field_of_row(OPACITY, far)
    assert (scales[:4] < 1e-37).all() and (scales[4:] > 1e37).all() and np.isfinite(scales).all()
    assert (opacities[:4] < -100).all() and (opacities[4:] == 0).all()


def test_other_rows_stay_as_they_are_and_the_two_ways_to_a_field_agree() -> None:
    rng = np.random.default_rng(0)
    splats = Splats(
        rng.normal(size=(16, 3)), rng.normal(size=(16, 4)), rng.uniform(0.01, 2, (16, 3)),
        rng.uniform(0.05, 0.95, 16), rng.uniform(size=(16, 3)),
    )  # fmt: skip
    parameters = parameters_of(splats)
    field = np.empty_like(parameters)
    activate(0, 1, parameters.reshape(-1), field.reshape(-1))
    np.testing.assert_allclose(field, field_of(splats), rtol=2e-6, atol=1e-6)
    for rows in (slice(MEAN, SCALE), slice(COLOUR, FIELD_ROWS)):
        np.testing.assert_array_equal(field[rows], parameters[rows])
