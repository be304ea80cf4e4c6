"""What a silhouette shows of a limb, and what a joint found in it is worth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.pose.capsule_figure import JOINTS, NUMBERS, POSE, SHARED, draw_figure, place
from models.pose.confidence import TRUSTED_ERROR, Evidence, confidence_of, expected_errors, frame_quality
from models.pose.figure_keypoints import body_joints
from models.pose.limb_sight import limb_sight
from models.pose.silhouette_field import SilhouetteField, build_field

Array = NDArray[np.float64]
HEIGHT = 100.0
LEFT_WRIST, LEFT_ELBOW, RIGHT_WRIST = (JOINTS.index(n) for n in ("left_wrist", "left_elbow", "right_wrist"))


def figure(
    left_arm: float, left_fold: float, breadth: float = 1.2, root: tuple[float, float] = (48, 52)
) -> Array:
    """A standing capsule figure whose right arm stands out, and whose left arm is as told."""
    pose, placed = np.zeros(POSE), np.zeros(NUMBERS)
    pose[:2], pose[4], pose[14:22] = root, breadth, 2.0
    pose[[6, 8, 9, 10, 12, 22, 23]] = 1.0, -left_arm, -left_fold, 0.12, -0.12, 0.6, -0.6
    place(pose, np.zeros(SHARED), HEIGHT, placed)
    return placed


def field_of(placed: Array) -> tuple[SilhouetteField, Array]:
    """The figure's own silhouette, and the figure on the field's grid."""
    alpha = draw_figure(placed, 116, 100).astype(np.float32)[None]
    field = build_field(alpha, side=112, samples=60, rng=np.random.default_rng(0))
    on_grid = placed.copy()
    on_grid[:28] = field.to_grid(placed[:28].reshape(-1, 2) + 0.5).ravel()
    capsules = on_grid[28:].reshape(-1, 6)
    for ends in (slice(0, 2), slice(2, 4)):
        capsules[:, ends] = field.to_grid(capsules[:, ends] + 0.5)
    capsules[:, 4:] *= field.scale
    return field, on_grid[None]


def evidence(**changes: object) -> Evidence:
    known = {"spread": np.zeros((1, 14)), "facing": np.full(1, -20.0), "energy": 0.03, "hands": []}
    return Evidence(**(known | changes))  # type: ignore[arg-type]


@pytest.mark.slow
def test_an_arm_before_the_trunk_is_not_seen_and_one_beside_it_is() -> None:
    out, folded = (limb_sight(*field_of(figure(*arm)))[0] for arm in ((1.0, 0.1), (0.05, -1.6)))
    assert out[LEFT_WRIST] > 0.7
    assert out[LEFT_ELBOW] > 0.6
    assert folded[LEFT_WRIST] < 0.05
    # The other arm is seen as before.
    assert folded[RIGHT_WRIST] == pytest.approx(out[RIGHT_WRIST], abs=0.05)


def test_a_limb_that_the_silhouette_lacks_is_not_seen() -> None:
    field, placed = field_of(figure(0.05, -1.6))
    wrong = field_of(figure(1.0, 0.1))[1]
    shift = placed[0, :2] - wrong[0, :2]
    wrong[0, :28] += np.tile(shift, 14)
    capsules = wrong[0, 28:].reshape(-1, 6)
    capsules[:, :2] += shift
    capsules[:, 2:4] += shift
    assert limb_sight(field, wrong)[0, LEFT_WRIST] < 0.1


def test_a_hidden_wrist_is_not_trusted_unless_a_hand_is_there() -> None:
    field, placed = field_of(figure(0.05, -1.6))
    unit = HEIGHT * field.scale
    hidden = expected_errors(field, placed, evidence(), unit)[0]
    wrist = placed[0, 2 * LEFT_WRIST :][:2]
    found = expected_errors(field, placed, evidence(hands=[wrist[None]]), unit)[0]
    trust, with_hand = confidence_of(hidden), confidence_of(found)
    assert trust[LEFT_WRIST] < 0.25 < trust[RIGHT_WRIST]
    assert with_hand[LEFT_WRIST] > 0.7
    np.testing.assert_array_equal(np.delete(hidden, LEFT_WRIST), np.delete(found, LEFT_WRIST))


def test_doubts_of_every_kind_bring_confidence_down() -> None:
    field, placed = field_of(figure(1.0, 0.1))
    unit = HEIGHT * field.scale
    plain = expected_errors(field, placed, evidence(), unit)[0]
    unsure = expected_errors(field, placed, evidence(spread=np.full((1, 14), 0.05)), unit)[0]
    faceless = expected_errors(field, placed, evidence(facing=np.zeros(1)), unit)[0]
    assert (unsure > plain).all()
    # Only what has another side can be mixed up with it.
    paired = np.array([name not in ("nose", "neck") for name in JOINTS])
    assert (faceless[paired] > plain[paired]).all()
    np.testing.assert_allclose(faceless[~paired], plain[~paired])


def test_confidence_falls_with_the_error_and_ends_trust_at_its_limit() -> None:
    errors = np.linspace(0, 0.3, 50)
    assert confidence_of(np.zeros(1))[0] == 1
    assert confidence_of(np.array([TRUSTED_ERROR]))[0] == pytest.approx(0.25)
    assert (np.diff(confidence_of(errors)) < 0).all()


def test_a_stout_thing_that_no_figure_explains_is_no_person() -> None:
    field, placed = field_of(figure(1.0, 0.1))
    shared = np.zeros(SHARED)
    person = frame_quality(field, placed, shared, evidence())
    assert person[0] == 1
    shared[3] = 0.4
    assert frame_quality(field, placed, shared, evidence(energy=0.3))[0] == 0
    assert 0 < frame_quality(field, placed, shared, evidence(energy=0.1))[0] < 1


def test_shoulders_and_hips_go_out_by_the_same_and_not_at_all_from_the_side() -> None:
    for breadth, moves in ((1.2, True), (0.0, False)):
        placed = figure(1.0, 0.1, breadth)
        before, after = placed[:28].reshape(14, 2), body_joints(placed, float(np.tanh(breadth)), HEIGHT)
        for kind in ("shoulder", "hip"):
            left, right = JOINTS.index(f"left_{kind}"), JOINTS.index(f"right_{kind}")
            widened = (after[left, 0] - after[right, 0]) - (before[left, 0] - before[right, 0])
            assert (widened > 3) == moves
            np.testing.assert_allclose((after - before)[left] * [-1, 1], (after - before)[right], atol=1e-9)
        rest = [k for k, name in enumerate(JOINTS) if "shoulder" not in name and "hip" not in name]
        np.testing.assert_array_equal(after[rest], before[rest])
