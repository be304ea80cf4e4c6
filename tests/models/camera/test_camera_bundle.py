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
    focal, lens = np.array([400.0]), np.ones((n_cameras, 1))
    empty = Bundle(rotation, translation, points, focal, lens, camera, point, np.zeros((len(camera), 2)))
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
    found = adjust(replace(disturbed(truth), focal=np.array([330.0])), 60, free_focal=True)
    assert found.focal[0] == pytest.approx(400, rel=0.01)
    fixed = adjust(replace(disturbed(truth), focal=np.array([330.0])), 10)
    assert fixed.focal == 330.0


@pytest.mark.parametrize("told", [True, False])
def test_finds_a_focal_length_per_frame(told: bool) -> None:
    """Where the lens is told, it is the first camera's."""
    truth = bundle()
    ends = np.linspace([1.0, 0.0], [0.0, 1.0], len(truth.rotation))
    truth = replace(truth, focal=np.array([400.0, 520.0]), lens=ends, xy=np.zeros_like(truth.xy))
    truth = replace(truth, xy=truth.residuals())
    start = replace(disturbed(truth), focal=np.full(2, 400.0 if told else 450.0))
    found = adjust(start, 60, free_focal=not told)
    np.testing.assert_allclose(found.focal, [400, 520], rtol=0.01)
    assert (found.focal[0] == 400.0) == told


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


@pytest.mark.parametrize("zooms", [False, True])
def test_one_step_is_the_dense_step_of_the_whole_system(zooms: bool) -> None:
    """Against a plain float64 Levenberg-Marquardt step with a numerical Jacobian over all parameters."""
    focal, lens = np.array([390.0]), np.ones((3, 1))
    if zooms:
        focal, lens = np.array([390.0, 395.0]), np.array([[1, 0], [0.4, 0.6], [0, 1]])
    start = replace(disturbed(bundle(2, n_cameras=3, n_points=12), 3), focal=focal, lens=lens)
    start = replace(
        start, xy=start.residuals() + start.xy + np.random.default_rng(4).normal(0, 0.2, start.xy.shape)
    )
    damping, n, p, lenses = 1e-3, 3, 12, len(focal)

    def moved(d: np.ndarray) -> Bundle:
        cameras, points = d[: 6 * n].reshape(n, 6), d[6 * n : -lenses].reshape(p, 3)
        turn = Rotation.from_rotvec(cameras[:, :3]).as_matrix()
        return replace(
            start,
            rotation=turn @ start.rotation,
            translation=start.translation + cameras[:, 3:],
            points=start.points + points,
            focal=start.focal + d[-lenses:],
        )

    size = 6 * n + 3 * p + lenses
    step = 1e-6
    jacobian = np.stack(
        [
            (moved(step * e).residuals() - moved(-step * e).residuals()).ravel() / (2 * step)
            for e in np.eye(size)
        ],
        axis=1,
    )
    assert np.linalg.norm(start.residuals(), axis=1).max() < 1  # below Huber's limit, so all weights are 1
    hessian = jacobian.T @ jacobian
    free = np.arange(6, size)  # the first camera is fixed
    system = hessian + damping * np.diag(np.diag(hessian)) + 1e-9 * np.eye(size)
    d = np.zeros(size)
    d[free] = np.linalg.solve(system[np.ix_(free, free)], -(jacobian.T @ start.residuals().ravel())[free])
    expected = moved(d)
    found = adjust(start, 1, free_focal=True)
    np.testing.assert_allclose(found.points, expected.points, atol=1e-6)
    np.testing.assert_allclose(found.rotation, expected.rotation, atol=1e-7)
    np.testing.assert_allclose(found.translation, expected.translation, atol=1e-6)
    np.testing.assert_allclose(found.focal, expected.focal, atol=1e-3)
