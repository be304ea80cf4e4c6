"""Things that a person says stand: where they touch the ground is how far away they are."""

from dataclasses import replace

import numpy as np
import pytest

from models.depth.depth_estimate import DepthEstimate
from models.depth.layout_planes import LayoutPlanes
from models.depth.standing import LEAST_SIDE, stand_up, upright_disparity

MEADOW = LayoutPlanes("outdoor", 240, 320, (160.0, 120.0), 0.2, 0.1)


def estimate(planes: LayoutPlanes | None) -> DepthEstimate:
    depth = 1 / MEADOW.disparity_map()
    nothing = np.zeros(depth.shape, np.bool_)
    return DepthEstimate(depth.astype(np.float32), 300.0, "outdoor", 1.0, nothing, nothing, planes)


def test_a_thing_stands_where_its_feet_are_between_them_too() -> None:
    table = np.zeros((240, 320), np.bool_)
    table[150:160, 100:180] = True  # its top
    table[150:200, 100:105] = table[150:200, 175:180] = True  # two legs
    found = upright_disparity(MEADOW, table)
    assert found[table] == pytest.approx(float(MEADOW.floor_disparity(199.5)))
    assert not found[~table].any()


def test_a_corner_that_points_to_the_camera_is_nearest() -> None:
    x = np.arange(320)
    lower = np.where(np.abs(x - 160) <= 40, 200 - 0.5 * np.abs(x - 160), 0)
    crate = (np.arange(240)[:, None] > 150) & (np.arange(240)[:, None] <= lower)
    found = upright_disparity(MEADOW, crate)
    for column in (125, 140, 160, 180):
        assert found[170, column] == pytest.approx(
            float(MEADOW.floor_disparity(lower[column] + 0.5)), rel=0.02
        )


def test_a_crown_does_not_lean_back_from_its_trunk() -> None:
    tree = np.zeros((240, 320), np.bool_)
    tree[40:110, 60:200] = tree[110:200, 125:135] = True
    found = upright_disparity(MEADOW, tree)
    assert found[tree].min() == pytest.approx(LEAST_SIDE * found.max())


def test_exactly_what_is_said_stands() -> None:
    two = np.zeros((240, 320), np.bool_)
    two[100:180, 40:60] = two[100:220, 200:230] = True
    found = stand_up(replace(estimate(MEADOW), upright=~two), two)
    np.testing.assert_array_equal(found.upright, two)
    assert found.depth_m[105, 50] == pytest.approx(1 / float(MEADOW.floor_disparity(179.5)))
    assert found.depth_m[105, 210] == pytest.approx(1 / float(MEADOW.floor_disparity(219.5)))
    np.testing.assert_allclose(found.depth_m[~two], estimate(MEADOW).depth_m[~two])
    nothing = np.zeros_like(two)
    flat = stand_up(found, nothing)
    assert not flat.upright.any()
    np.testing.assert_allclose(flat.depth_m, estimate(MEADOW).depth_m)


def test_what_touches_no_ground_does_not_stand() -> None:
    cloud = np.zeros((240, 320), np.bool_)
    cloud[20:50, 40:90] = True
    assert not stand_up(estimate(MEADOW), cloud).upright.any()


def test_without_a_layout_the_depth_stays() -> None:
    thing = np.zeros((240, 320), np.bool_)
    thing[100:180, 40:60] = True
    found = stand_up(estimate(None), thing)
    np.testing.assert_array_equal(found.depth_m, estimate(None).depth_m)
    np.testing.assert_array_equal(found.upright, thing)


def test_where_all_stands_and_no_layout_is_known_nothing_is_behind_but_itself() -> None:
    alone = stand_up(estimate(None), np.ones((240, 320), np.bool_))
    behind = alone.background_disparity(30)
    np.testing.assert_allclose(behind[30:-30, 30:-30], 1 / alone.depth_m, rtol=1e-6)
    assert behind.min() > 0
