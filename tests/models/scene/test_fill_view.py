"""Filling the hole of one view: the depth that it gets, and what it may not hide."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.scene.fill_view import background_disparity, behind_kept
from models.scene.render_layers import RenderedView


def test_holes_take_the_depth_of_their_far_side() -> None:
    depth_m = np.full((60, 80), 4, np.float32)
    depth_m[:, :30] = 1
    hole = np.zeros((60, 80), np.bool_)
    hole[5:55, 30:44] = True
    disparity, background = background_disparity(
        RenderedView(np.zeros((60, 80, 3), np.uint8), np.where(hole, 0, depth_m), hole)
    )
    np.testing.assert_allclose(disparity[8:52, 30:44], 0.25, rtol=0.05)
    assert not background[8:52, 27:30].any() and background[:, 45:].all()


def wall(depth_m: float, valid: NDArray[np.bool_], handicap: float = 0.0) -> RgbdLayer:
    """A flat picture before a camera at the origin."""
    return RgbdLayer(
        "wall",
        np.zeros((40, 40, 3), np.uint8),
        np.full((40, 40), depth_m, np.float32),
        valid,
        np.eye(4),
        np.array([50.0, 50, 20, 20]),
        2,
        handicap,
    )


def test_fills_move_back_behind_what_kept_views_show() -> None:
    everywhere = np.ones((40, 40), np.bool_)
    moved = behind_kept(wall(2, everywhere), [wall(3, everywhere)])
    assert moved.valid.all() and moved.depth_m.min() >= 3 * (1 - 1 / 30) - 1e-4
    behind = wall(5, everywhere)
    np.testing.assert_array_equal(behind_kept(behind, [wall(3, everywhere)]).depth_m, behind.depth_m)


def test_a_filled_view_is_kept_as_a_whole_and_a_seen_one_where_it_was_seen() -> None:
    left = np.zeros((40, 40), np.bool_)
    left[:, :20] = True
    near = wall(2, np.ones((40, 40), np.bool_))
    beside_seen = behind_kept(near, [wall(3, left)])
    assert beside_seen.depth_m[:, :19].min() > 2.8 and beside_seen.depth_m[:, 21:].max() == 2
    behind_filled = behind_kept(near, [wall(1, left), wall(3, left, handicap=1 / 30)])
    assert behind_filled.depth_m.min() > 2.8


def test_what_stays_in_the_way_is_left_out() -> None:
    everywhere = np.ones((40, 40), np.bool_)
    assert not behind_kept(wall(0.1, everywhere), [wall(3, everywhere)]).valid.any()


def test_what_lies_behind_a_kept_views_camera_hides_nothing_of_it() -> None:
    everywhere = np.ones((40, 40), np.bool_)
    turned = replace(wall(2, everywhere), world_from_camera=np.diag([-1.0, 1, -1, 1]))
    found = behind_kept(turned, [wall(3, everywhere)])
    assert found.valid.all()
    np.testing.assert_array_equal(found.depth_m, turned.depth_m)
