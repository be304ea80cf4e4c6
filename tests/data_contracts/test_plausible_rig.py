"""Rigs that nobody can have meant for their picture are refused, and unusual figures are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.plausible_rig import require_plausible_rig
from data_contracts.rig import INDEX
from tests.tasks.character_scene import skeleton


def test_joints_may_lie_outside_only_as_far_as_the_border_cuts_a_figure(tmp_path: Path) -> None:
    place = skeleton().joints_xy_px.copy()
    place[INDEX["left_foot"]] = (90, 205)  # the picture is 160x200
    require_plausible_rig(skeleton(joints_xy_px=place), tmp_path)
    place[INDEX["left_foot"]] = (90, 320)
    with pytest.raises(InputError, match=r"left_foot lies outside.*got 90, 320.*cropped"):
        require_plausible_rig(skeleton(joints_xy_px=place), tmp_path)
    require_plausible_rig(skeleton(joints_xy_px=place, cropped=True), tmp_path)
    place[INDEX["left_foot"]] = (90, 420)
    with pytest.raises(InputError, match="left_foot lies outside"):
        require_plausible_rig(skeleton(joints_xy_px=place, cropped=True), tmp_path)


def test_a_figure_that_is_a_point_or_on_its_head_is_refused_and_one_that_lies_is_not(tmp_path: Path) -> None:
    usual = skeleton().joints_xy_px
    middle = usual.mean(axis=0)
    lying = middle + (usual - middle)[:, ::-1]
    require_plausible_rig(skeleton(joints_xy_px=lying), tmp_path)
    on_its_head = middle + (usual - middle) * [1, -1]
    for wrong in (np.tile(middle, (16, 1)), np.zeros((16, 2)), on_its_head):
        with pytest.raises(InputError, match=r"no size, or stands on its head .*upright, or mend the joints"):
            require_plausible_rig(skeleton(joints_xy_px=wrong), tmp_path)
