from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.measures.bones import bone_unrest


def arm(lengths: list[float]) -> np.ndarray:
    return np.array([[[3.0, 4.0], [3.0 + length, 4.0]] for length in lengths])


def test_a_limb_that_swells_is_restless_by_its_spread_over_time() -> None:
    still = arm([10, 10, 10, 10])
    assert bone_unrest(still, still, [(0, 1)]) == 0
    assert bone_unrest(arm([9, 11, 9, 11]), still, [(0, 1)]) == pytest.approx(0.1)


def test_true_foreshortening_is_no_unrest_and_scale_does_not_matter() -> None:
    turning = arm([10, 8, 6, 8])
    assert bone_unrest(7 * turning, turning, [(0, 1)]) == pytest.approx(0)
    assert bone_unrest(arm([5, 5, 5, 5]), turning, [(0, 1)]) == 0


def test_bones_need_time_and_one_shape() -> None:
    with pytest.raises(InputError, match="over time"):
        bone_unrest(arm([1]), arm([1]), [(0, 1)])
    with pytest.raises(InputError, match="over time"):
        bone_unrest(arm([1, 1]), arm([1, 1, 1]), [(0, 1)])
