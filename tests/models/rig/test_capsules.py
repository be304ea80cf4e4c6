from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import NoFigureError
from data_contracts.rig import INDEX, Skeleton
from models.rig import CapsulesConfig, load
from models.rig.arm_poses import rearmed
from models.rig.capsules import _stands, fit_capsules
from models.rig.cma_es import minimize
from models.rig.figure import MEAN, NUM_CAPSULES, P, capsules_of, joints_of, occupancy
from models.rig.overlay import draw_overlay
from models.rig.persons import _joints as joints_px
from models.rig.search import Fit, Search
from models.rig.silhouette import extremities, fit_grid, silhouette_of
from models.rig.skin import bent_elbow, far_from_hands, hands_on_skin, pair_of_hands
from tests.tasks.character_scene import JOINT_XY, figure, skeleton

FAST = CapsulesConfig(iterations=80)


def drawn(
    arms: float, rows: int = 300, left: tuple[float, float] = (0.4, 0.2), bend: float = 0.2
) -> tuple[np.ndarray, np.ndarray]:
    """Matte of a capsule figure with its arms at an angle, and its joints in pixels."""
    p = MEAN.copy()
    p[P["right_arm"]], p[P["right_elbow_bend"]] = arms, bend
    p[P["left_arm"]], p[P["left_elbow_bend"]] = left
    joints, capsules, canvas = np.empty((16, 2)), np.empty((NUM_CAPSULES, 6)), np.zeros((rows, rows))
    joints_of(p, joints)
    capsules_of(p, joints, capsules)
    occupancy(capsules, 0.9 * rows, 0.05 * rows, 0.05 * rows, canvas)
    return canvas.astype(np.float32), joints * 0.9 * rows + 0.05 * rows


def error_of(found: Skeleton, truth: np.ndarray, height: float) -> np.ndarray:
    return np.linalg.norm(found.joints_xy_px - truth, axis=1) / height


@pytest.mark.slow
@pytest.mark.parametrize("arms", [0.9, 2.2])
def test_a_figure_of_its_own_kind_is_found(arms: float) -> None:
    alpha, joints = drawn(arms)
    found = load(FAST)(np.zeros((*alpha.shape, 3), np.uint8), alpha, 0)
    error = error_of(found, joints, 270)
    assert error.mean() < 0.03 and error.max() < 0.08
    assert found.legs and not found.cropped and found.confidence.mean() > 0.6


@pytest.mark.slow
def test_limbs_of_a_shape_that_is_no_figure_are_not_to_be_moved() -> None:
    alpha, _ = drawn(0.9, 150)
    ys, xs = np.mgrid[:150, :150] + 0.5
    bottle = ((np.abs(xs - 75) < 40) & (ys > 60) & (ys < 145)) | (
        (np.abs(xs - 95) < 5) & (ys > 8) & (ys < 70)
    )
    config = CapsulesConfig(min_confidence=0)
    assert not fit_capsules(bottle.astype(np.float32), config, 0).limbs
    assert fit_capsules(alpha, config, 0).limbs


@pytest.mark.slow
@pytest.mark.parametrize(("trimmed", "cut"), [(False, True), (True, False)])
def test_a_thing_that_the_lower_border_cuts_stays_there_unless_the_picture_is_trimmed(
    trimmed: bool, cut: bool
) -> None:
    alpha = np.zeros((120, 200), np.float32)
    alpha[0 if trimmed else 20 :, 80:120] = 1
    alpha[50:70, 0 if trimmed else 10 :] = 1
    found = fit_capsules(alpha, CapsulesConfig(iterations=20, min_confidence=1), 0, sure_outline=False)
    assert found.body == "other" and found.in_one_piece
    assert (found.cropped, found.legs) == (cut, not cut)


@pytest.mark.slow
def test_a_thing_that_is_no_figure_moves_as_a_whole_and_stands_where_it_ends() -> None:
    alpha = np.zeros((120, 200), np.float32)
    alpha[30:90, 20:180] = 1
    found = fit_capsules(alpha, CapsulesConfig(iterations=20, min_confidence=1), 0)
    feet = found.joints_xy_px[[INDEX["right_foot"], INDEX["left_foot"]]]
    assert not found.limbs and found.body == "other" and not found.cropped
    assert feet[:, 1].max() == pytest.approx(90) and abs(feet[:, 0].mean() - 100) < 5
    assert found.joints_xy_px[:, 1].min() > 30


@pytest.mark.slow
def test_arms_that_differ_are_found() -> None:
    """One hand on the hip, one arm up: none of the search's starts holds its arms so."""
    alpha, joints = drawn(0.9, left=(2.7, 0.1), bend=-1.8)
    found = fit_capsules(alpha, CapsulesConfig(), 0)
    error = error_of(found, joints, 270)
    assert error.mean() < 0.03 and error.max() < 0.08


def test_an_arm_hidden_before_the_body_gives_way_to_one_that_is_seen_raised() -> None:
    alpha, joints = drawn(2.6)
    silhouette = silhouette_of(alpha)
    stuck = MEAN.copy()
    stuck[P["root_x"]] = fit_grid(silhouette, 1.0, 72, np.empty((0, 4))).centre_x
    stuck[P["right_arm"]], stuck[P["left_arm"]] = -0.2, 0.4
    search = Search(silhouette, rows=72, iterations=80, seed=0)
    fits = search.with_raised_arms([Fit(9.0, stuck, MEAN, 1.0, "down")])
    assert fits[0].cost < 0.5 and len(fits) > 1
    found = joints_px(silhouette, fits[0])
    assert np.linalg.norm(found[INDEX["right_hand"]] - joints[INDEX["right_hand"]]) < 0.06 * 270


def test_another_pose_of_an_arm_is_taken_only_if_it_costs_less() -> None:
    wanted = MEAN.copy()
    wanted[[P["left_arm"], P["left_elbow_bend"]]] = 2.8, 0.0

    def cost(p: np.ndarray) -> float:
        return float(np.abs(p - wanted).sum())

    np.testing.assert_array_equal(rearmed(MEAN, cost), wanted)
    np.testing.assert_array_equal(rearmed(wanted, cost), wanted)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_joints() -> None:
    alpha, _ = drawn(0.9, 150)
    quick = load(CapsulesConfig(iterations=20))
    first, again = (quick(np.zeros((150, 150, 3), np.uint8), alpha, 3).joints_xy_px for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.slow
def test_a_figure_cut_at_the_thighs_is_told() -> None:
    alpha, joints = drawn(0.9)
    seen = alpha[: int(joints[INDEX["right_knee"], 1]) - 15]
    found = load(FAST)(np.zeros((*seen.shape, 3), np.uint8), seen, 0)
    assert found.cropped and not found.legs and found.body == "half_body"
    assert error_of(found, joints, 270)[: INDEX["right_hip"]].max() < 0.12


def test_an_empty_matte_is_refused() -> None:
    with pytest.raises(NoFigureError, match="no figure"):
        silhouette_of(np.zeros((50, 50), np.float32))


def test_a_full_matte_is_refused_and_a_figure_at_the_border_is_not() -> None:
    with pytest.raises(NoFigureError, match="no outline"):
        silhouette_of(np.ones((50, 50), np.float32))
    alpha, _ = drawn(0.9, 150)
    rows, columns = (np.flatnonzero((alpha > 0.5).any(axis)) for axis in (1, 0))
    tight = alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert silhouette_of(tight).height == len(rows)


def test_extremities_of_a_cross_are_its_four_tips() -> None:
    cross = np.zeros((61, 61), bool)
    cross[28:33, 5:56] = True
    cross[5:56, 28:33] = True
    tips = extremities(cross)[:4, :2]
    for x, y in ((5, 30), (55, 30), (30, 5), (30, 55)):
        assert np.abs(tips - [x, y]).max(1).min() < 4


def test_cma_es_finds_a_narrow_valley() -> None:
    def rosenbrock(x: np.ndarray) -> float:
        return float(((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum())

    value, x = minimize(rosenbrock, np.zeros(4), np.ones(4), 400, seed=0)
    assert value < 1e-8
    np.testing.assert_allclose(x, 1, atol=1e-3)


def test_hands_move_to_the_end_of_bare_skin() -> None:
    rgb, alpha = figure()
    hand = JOINT_XY[INDEX["right_hand"]]
    ys, xs = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    rgb[(np.hypot(xs - hand[0], ys - hand[1]) < 6) & (alpha > 0)] = (250, 220, 40)
    wrong = JOINT_XY.copy()
    wrong[INDEX["right_hand"]] += [14, 22]
    found, seen = hands_on_skin(rgb, alpha, skeleton(joints_xy_px=wrong))
    assert seen == ["right"]
    assert np.linalg.norm(found.joint("right_hand") - hand) < 5
    np.testing.assert_array_equal(found.joint("left_hand"), wrong[INDEX["left_hand"]])
    plain, _ = hands_on_skin(figure()[0], alpha, skeleton(joints_xy_px=wrong))
    np.testing.assert_array_equal(plain.joints_xy_px, wrong)


def test_a_straight_arm_stays_straight_and_elbows_point_outwards() -> None:
    shoulder = np.array([0.0, 0.0])
    straight = bent_elbow(shoulder, np.array([0.0, 10.0]), np.array([0.0, 20.0]), np.array([0.0, 15.0]), 30.0)
    assert straight[0] <= 0 and abs(straight[0]) < 3 and 5 < straight[1] < 10
    bent = bent_elbow(shoulder, np.array([-8.0, 6.0]), np.array([2.0, 8.0]), np.array([0.0, 12.0]), 30.0)
    assert np.linalg.norm(bent) == pytest.approx(10) and bent[0] < -5


def test_the_overlay_marks_the_joints() -> None:
    rgb, alpha = figure()
    overlay = draw_overlay(rgb, skeleton(), alpha)
    x, y = JOINT_XY[INDEX["right_hand"]].astype(int)
    assert tuple(overlay[y, x]) == (255, 230, 0)
    assert (overlay != rgb).any(-1).mean() > 0.1


def test_a_pair_of_bare_hands_is_seen_and_puts_a_misled_fit_right() -> None:
    rgb, alpha = figure()
    ys, xs = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    for side in ("right", "left"):
        x, y = JOINT_XY[INDEX[f"{side}_hand"]]
        rgb[(np.hypot(xs - x, ys - y) < 5) & (alpha > 0)] = (250, 220, 40)
    hands = pair_of_hands(rgb, alpha, skeleton())
    assert hands is not None
    np.testing.assert_allclose(hands, JOINT_XY[[INDEX["right_hand"], INDEX["left_hand"]]], atol=3)
    assert not far_from_hands(skeleton(), hands, alpha)
    misled = JOINT_XY.copy()
    misled[INDEX["left_hand"]] -= [0, 60]
    assert far_from_hands(skeleton(joints_xy_px=misled), hands, alpha)
    assert pair_of_hands(figure()[0], alpha, skeleton()) is None


@pytest.mark.slow
def test_seen_hands_draw_the_arms() -> None:
    """An outline without arms (they hang before a wide coat) says nothing; the hands do."""
    alpha, joints = drawn(0.9)
    alpha[int(joints[0, 1]) - 90 : int(joints[0, 1]) + 10, 90:210] = 1
    hands = joints[[INDEX["right_hand"], INDEX["left_hand"]]] + [[10, -30], [-10, -30]]
    found = fit_capsules(alpha, FAST, 0, hands)
    away = np.linalg.norm(found.joints_xy_px[[INDEX["right_hand"], INDEX["left_hand"]]] - hands, axis=1)
    without = fit_capsules(alpha, FAST, 0)
    before = np.linalg.norm(without.joints_xy_px[[INDEX["right_hand"], INDEX["left_hand"]]] - hands, axis=1)
    assert away.mean() < 0.06 * 270 and away.mean() < 0.7 * before.mean()


def test_a_figure_that_is_all_head_has_no_hands_on_skin() -> None:
    rgb, alpha = figure()
    ys, xs = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    x, y = JOINT_XY[INDEX["head"]]
    alone = (alpha * (np.hypot(xs - x, ys - y) < 14)).astype(np.float32)
    before = skeleton()
    after, seen = hands_on_skin(rgb, alone, before)
    assert seen == []
    np.testing.assert_array_equal(after.joints_xy_px, before.joints_xy_px)


def test_a_small_picture_whose_figure_ends_just_above_its_border_is_not_cut() -> None:
    alpha, _ = drawn(0.9, 48)
    ends = int(np.flatnonzero((alpha > 0.5).any(1))[-1])
    assert not silhouette_of(alpha[: ends + 3]).cropped
    assert silhouette_of(alpha[: ends - 8]).cropped


def test_a_fit_whose_feet_are_not_where_the_outline_ends_is_none() -> None:
    alpha, joints = drawn(0.9)
    silhouette = silhouette_of(alpha)
    assert _stands(silhouette, joints)
    assert not _stands(silhouette, joints - [0, 60])
