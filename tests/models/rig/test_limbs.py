"""Limbs told by the medial axis: branches, what they lead to, and stick figures found whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from flows.accuracy.stick_figures import draw_stick_figure
from models.rig import CapsulesConfig, load
from models.rig.figure import MEAN, P, joints_of
from models.rig.limbs import axis_points, limb_paths, meeting
from models.rig.reaching import reach, reached
from models.rig.silhouette import silhouette_of
from models.rig.structure import best_on_axis, figures_on_axis


def stick_man(side: int = 200) -> tuple[np.ndarray, dict[str, tuple[int, int]]]:
    """Four strokes from a stroke, with a disc on top."""
    at = {"neck": (100, 60), "hips": (100, 120), "head": (100, 36)}
    at |= {"right_hand": (50, 50), "left_hand": (160, 90), "right_foot": (70, 190), "left_foot": (130, 190)}
    picture = np.zeros((side, side), np.uint8)
    for a, b in (("neck", "hips"), ("neck", "right_hand"), ("neck", "left_hand"), ("neck", "head")):
        cv2.line(picture, at[a], at[b], 1, 5)
    for foot in ("right_foot", "left_foot"):
        cv2.line(picture, at["hips"], at[foot], 1, 5)
    cv2.circle(picture, at["head"], 20, 1, -1)
    return picture > 0, at


def test_the_branches_of_a_stick_man_end_in_its_hands_and_feet() -> None:
    mask, at = stick_man()
    tips = np.array([path[0, :2] for path in limb_paths(mask, 170)]) * 170
    assert len(tips) in (4, 5), "the head may be one"
    for name in ("right_hand", "left_hand", "right_foot", "left_foot"):
        assert np.linalg.norm(tips - at[name], axis=1).min() < 6


def test_a_disc_and_the_corners_of_a_box_are_no_limbs() -> None:
    ys, xs = np.mgrid[:100, :100]
    assert limb_paths(np.hypot(xs - 50, ys - 50) < 40, 80) == []
    box = np.zeros((100, 100), bool)
    box[10:90, 30:70] = True
    assert limb_paths(box, 80) == []
    assert limb_paths(np.zeros((10, 10), bool), 10) == []


def test_an_elbow_of_an_arm_on_the_hip_is_no_tip() -> None:
    mask, _ = stick_man()
    ring = mask.astype(np.uint8)
    cv2.polylines(ring, [np.array([(100, 62), (30, 90), (100, 116)])], False, 1, 7)
    tips = [path[0, :2] * 170 for path in limb_paths(ring > 0, 170)]
    assert all(np.linalg.norm(tip - (30, 90)) > 15 for tip in tips)


def test_lines_meet_where_limbs_leave_the_trunk_and_points_lie_on_each_once() -> None:
    mask, at = stick_man()
    paths = limb_paths(mask, 170)
    feet = sorted(paths, key=lambda path: -path[0, 1])[:2]
    where = feet[0][meeting(*feet), :2] * 170
    assert np.linalg.norm(where - at["hips"]) < 8
    points = axis_points(paths)
    assert points[:, 3].sum() == pytest.approx(1.85, abs=0.35), "all strokes, each once, in heights"


def test_limbs_reach_the_tips_that_they_are_led_to() -> None:
    way = np.linspace([0.95, 0.2], [0.55, 0.25], 20)
    p = reach(MEAN, "arm", [None, way])
    joints = np.empty((16, 2))
    joints_of(p, joints)
    np.testing.assert_allclose(joints[INDEX["left_hand"]], way[0], atol=1e-9)
    assert p[P["right_arm"]] == MEAN[P["right_arm"]]

    def away(q: np.ndarray) -> float:
        joints_of(q, joints)
        return float(np.linalg.norm(joints[INDEX["left_hand"]] - way[0]))

    assert away(reached(MEAN, away, [way])) < 1e-9
    np.testing.assert_array_equal(reached(MEAN, lambda _: 1.0, [way]), MEAN)


def test_a_figure_is_read_off_the_axis() -> None:
    mask, at = stick_man()
    paths = limb_paths(mask, 170)
    truth = np.array([at[n] for n in ("right_hand", "left_hand", "right_foot", "left_foot")]) / 170

    def error(p: np.ndarray) -> float:
        joints = np.empty((16, 2))
        joints_of(p, joints)
        ends = joints[[INDEX[n] for n in ("right_hand", "left_hand", "right_foot", "left_foot")]]
        return float(np.linalg.norm(ends - truth, axis=1).max())

    best = best_on_axis(paths, MEAN, error)
    assert best is not None and error(best) < 0.1
    assert list(figures_on_axis(paths[:3], MEAN)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [6, 8])
def test_a_stick_figure_is_found(seed: int) -> None:
    rgb, alpha, joints = draw_stick_figure(seed)
    assert silhouette_of(alpha).thin
    found = load(CapsulesConfig())(rgb, alpha, 0)
    height = float(np.ptp(np.nonzero((alpha > 0.5).any(1))[0])) + 1
    assert np.linalg.norm(found.joints_xy_px - joints, axis=1).mean() < 0.06 * height


@pytest.mark.slow
def test_paper_is_no_skin() -> None:
    """A face of the paper's colour says nothing about where hands are."""
    rgb, alpha, _ = draw_stick_figure(2)
    with_skin, without = (
        load(CapsulesConfig(iterations=20, hands_on_skin=skin, min_confidence=0))(rgb, alpha, 0)
        for skin in (True, False)
    )
    np.testing.assert_array_equal(with_skin.joints_xy_px, without.joints_xy_px)
