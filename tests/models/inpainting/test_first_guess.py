"""First guess of a hole: smooth inside, mirrored beside the picture."""

import numpy as np

from models.inpainting.first_guess import first_guess
from models.inpainting.pull_push import pull_push


def test_a_hole_within_the_picture_begins_smooth() -> None:
    rgb = np.random.default_rng(0).random((24, 32, 3), np.float32)
    known = np.ones((24, 32), np.bool_)
    known[8:16, 10:20] = False
    np.testing.assert_array_equal(first_guess(rgb, known), pull_push(rgb, known))


def test_beside_the_picture_stands_its_mirror_image() -> None:
    picture = np.random.default_rng(1).random((16, 10, 3), np.float32)
    known = np.pad(np.ones((16, 10), np.bool_), ((0, 0), (4, 13)))
    guess = first_guess(np.pad(picture, ((0, 0), (4, 13), (0, 0))), known)
    np.testing.assert_array_equal(guess, np.pad(picture, ((0, 0), (4, 13), (0, 0)), mode="reflect"))


def test_above_and_below_the_picture_it_is_smooth() -> None:
    rgb = np.random.default_rng(2).random((30, 20, 3), np.float32)
    known = np.zeros((30, 20), np.bool_)
    known[10:20, 5:15] = True
    guess, smooth = first_guess(rgb, known), pull_push(rgb, known)
    np.testing.assert_array_equal(guess[:, 5:15], smooth[:, 5:15])
    np.testing.assert_array_equal(guess[:, 4], smooth[:, 6])


def test_with_next_to_nothing_known_it_is_smooth() -> None:
    rgb = np.random.default_rng(3).random((12, 12, 3), np.float32)
    known = np.zeros((12, 12), np.bool_)
    known[3:6, 7] = True
    np.testing.assert_array_equal(first_guess(rgb, known), pull_push(rgb, known))
