"""Placing a figure and reading its joints back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import JOINTS, NUMBERS, POSE, SHARED, place
from models.pose.from_joints import figure_of_joints

HEIGHT = 120.0
LIMBS = [n for n, name in enumerate(JOINTS) if name not in ("nose", "neck")]


def joints_of(poses: NDArray[np.float64], shared: NDArray[np.float64]) -> NDArray[np.float64]:
    placed = np.zeros((len(poses), NUMBERS))
    for pose, out in zip(poses, placed, strict=True):
        place(pose, shared, HEIGHT, out)
    return placed[:, :28].reshape(-1, 14, 2)


def swinging(count: int) -> NDArray[np.float64]:
    phase = np.linspace(0, 2 * np.pi, count)
    poses = np.zeros((count, POSE))
    poses[:, :2] = 80, 90
    poses[:, 2], poses[:, 4] = 0.2 * np.sin(phase), 1.2
    poses[:, 6], poses[:, 7], poses[:, 8], poses[:, 9] = 1 + np.sin(phase), 0.5, -0.4, -1 + np.cos(phase)
    poses[:, 10], poses[:, 11], poses[:, 12], poses[:, 13] = 0.3, -0.2, -0.5, 0.4 * np.sin(phase)
    poses[:, 3] = 2.0
    poses[:, 14:22] = 2.0
    poses[:, 14] = 2 * np.cos(phase)
    return poses


def test_the_figure_of_a_figures_joints_has_those_joints() -> None:
    joints = joints_of(swinging(24), np.zeros(SHARED))
    found = figure_of_joints(joints, HEIGHT)
    error = np.linalg.norm(joints_of(found.poses, found.shared) - joints, axis=-1)[:, LIMBS]
    # Proportions are read from the longest bones, which these are not quite: a fiftieth of the height.
    assert np.median(error) < 0.02 * HEIGHT and error.max() < 0.06 * HEIGHT


def test_a_figure_that_turns_its_back_is_told_by_its_joints() -> None:
    poses = swinging(6)
    poses[:, 4] = -1.2
    assert (figure_of_joints(joints_of(poses, np.zeros(SHARED)), HEIGHT).poses[:, 4] < -0.5).all()


def test_a_larger_figure_is_found_larger() -> None:
    shared = np.zeros(SHARED)
    shared[4] = 0.3
    found = figure_of_joints(joints_of(swinging(24), shared), HEIGHT)
    assert 0.2 < found.shared[4] < 0.4
