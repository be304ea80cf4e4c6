"""A performance written as BVH and read back moves the same joints the same way."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.bvh import format_bvh, parse_bvh
from models.motion.forward_kinematics import forward_kinematics
from models.world.figures.draw import draw_body
from models.world.figures.skeleton import FigureKind
from models.world.motions.as_bvh import bvh_of
from models.world.motions.perform import perform


@pytest.mark.parametrize(("kind", "act"), [("human", "wave"), ("human", "jumping_jacks"), ("bird", "flap")])
def test_joints_are_where_they_were(kind: FigureKind, act: str) -> None:
    skeleton = draw_body(kind, 3).skeleton
    poses = perform(kind, act, skeleton, 9, 24.0, 5)
    back = parse_bvh(format_bvh(bvh_of(skeleton, poses, 24.0)))
    order = [skeleton.index(name) for name in back.joint_names]
    assert sorted(order) == list(range(len(skeleton.names)))
    assert back.fps == pytest.approx(24, abs=1e-3)
    again = forward_kinematics(back)
    # The text keeps a millionth of a centimetre and of a degree.
    assert np.allclose(again.positions / 100, poses.positions[:, order], atol=1e-5)
    turning = [n for n, name in enumerate(back.joint_names) if not name.endswith("_end")]
    assert np.allclose(again.rotations[:, turning], poses.rotations[:, order][:, turning], atol=1e-5)
