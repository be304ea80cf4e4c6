"""The fit's gradient against finite differences, and the figure's geometry against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.pose.capsule_figure import (
    HEAD_RADIUS,
    JOINTS,
    NUMBERS,
    POSE,
    SHARED,
    draw_figure,
    head_factor,
    mirrored,
    place,
    standing_height,
)
from models.pose.fit_energy import evaluate
from models.pose.silhouette_field import SilhouetteField, build_field

Array = NDArray[np.float64]


def upright(x: float, y: float) -> Array:
    pose = np.zeros(POSE)
    pose[:2] = x, y
    pose[4] = 1.2
    pose[[6, 8, 10, 12]] = 0.6, -0.6, 0.2, -0.2
    pose[14:22] = 2.0
    pose[[22, 23]] = 0.6, -0.6
    return pose


def placed(pose: Array, height: float, shared: Array | None = None) -> Array:
    out = np.zeros(NUMBERS)
    place(pose, np.zeros(SHARED) if shared is None else shared, height, out)
    return out


def test_an_upright_figure_has_its_joints_in_order() -> None:
    joints = dict(zip(JOINTS, placed(upright(50, 60), 100.0)[:28].reshape(14, 2), strict=True))
    # The trunk is 0.29 of the height, foreshortened by 0.75 + 0.3 / 2 at logit 0.
    np.testing.assert_allclose(joints["neck"], [50, 60 - 100 * 0.29 * 0.9], atol=1e-9)
    assert joints["right_shoulder"][0] < 50 < joints["left_shoulder"][0], "it faces the camera"
    heights = [joints[name][1] for name in ("nose", "neck", "left_hip", "left_knee", "left_ankle")]
    assert heights == sorted(heights)
    assert joints["right_wrist"][0] < joints["right_elbow"][0] < joints["right_shoulder"][0]


def test_turning_the_trunk_turns_the_whole_figure() -> None:
    pose = upright(50, 60)
    turned = pose.copy()
    turned[2] += 0.4
    rotation = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    root = pose[:2]
    straight = placed(pose, 100.0)[:28].reshape(14, 2) - root
    np.testing.assert_allclose(
        placed(turned, 100.0)[:28].reshape(14, 2) - root, straight @ rotation.T, atol=1e-9
    )


@pytest.fixture(scope="module")
def field() -> SilhouetteField:
    drawn = draw_figure(placed(upright(100, 90), 160.0), 200, 200)
    return build_field(drawn[None].astype(np.float32), side=112, samples=120, rng=np.random.default_rng(0))


def energy_of(
    field: SilhouetteField, pose: Array, shared: Array, hang: float = 0.0
) -> tuple[float, Array, Array]:
    energy, by_pose, by_shared, _, _ = evaluate(
        pose[None], shared, field.height, np.zeros(1, np.int64), field.inside, field.outside, field.depth,
        field.gap, 120, field.height, hang,
    )  # fmt: skip
    return float(energy[0]), by_pose[0], by_shared[0]


def test_gradient_agrees_with_finite_differences(field: SilhouetteField) -> None:
    rng = np.random.default_rng(1)
    pose = upright(56, 50) + rng.normal(0, 0.15, POSE)
    shared = rng.normal(0, 0.05, SHARED)
    _, by_pose, by_shared = energy_of(field, pose, shared, hang=0.02)
    step = 1e-4
    measured = np.zeros(POSE + SHARED)
    for d in range(POSE + SHARED):
        ends = []
        for sign in (1, -1):
            p, s = pose.copy(), shared.copy()
            if d < POSE:
                p[d] += sign * step
            else:
                s[d - POSE] += sign * step
            ends.append(energy_of(field, p, s, hang=0.02)[0])
        measured[d] = (ends[0] - ends[1]) / (2 * step)
    analytic = np.concatenate([by_pose, by_shared])
    # The radii's change with the point's place along a tapered capsule is left out: a few percent.
    assert np.linalg.norm(analytic - measured) < 0.06 * np.linalg.norm(measured)


def test_the_true_pose_costs_less_than_poses_beside_it(field: SilhouetteField) -> None:
    truth = upright(0, 0)
    scale, (x, y) = field.scale, field.origin_px
    truth[:2] = (100.5 - x) * scale - 0.5, (90.5 - y) * scale - 0.5
    height_ratio = 160.0 * scale / field.height
    shared = np.zeros(SHARED)
    shared[4] = np.log(height_ratio)
    least = energy_of(field, truth, shared)[0]
    for index, change in ((0, 5.0), (1, -5.0), (2, 0.3), (6, 0.7), (8, -0.7), (10, 0.4), (12, -0.4)):
        other = truth.copy()
        other[index] += change
        assert energy_of(field, other, shared)[0] > least + 0.1


def test_a_mirrored_figure_has_the_same_outline_and_the_other_sides_joints() -> None:
    pose = upright(100, 90)
    pose[6], pose[12] = 1.5, -0.6
    figure = placed(pose, 160.0)
    other = mirrored(figure[None])[0]
    np.testing.assert_array_equal(draw_figure(figure, 200, 200), draw_figure(other, 200, 200))
    joints, swapped = figure[:28].reshape(14, 2), other[:28].reshape(14, 2)
    left, right = (JOINTS.index(f"{side}_wrist") for side in ("left", "right"))
    np.testing.assert_array_equal(swapped[left], joints[right])
    np.testing.assert_array_equal(mirrored(other[None])[0], figure)


@pytest.mark.parametrize("head", [0.75, 1.0, 1.5, 2.5])
def test_a_heads_factor_is_found_again_from_its_radius(head: float) -> None:
    assert head_factor(HEAD_RADIUS * head / standing_height(head)) == pytest.approx(head)


def test_a_standing_figure_is_as_high_as_said() -> None:
    shared = np.zeros(SHARED)
    shared[5] = np.log(2.0)
    pose = upright(200, 400)
    pose[[10, 12]] = 0.0
    drawn = draw_figure(placed(pose, 500.0, shared), 800, 400)
    rows = np.flatnonzero(drawn.any(axis=1))
    # Limbs at logit 2 are 0.955 of their length, and the feet hang below the ankles.
    assert np.ptp(rows) / 500 == pytest.approx(standing_height(2.0), abs=0.05)
