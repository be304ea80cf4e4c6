from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.rig import INDEX, JOINTS
from flows.accuracy.true_rigs import true_joints_m, true_joints_px
from models.world.figures.skeleton import JOINTS as WORLD_JOINTS
from models.world.truth import FigureTruth, Points


def figure(kind: str = "human") -> FigureTruth:
    """Two frames; the second one is the first one, two to the right."""
    names = tuple(name for name, _ in WORLD_JOINTS["human"])
    rng = np.random.default_rng(3)

    def points(count: int) -> Points:
        xyz = rng.normal(size=(1, count, 3))
        xyz = np.concatenate([xyz, xyz + [2.0, 0, 0]])
        return Points(xyz, xyz[..., :2] * [100, -100], np.ones((2, count), bool))

    return FigureTruth("somebody", kind, names, (-1,) * len(names), points(len(names)), points(133))  # type: ignore[arg-type]


def test_joints_lie_where_their_names_say() -> None:
    truth = figure()
    rig = true_joints_px(truth)
    assert rig.shape == (2, len(JOINTS), 2) and np.isfinite(rig).all()
    coco, own = truth.keypoints.xy_px, truth.joints.xy_px
    np.testing.assert_array_equal(rig[:, INDEX["left_knee"]], coco[:, 13])
    np.testing.assert_allclose(rig[:, INDEX["root"]], 0.5 * (coco[:, 11] + coco[:, 12]))
    np.testing.assert_allclose(rig[:, INDEX["head"]], 0.5 * (coco[:, 3] + coco[:, 4]))
    wrist, base = (own[:, truth.joint_names.index(f"RightHand{end}")] for end in ("", "Middle1"))
    np.testing.assert_allclose(rig[:, INDEX["right_hand"]], 0.5 * (wrist + base))


def test_joints_in_metres_are_the_same_ones() -> None:
    truth = figure()
    xyz, xy = true_joints_m(truth), true_joints_px(truth)
    np.testing.assert_allclose(xyz[..., :2] * [100, -100], xy)
    np.testing.assert_allclose(xyz[1] - xyz[0], np.tile([2.0, 0, 0], (len(JOINTS), 1)), atol=1e-12)


def test_an_animal_has_no_such_rig() -> None:
    with pytest.raises(InputError, match="animal"):
        true_joints_px(figure("bird"))
