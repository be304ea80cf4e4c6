import numpy as np
import pytest

from models.inpainting.pull_push import pull_push


@pytest.mark.parametrize("shape", [(17, 33), (64, 48), (2, 9)])
def test_known_values_stay_and_a_constant_is_continued(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    known = rng.random(shape) < 0.2
    known[0, 0] = True
    values = np.where(known, 3.5, rng.random(shape)).astype(np.float32)
    np.testing.assert_allclose(pull_push(values, known), 3.5, rtol=1e-6)


def test_fill_stays_between_the_known_values() -> None:
    rng = np.random.default_rng(2)
    known = np.ones((60, 60), np.bool_)
    known[10:50, 12:48] = False
    values = rng.uniform(2, 5, (60, 60, 3)).astype(np.float32)
    filled = pull_push(values, known)
    np.testing.assert_array_equal(filled[known], values[known])
    assert filled.min() >= values[known].min() - 1e-5 and filled.max() <= values[known].max() + 1e-5


def test_each_side_of_a_hole_takes_after_its_neighbour() -> None:
    known = np.ones((32, 96), np.bool_)
    known[:, 20:76] = False
    values = np.zeros((32, 96), np.float32)
    values[:, 76:] = 10
    filled = pull_push(values, known)
    assert filled[:, 22].max() < 2.5 and filled[:, 73].min() > 7.5
    assert (np.diff(filled.mean(0)) > -0.3).all()


def test_with_nothing_known_there_are_zeros() -> None:
    filled = pull_push(np.full((9, 9), 7, np.float32), np.zeros((9, 9), np.bool_))
    np.testing.assert_array_equal(filled, 0)
