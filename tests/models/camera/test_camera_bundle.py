from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from models.camera.bundle import Bundle, adjust


def bundle(seed: int = 0, n_cameras: int = 6, n_points: int = 60) -> Bundle:
    """Cameras on a line before a cloud, without noise."""
    rng = np.random.default_rng(seed)
    rotation = Rotation.from_rotvec(rng.normal(0, 0.08, (n_cameras, 3))).as_matrix()
    translation = np.stack([np.linspace(0, 1.5, n_cameras), *rng.normal(0, 0.1, (2, n_cameras))], axis=1)
    points = rng.uniform([-2, -2, 4], [2, 2, 8], (n_points, 3))
    camera, point = (a.ravel() for a in np.meshgrid(np.arange(n_cameras), np.arange(n_points), indexing="ij"))
    empty = Bundle(rotation, translation, points, 400.0, camera, point, np.zeros((len(camera), 2)))
    return replace(empty, xy=empty.residuals())


def disturbed(truth: Bundle, seed: int = 1) -> Bundle:
    rng = np.random.default_rng(seed)
    turn = Rotation.from_rotvec(rng.normal(0, 0.01, (len(truth.rotation), 3))).as_matrix()
    turn[0] = np.eye(3)
    shift = rng.normal(0, 0.03, truth.translation.shape)
    shift[0] = 0
    return replace(
        truth,
        rotation=turn @ truth.rotation,
        translation=truth.translation + shift,
        points=truth.points + rng.normal(0, 0.05, truth.points.shape),
    )


def test_true_parameters_have_no_error() -> None:
    truth = bundle()
    assert truth.errors().max() == pytest.approx(0, abs=1e-9)
    behind = replace(truth, points=truth.points * [1, 1, -1])
    assert np.isinf(behind.errors()).all()


def test_recovers_the_truth_up_to_scale() -> None:
    truth = bundle()
    found = adjust(disturbed(truth), 40)
    assert found.errors().max() < 1e-3
    np.testing.assert_array_equal(found.rotation[0], truth.rotation[0])
    np.testing.assert_allclose(found.rotation, truth.rotation, atol=1e-4)
    # The unit of length is free, and the first camera stays: points lie on the same rays from it.
    centre = -truth.rotation[0].T @ truth.translation[0]
    ratio = np.linalg.norm(found.points - centre, axis=1) / np.linalg.norm(truth.points - centre, axis=1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-3)


def test_finds_the_focal_length() -> None:
    truth = bundle()
    found = adjust(replace(disturbed(truth), focal=330.0), 60, free_focal=True)
    assert found.focal == pytest.approx(400, rel=0.01)
    fixed = adjust(replace(disturbed(truth), focal=330.0), 10)
    assert fixed.focal == 330.0


def test_a_few_wild_points_do_not_pull_the_cameras() -> None:
    truth = bundle()
    xy = truth.xy.copy()
    xy[::37] += 40
    found = adjust(replace(disturbed(truth), xy=xy), 40)
    np.testing.assert_allclose(found.rotation, truth.rotation, atol=5e-3)


def test_rotations_only() -> None:
    truth = replace(bundle(), translation=np.zeros((6, 3)))
    truth = replace(truth, xy=np.zeros_like(truth.xy))
    truth = replace(truth, xy=truth.residuals())
    start = replace(disturbed(truth), translation=truth.translation)
    found = adjust(start, 30, rotation_only=True)
    np.testing.assert_array_equal(found.translation, 0)
    np.testing.assert_allclose(found.rotation, truth.rotation, atol=1e-4)


def test_never_makes_it_worse() -> None:
    def cost(b: Bundle) -> float:
        r = b.errors()
        return float(np.where(r < 1, r * r, 2 * r - 1).sum())

    start = disturbed(bundle(5), 6)
    costs = [cost(adjust(start, n)) for n in (0, 1, 2, 4, 8)]
    assert costs == sorted(costs, reverse=True)
