from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.inpainting.best_copies import best_copies


def test_what_repeats_is_copied_whole() -> None:
    y, x = np.mgrid[:48, :64]
    stripes = np.stack([(x % 8) * 30, (y % 6) * 40, (x + y) % 2 * 90], axis=-1).astype(np.uint8)
    hole = np.zeros((48, 64), bool)
    hole[20:30, 24:36] = True
    np.testing.assert_array_equal(best_copies(stripes, hole), stripes)


def test_a_colour_that_is_nowhere_else_cannot_be_copied() -> None:
    picture = np.full((40, 40, 3), 90, np.uint8)
    hole = np.zeros((40, 40), bool)
    hole[15:25, 15:25] = True
    picture[hole] = (250, 10, 10)
    assert (best_copies(picture, hole) == 90).all()


def test_no_whole_patch_outside_is_refused() -> None:
    hole = np.ones((20, 20), bool)
    hole[::4] = False
    with pytest.raises(InputError, match="no whole patch"):
        best_copies(np.zeros((20, 20, 3), np.uint8), hole)
