from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scoring.response import falling, rising, to_score


@given(st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0.01, 100), st.floats(0.5, 8))
def test_never_rises_and_stays_in_bounds(a: float, b: float, half: float, slope: float) -> None:
    low, high = sorted((a, b))
    assert 0.0 <= falling(high, half, slope) <= falling(low, half, slope) <= 1.0
    assert rising(low, half, slope) == pytest.approx(1 - falling(low, half, slope))


def test_half_is_half() -> None:
    assert falling(0.0, 2.0, 3.0) == 1.0
    assert falling(2.0, 2.0, 3.0) == 0.5
    assert to_score(0.5) == 3.0
    assert (to_score(0.0), to_score(1.0)) == (1.0, 5.0)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_refuses_what_is_no_quantity(value: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        falling(value, 1.0, 1.0)
    with pytest.raises(ValueError, match="quality"):
        to_score(value)


def test_refuses_curves_without_a_half() -> None:
    with pytest.raises(ValueError, match="positive"):
        falling(1.0, 0.0, 1.0)
    assert np.isclose(rising(1.0, 1.0, 5.0), 0.5)
