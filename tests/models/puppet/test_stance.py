from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX, JOINTS
from models.puppet.stance import own_stance

LEGS = [INDEX[f"{side}_{name}"] for side in ("right", "left") for name in ("knee", "foot")]


def standing(splay_deg: float, frames: int | None = None) -> np.ndarray:
    """Joints about the root of a body whose straight legs, one long each, stand out by an angle."""
    joints = np.zeros((len(JOINTS), 2 if frames is None else 3))
    for side, out in (("right", -1), ("left", 1)):
        hip, angle = np.array([0.1 * out, 0.0]), np.radians(splay_deg)
        leg = np.array([out * np.sin(angle), np.cos(angle)])
        joints[INDEX[f"{side}_hip"], :2] = hip
        joints[INDEX[f"{side}_knee"], :2] = hip + 0.5 * leg
        joints[INDEX[f"{side}_foot"], :2] = hip + leg
    return joints if frames is None else np.repeat(joints[None], frames, axis=0)


@pytest.mark.parametrize(
    ("figure_deg", "driver_deg", "expected_deg"),
    [(13, 2, 13), (7, 2, 5), (5, 2, 2), (9, 9, 9), (2, 9, 9), (40, 2, 14)],
    ids=["apart", "half", "hardly", "alike", "driver wider", "a lunge"],
)
def test_legs_stand_apart_as_the_figures_do(
    figure_deg: float, driver_deg: float, expected_deg: float
) -> None:
    turned = own_stance(standing(figure_deg), standing(driver_deg, frames=3))
    np.testing.assert_allclose(turned, standing(expected_deg, frames=3), atol=1e-9)


def test_motion_is_kept_and_lengths_are_too() -> None:
    driver = standing(0, frames=60)
    swing = np.radians(30 * np.sin(np.arange(60) / 5))
    hip = driver[:, INDEX["left_hip"]]
    for name, length in (("knee", 0.5), ("foot", 1.0)):
        driver[:, INDEX[f"left_{name}"], :2] = hip[:, :2] + length * np.stack(
            [np.sin(swing), np.cos(swing)], axis=1
        )
    turned = own_stance(standing(13), driver)
    leg = turned[:, INDEX["left_foot"], :2] - hip[:, :2]
    np.testing.assert_allclose(np.linalg.norm(leg, axis=1), 1)
    moved = np.arctan2(leg[:, 0], leg[:, 1]) - swing
    assert np.ptp(moved) < 1e-9 and 0 < moved[0] <= np.radians(13)


def test_one_leg_out_is_no_stance() -> None:
    figure = standing(0)
    figure[INDEX["left_foot"], 0] += 0.6
    driver = standing(0, frames=3)
    np.testing.assert_allclose(own_stance(figure, driver), driver, atol=1e-9)


def test_only_legs_are_turned() -> None:
    rng = np.random.default_rng(0)
    driver = standing(1, frames=4) + np.pad(
        rng.normal(size=(4, 1, 3)), ((0, 0), (0, len(JOINTS) - 1), (0, 0))
    )
    turned = own_stance(standing(14), driver)
    others = [joint for joint in range(len(JOINTS)) if joint not in LEGS]
    np.testing.assert_array_equal(turned[:, others], driver[:, others])
    np.testing.assert_array_equal(turned[..., 2], driver[..., 2])
