from __future__ import annotations

import numpy as np

from models.pose.mean_shape import mean_shape


def test_the_shape_fills_the_box_head_up() -> None:
    mask = np.zeros((2, 120, 90), bool)
    mask[0, 10:110, 30:70] = True
    mask[1, 60:110, 30:70] = True
    xy = mean_shape(mask)
    body = xy[:, :23]
    assert (body[0] >= [30, 10]).all() and (body[0] <= [70, 110]).all()
    heights = body[0, [0, 5, 11, 13, 15], 1]
    assert (np.diff(heights) > 0).all(), "nose, shoulder, hip, knee, ankle"
    assert xy[0, 5, 0] > xy[0, 6, 0], "it faces the camera"
    np.testing.assert_allclose(body[1, :, 1] - 60, (body[0, :, 1] - 10) / 2)


def test_an_empty_mask_takes_the_whole_picture() -> None:
    body = mean_shape(np.zeros((1, 100, 50), bool))[0, :23]
    assert body[:, 1].max() > 90 and body[:, 0].max() > 40
