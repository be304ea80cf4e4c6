from __future__ import annotations

import numpy as np

from models.puppet.pose_augment import normalised_to_clip_box, scaled_bones
from tests.models.puppet.moving_body import bone_lengths, reference


def test_bones_grow_by_groups_and_directions_stay() -> None:
    skeleton = reference()
    other = scaled_bones(skeleton, 0.3, np.random.default_rng(4))
    ratio = bone_lengths(other.joints_xy_px) / bone_lengths(skeleton.joints_xy_px)
    arms, legs = ratio[[0, 1, 4, 5]], ratio[[2, 3, 6, 7]]
    np.testing.assert_allclose(arms, arms[0])
    np.testing.assert_allclose(legs, legs[0])
    assert (np.abs(ratio - 1) <= 0.3).all() and abs(arms[0] - legs[0]) > 1e-3
    again = scaled_bones(skeleton, 0.3, np.random.default_rng(4))
    np.testing.assert_array_equal(other.joints_xy_px, again.joints_xy_px)
    same = scaled_bones(skeleton, 0.0, np.random.default_rng(4))
    np.testing.assert_allclose(same.joints_xy_px, skeleton.joints_xy_px)


def test_the_box_of_the_whole_clip_is_the_unit_square() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(100, 300, (10, 133, 2))
    confidence = np.ones((10, 133))
    confidence[:, 60:] = 0
    xy[:, 60:] = 9999
    inside = normalised_to_clip_box(xy, confidence, margin=0.1)
    seen = inside[confidence > 0]
    assert seen.min() >= 0.1 - 1e-9 and seen.max() <= 0.9 + 1e-9
    assert np.isclose(np.ptp(seen, axis=0).max(), 0.8)
    assert (inside[:, 60:] == 0).all()
    # Moving and scaling the clip changes nothing.
    np.testing.assert_allclose(normalised_to_clip_box(3 * xy - 50, confidence, 0.1), inside, atol=1e-9)
