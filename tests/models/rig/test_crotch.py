from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.rig.crotch import hips_to_crotch
from models.rig.figure import MEAN, joints_of
from models.rig.rows import run_at

CROTCH_Y, SOLE_Y = 200, 300
HIPS = [INDEX["right_hip"], INDEX["left_hip"]]


def joints(hips_y: float, apart: float = 25) -> np.ndarray:
    """Of an adult, 290 high, whose hips are moved; legs end where the drawn ones do."""
    found = np.empty((16, 2))
    joints_of(MEAN, found)
    found = found * 290 + [5, 10]
    for side, sign in (("right", -1), ("left", 1)):
        leg = [INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot")]
        for joint, y in zip(leg, (hips_y, 0.5 * (CROTCH_Y + SOLE_Y), SOLE_Y - 5), strict=True):
            found[joint] = 150 + sign * apart * (0.5 + (y - 100) / 200), y
    found[INDEX["root"]] = found[HIPS].mean(0)
    return found


def figure(trunk: list[tuple[int, int]]) -> np.ndarray:
    """Two legs 20 broad and 40 apart on a trunk given by its half widths at rows: a mask [310, 300]."""
    mask = np.zeros((310, 300), np.uint8)
    outline = [(150 + w, y) for y, w in trunk] + [(150 - w, y) for y, w in reversed(trunk)]
    cv2.fillPoly(mask, [np.array(outline, np.int32)], 1)
    cv2.circle(mask, (150, 40), 30, 1, -1)
    for sign in (-1, 1):
        cv2.line(mask, (150 + sign * 30, CROTCH_Y - 10), (150 + sign * 45, SOLE_Y - 10), 1, 20)
    return mask > 0


BODY = figure([(60, 30), (150, 45), (CROTCH_Y, 40)])


def hips_y(mask: np.ndarray, start: float) -> float:
    return float(hips_to_crotch(mask, joints(start), 290)[HIPS, 1].mean())


@pytest.mark.parametrize("start", [178, 215])
def test_hips_come_to_where_legs_part_from_above_and_from_below(start: float) -> None:
    found = hips_to_crotch(BODY, joints(start), 290)
    # Half of a leg's thickness above the crotch.
    np.testing.assert_allclose(found[HIPS, 1], CROTCH_Y - 10, atol=3)
    np.testing.assert_allclose(found[INDEX["root"]], found[HIPS].mean(0))
    way, moved = joints(start)[INDEX["left_knee"]] - joints(start)[HIPS[1]], found - joints(start)
    assert abs(np.cross(np.append(way, 0), np.append(moved[HIPS[1]], 0))[2]) < 1e-6
    rest = [k for k in range(16) if k not in (*HIPS, INDEX["root"])]
    np.testing.assert_array_equal(moved[rest], 0)


def test_hips_stay_above_a_hem() -> None:
    step = figure([(60, 30), (150, 45), (CROTCH_Y, 75)])
    flared = figure([(60, 45), (150, 32), (CROTCH_Y, 55)])
    for skirt in (step, flared):
        assert hips_y(skirt, 178) == pytest.approx(178, abs=1)


def test_hips_stay_where_they_are_above_thighs_that_touch() -> None:
    touching = BODY.astype(np.uint8)
    thighs = [(120, 195), (180, 195), (165, 290), (150, 215), (135, 290)]
    cv2.fillPoly(touching, [np.array(thighs, np.int32)], 1)
    assert hips_y(touching > 0, 185) == pytest.approx(185)
    apart = touching.copy()
    apart[215:290, 125:175] = 0
    assert hips_y(apart > 0, 185) > 195


def test_no_hips_are_moved_half_the_body() -> None:
    assert hips_y(BODY, 130) == pytest.approx(130)


def test_legs_that_do_not_hang_or_leave_no_gap_tell_nothing() -> None:
    lying = joints(180)
    lying[INDEX["left_knee"], 1] = 175
    np.testing.assert_array_equal(hips_to_crotch(BODY, lying, 290), lying)
    closed = figure([(60, 30), (SOLE_Y, 60)])
    assert hips_y(closed, 180) == 180


def test_a_run_of_a_row_is_found_within_reach() -> None:
    row = np.array([0, 1, 1, 0, 0, 1], bool)
    assert run_at(row, 2) == (2, 1.5) and run_at(row, 5) == (1, 5.0)
    assert run_at(row, 3) == (0, 3.0) and run_at(row, 3, reach=1) == (2, 1.5)
    assert run_at(np.zeros(4, bool), 1, reach=9) == (0, 1.0)
