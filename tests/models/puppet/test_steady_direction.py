"""A bone that passes through the line of sight turns over within a moment, not from frame to frame."""

from __future__ import annotations

import numpy as np

from models.puppet.steady_direction import steady_direction
from tests.models.puppet.moving_body import FPS


def raised(frames: int = 49, aside_deg: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """A forearm that is raised before the body: from hanging, past the viewer, to upright."""
    lift = np.linspace(-80, 80, frames)
    lift = np.radians(80 * np.tanh(lift / 12))  # all within a few frames
    aside = np.radians(aside_deg)
    bone = np.stack([np.cos(lift) * np.sin(aside), -np.sin(lift), np.cos(lift) * np.cos(aside)], axis=1)
    return bone[:, :2], np.linalg.norm(bone[:, :2], axis=1)


def steps_deg(direction: np.ndarray) -> np.ndarray:
    angle = np.unwrap(np.arctan2(direction[:, 1], direction[:, 0]))
    return np.degrees(np.abs(np.diff(angle)))


def test_an_arm_that_is_raised_before_the_body_does_not_leap() -> None:
    bone, seen = raised()
    leaping = bone / np.linalg.norm(bone, axis=1, keepdims=True)
    steady = steady_direction(bone, seen, FPS)
    assert steps_deg(leaping).max() > 60
    assert steps_deg(steady).max() < 40
    assert (steady[:, 0] > -1e-6).all(), "it goes round on the side on which it is seen"
    np.testing.assert_allclose(np.linalg.norm(steady, axis=1), 1)


def test_what_is_seen_well_stays_as_it_is() -> None:
    rng = np.random.default_rng(5)
    angle = np.cumsum(rng.normal(0, 0.5, 60))
    bone = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(steady_direction(0.9 * bone, np.full(60, 0.9), FPS), bone, atol=1e-6)


def test_between_two_that_tell_it_goes_the_shorter_way() -> None:
    angle = np.radians([0.0, 0, 0, 170, -150, -30, 100, 60, 60, 60])
    seen = np.array([1.0, 1, 1, 0.05, 0.05, 0.05, 0.05, 1, 1, 1])
    bone = seen[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    steady = np.unwrap(np.arctan2(*steady_direction(bone, seen, FPS).T[::-1]))
    assert np.degrees(np.ptp(steady)) < 130, "no spin of noise"


def test_short_clips_and_bones_that_nobody_sees() -> None:
    np.testing.assert_allclose(steady_direction(np.array([[0.0, 2.0]]), np.ones(1), FPS), [[0, 1]], atol=1e-9)
    assert np.isfinite(steady_direction(np.zeros((8, 2)), np.zeros(8), FPS)).all()
