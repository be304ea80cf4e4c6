from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import EstimationError, InputError
from data_contracts.rig import INDEX
from models.puppet.driver import COCO_OF_JOINT, DriverConfig, DriverMotion, body_motion
from tests.models.puppet.moving_body import FPS, driver, keypoints

HAND, WRIST = INDEX["right_hand"], COCO_OF_JOINT["right_hand"]


def test_short_gaps_are_bridged_in_a_line() -> None:
    points = keypoints(48)
    points[:, WRIST, 0] += 0.01 * np.arange(48)
    seen = driver(points)
    seen.confidence[20:26, WRIST] = 0
    broken = seen.xy.copy()
    broken[20:26, WRIST] = 99
    body = body_motion(DriverMotion(broken, seen.confidence, FPS, seen.depth), DriverConfig(smoothing_s=0))
    np.testing.assert_allclose(body.xyz[:, HAND, 0], points[:, WRIST, 0], atol=1e-9)
    assert (body.weight[:, HAND] == 1).all()


def test_long_gaps_send_a_joint_to_rest_gently() -> None:
    seen = driver(keypoints(96))
    seen.confidence[30:80, WRIST] = 0
    weight = body_motion(seen, DriverConfig()).weight[:, HAND]
    assert weight[55] < 0.01 and weight[5] > 0.99
    assert np.abs(np.diff(weight)).max() < 0.25, "no jump"


def test_smoothing_takes_jitter_and_leaves_motion() -> None:
    points = keypoints(200)
    swing = 0.2 * np.sin(2 * np.pi * np.arange(200) / 48)
    points[:, WRIST, 0] += swing
    clean = points[:, WRIST, 0].copy()
    points[:, WRIST, 0] += np.random.default_rng(0).normal(0, 0.01, 200)
    body = body_motion(driver(points), DriverConfig(smoothing_s=0.06))
    error = body.xyz[:, HAND, 0] - clean
    assert error.std() < 0.006


def test_a_driver_that_is_hardly_seen_is_refused_with_a_reason() -> None:
    seen = driver(keypoints(10))
    seen.confidence[:] *= 0.1
    with pytest.raises(EstimationError, match="hardly seen"):
        body_motion(seen, DriverConfig())
    legs_only = driver(keypoints(10))
    legs_only.confidence[:, 5:7] = 0
    with pytest.raises(EstimationError, match="shoulders"):
        body_motion(legs_only, DriverConfig())


def test_unseen_hips_hang_below_the_shoulders() -> None:
    seen = driver(keypoints(10))
    seen.confidence[:, 11:17] = 0
    body = body_motion(seen, DriverConfig(min_mean_confidence=0.2))
    assert (body.weight[:, INDEX["root"]] == 0).all()
    assert body.xyz[0, INDEX["root"], 1] > body.xyz[0, INDEX["chest"], 1] + 0.1
    assert np.isfinite(body.xyz).all()


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(InputError, match="wrong shape"):
        DriverMotion(np.zeros((3, 17, 2)), np.zeros((3, 17)), FPS)
