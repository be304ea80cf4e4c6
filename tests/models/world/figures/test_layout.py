"""Layouts: rigid solids and skinned points follow their joints."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.world.figures.layout import Draft
from models.world.figures.proportions import draw_proportions, human_skeleton
from models.world.figures.skeleton import JOINTS, Floats, Skeleton, pose
from models.world.solids import PARTS, Solids


@pytest.fixture
def skeleton() -> Skeleton:
    return human_skeleton(draw_proportions(np.random.default_rng(0)))


def bent(skeleton: Skeleton, joint: str, turn: Floats) -> tuple[Floats, Floats]:
    local = np.tile(np.eye(3), (1, len(skeleton.names), 1, 1))
    local[0, skeleton.index(joint)] = turn
    poses = pose(skeleton, skeleton.offsets_m[:1], local)
    return poses[0][0], poses[1][0]


def drawn(skeleton: Skeleton) -> tuple[Solids, Floats, Draft]:
    draft = Draft(skeleton)
    texture = draft.texture(np.zeros((2, 2, 3), np.uint8))
    elbow, wrist = draft.rest_m["LeftForeArm"], draft.rest_m["LeftHand"]
    draft.cone(("LeftForeArm", "LeftHand"), [elbow, wrist], (0.04, 0.03), texture, "left_lower_arm")
    draft.ellipsoid("LeftHand", wrist, (0.03, 0.02, 0.01), texture, "left_hand")
    a, b = draft.corner("LeftArm", elbow), draft.corner({"LeftArm": 0.5, "LeftForeArm": 0.5}, wrist)
    draft.triangle((a, b, draft.corner("LeftForeArm", wrist)), [(0, 0), (1, 0), (0, 1)], texture, "torso")
    draft.keypoint("LeftHand", wrist, "left_hand")
    turn = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    state = bent(skeleton, "LeftForeArm", turn)
    body = draft.body()
    return body.solids(*state), body.keypoints(*state).xyz_m, draft


def test_solids_follow_a_bent_elbow(skeleton: Skeleton) -> None:
    solids, keypoints, draft = drawn(skeleton)
    elbow, wrist = draft.rest_m["LeftForeArm"], draft.rest_m["LeftHand"]
    raised = elbow + [0, wrist[0] - elbow[0], 0]
    np.testing.assert_allclose(solids.cones.ends_m[0], [elbow, raised], atol=1e-12)
    np.testing.assert_allclose(solids.ellipsoids.centre_m[0], raised, atol=1e-12)
    np.testing.assert_allclose(solids.ellipsoids.axes[0] @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(keypoints, raised[None], atol=1e-12)
    assert PARTS[solids.cones.part[0]] == "left_lower_arm"


def test_a_shared_corner_lies_between_what_its_joints_would_do(skeleton: Skeleton) -> None:
    solids, _, draft = drawn(skeleton)
    wrist = draft.rest_m["LeftHand"]
    fixed, shared, following = solids.triangles.corners_m[0]
    np.testing.assert_allclose(fixed, draft.rest_m["LeftForeArm"], atol=1e-12)
    np.testing.assert_allclose(shared, (wrist + following) / 2, atol=1e-12)


def test_across_is_perpendicular_to_the_cone(skeleton: Skeleton) -> None:
    solids, _, _ = drawn(skeleton)
    ends, across = solids.cones.ends_m[0], solids.cones.across[0]
    assert abs(float(across @ (ends[1] - ends[0]))) < 1e-12
    assert float(np.linalg.norm(across)) == pytest.approx(1)


def test_a_layout_without_triangles_has_empty_ones(skeleton: Skeleton) -> None:
    draft = Draft(skeleton)
    texture = draft.texture(np.zeros((2, 2, 3), np.uint8))
    draft.ellipsoid("Head", draft.rest_m["Head"], (0.1, 0.1, 0.1), texture, "head")
    draft.keypoint("Head", draft.rest_m["Head"], "head")
    solids = draft.body().solids(*bent(skeleton, "Head", np.eye(3)))
    assert solids.triangles.corners_m.shape == (0, 3, 3)
    assert solids.cones.ends_m.shape == (0, 2, 3)


@pytest.mark.parametrize("seed", range(40))
def test_every_build_has_all_joints_in_the_right_order_of_heights(seed: int) -> None:
    of = draw_proportions(np.random.default_rng(seed))
    made = human_skeleton(of)
    at = dict(zip(made.names, made.rest_m(), strict=True))
    assert len(made.names) == len(JOINTS["human"])
    trunk = ["Hips", "Spine", "Chest", "Neck", "Head", "Head_end"]
    assert (np.diff([at[name][1] for name in trunk]) > 0).all()
    leg = ["LeftUpLeg", "LeftLeg", "LeftFoot", "LeftToeBase"]
    assert (np.diff([at[name][1] for name in leg]) < 0).all()
    assert at["Head_end"][1] == pytest.approx(of.height_m)
