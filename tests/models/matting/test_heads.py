from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut

from models.matting.heads import find_faces, heads_kept

Mask = NDArray[np.bool_]


def portrait() -> NDArray[np.uint8]:
    """A woman in an orange suit; her face is in the middle of x 116 to 243, y 40 to 124."""
    crop = cv2.resize(astronaut()[:320, 80:400], (210, 210), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.copyMakeBorder(crop, 0, 190, 75, 75, cv2.BORDER_REPLICATE), np.uint8)


def standing(first_row: int) -> Mask:
    """A figure in the middle, from a row downwards."""
    figure = np.zeros((400, 360), np.bool_)
    figure[first_row:, 90:280] = True
    return figure


def test_the_face_is_found_and_nothing_else() -> None:
    (face,) = find_faces(portrait())
    assert 120 < face.x < 160 and 30 < face.y < 70 and 45 < face.width < 90


@pytest.mark.slow
def test_a_cut_without_the_head_has_lost_it() -> None:
    assert heads_kept(find_faces(portrait()), standing(10)) == 1
    assert heads_kept(find_faces(portrait()), standing(115)) == 0
    assert 0 < heads_kept(find_faces(portrait()), standing(55)) < 0.9


def test_a_face_on_the_wall_is_no_lost_head() -> None:
    beside = np.zeros((400, 360), np.bool_)
    beside[40:, 300:] = True
    assert heads_kept(find_faces(portrait()), beside) == 1


def test_without_a_face_nothing_is_known() -> None:
    noise = np.random.default_rng(2).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert heads_kept(find_faces(noise), np.ones((300, 400), np.bool_)) == 1


def test_a_strip_too_narrow_for_a_face_has_none() -> None:
    assert not find_faces(np.full((400, 30, 3), 128, np.uint8))
