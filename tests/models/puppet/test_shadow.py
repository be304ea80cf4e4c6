"""The contact shadow is worked out around its discs only, and is the same as if the canvas were larger."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.shadow import contact_shadow
from tests.tasks.character_scene import JOINT_XY

ROUNDING = 1e-6
"""Of float32 distances from another origin."""


def test_it_lies_under_the_feet_and_fades_with_their_height() -> None:
    standing = contact_shadow((220, 160), JOINT_XY, 178.0, 150.0, 1.0)
    assert standing[181, 66] > 0.3 and standing[181, 94] > 0.3
    assert standing[:140].max() == 0 and standing.max() <= 0.9
    risen = contact_shadow((220, 160), JOINT_XY - [0, 40], 178.0, 150.0, 1.0)
    assert risen.max() < 0.5 * standing.max()


@pytest.mark.parametrize("away", [(0, 0), (90, 0), (-95, 15), (0, 60), (-60, -100)])
def test_a_canvas_shows_its_part_of_a_larger_one(away: tuple[int, int]) -> None:
    joints, ground = JOINT_XY + away, 178.0 + away[1]
    small = contact_shadow((220, 160), joints, ground, 150.0, 1.0)
    large = contact_shadow((620, 560), joints + 200, ground + 200, 150.0, 1.0)[200:420, 200:360]
    np.testing.assert_allclose(small, large, atol=ROUNDING)


def test_between_feet_that_are_apart_it_is_thin_and_reaches_both() -> None:
    astride = JOINT_XY.copy()
    astride[[INDEX["right_foot"], INDEX["left_foot"]], 0] += [-40, 40]
    together, apart = (
        contact_shadow((220, 160), joints, 178.0, 150.0, 1.0) for joints in (JOINT_XY, astride)
    )
    assert 0.05 < apart[181, 80] < 0.8 * together[181, 80]
    middle = apart[181, 40:121]
    assert np.abs(np.diff(middle)).max() < 0.05  # no rim that could be seen


def test_far_beside_the_canvas_there_is_none() -> None:
    assert contact_shadow((220, 160), JOINT_XY + 900, 1078.0, 150.0, 1.0).max() == 0
