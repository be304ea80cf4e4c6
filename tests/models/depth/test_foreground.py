"""What stands before its surroundings in a depth map."""

import numpy as np

from models.depth.foreground import STANDS_OUT, stands_before


def test_a_post_before_a_wall_stands_before_it_and_a_floor_does_not() -> None:
    disparity = np.full((120, 160), 0.3, np.float32)
    disparity[80:] = np.linspace(0.3, 1, 40)[:, None]
    disparity[:80, :30] = np.linspace(0.8, 0.3, 30)  # a side wall
    disparity[30:90, 70:85] = 0.6
    found = stands_before(disparity, STANDS_OUT)
    assert found[35:75, 72:83].all()
    assert not found[:28].any() and not found[100:].any() and not found[:, :60].any()
