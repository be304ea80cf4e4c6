from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from data_contracts.errors import ContractError
from models.camera.alignment import (
    extent,
    path_error,
    relative_to_first,
    resample_path,
    rotation_angle_deg,
    umeyama,
)


def random_path(n_frames: int = 9, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    poses = np.tile(np.eye(4), (n_frames, 1, 1))
    poses[:, :3, :3] = Rotation.random(n_frames, rng=rng).as_matrix()
    poses[:, :3, 3] = rng.normal(size=(n_frames, 3))
    return poses


def test_standardised_tracks_begin_at_the_identity_and_keep_their_motion() -> None:
    path = random_path()
    relative = relative_to_first(path)
    np.testing.assert_allclose(relative[0], np.eye(4), atol=1e-12)
    np.testing.assert_array_equal(relative[0, :3, 3], 0)
    np.testing.assert_allclose(path[0] @ relative, path, atol=1e-12)
    for a, b in ((1, 4), (0, 8)):
        step = np.linalg.inv(path[a]) @ path[b]
        np.testing.assert_allclose(np.linalg.inv(relative[a]) @ relative[b], step, atol=1e-12)
    moved = random_path(1, seed=4)[0] @ path
    np.testing.assert_allclose(relative_to_first(moved), relative, atol=1e-12)


@pytest.mark.parametrize("bad", [np.eye(4), np.zeros((0, 4, 4)), np.full((2, 4, 4), np.nan)])
def test_what_is_no_track_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ContractError, match="camera track"):
        relative_to_first(bad)


def test_angles_by_hand_near_zero_and_near_a_half_turn() -> None:
    for degrees in (0.0, 1e-6, 30.0, 179.9999, 180.0):
        matrix = Rotation.from_rotvec(np.radians(degrees) * np.array([0.6, 0, 0.8])).as_matrix()
        assert rotation_angle_deg(matrix) == pytest.approx(degrees, abs=1e-6)


def test_resampling_is_exact_at_given_times_and_slerps_between() -> None:
    path, times = random_path(5), np.array([0.0, 0.1, 0.5, 0.6, 2.0])
    np.testing.assert_array_equal(resample_path(path, times, times), path)
    at = np.linspace(0, 2, 41)
    out = resample_path(path, times, at)
    oracle = Slerp(times, Rotation.from_matrix(path[:, :3, :3]))(at).as_matrix()
    np.testing.assert_allclose(out[:, :3, :3], oracle, atol=1e-9)
    np.testing.assert_allclose(out[:, 0, 3], np.interp(at, times, path[:, 0, 3]), atol=1e-12)


def test_resampling_holds_the_ends_and_single_poses() -> None:
    path, times = random_path(3), np.arange(3.0)
    out = resample_path(path, times, np.array([-5.0, 99.0]))
    np.testing.assert_array_equal(out, path[[0, -1]])
    np.testing.assert_array_equal(resample_path(path[:1], times[:1], np.arange(4.0)), path[[0] * 4])


def test_umeyama_finds_a_similarity_again() -> None:
    rng = np.random.default_rng(1)
    source = rng.normal(size=(30, 3))
    rotation = Rotation.random(rng=rng).as_matrix()
    scale, found, shift = umeyama(source, 2.5 * source @ rotation.T + [1, 2, 3])
    assert scale == pytest.approx(2.5)
    np.testing.assert_allclose(found, rotation, atol=1e-12)
    np.testing.assert_allclose(shift, [1, 2, 3], atol=1e-12)


def test_umeyama_never_mirrors() -> None:
    source = np.random.default_rng(2).normal(size=(30, 3))
    assert np.linalg.det(umeyama(source, source * [1, 1, -1])[1]) == pytest.approx(1)
    assert umeyama(np.zeros((4, 3)), np.ones((4, 3)))[0] == 1.0


def test_path_error_is_zero_under_a_similarity_and_counts_what_is_added() -> None:
    true = random_path()
    moved = np.eye(4)
    moved[:3, :3] = Rotation.from_euler("xyz", [10, 20, 30], degrees=True).as_matrix()
    moved[:3, 3] = [3, 2, 1]
    larger = moved @ true
    larger[:, :3, 3] *= 3
    assert extent(larger) == pytest.approx(3 * extent(true))
    error = path_error(larger, true)
    assert max(error) == pytest.approx(0, abs=1e-6)
    turned = true.copy()
    turned[1:, :3, :3] = true[1:, :3, :3] @ Rotation.from_euler("y", 9, degrees=True).as_matrix()
    assert path_error(turned, true).rotation_deg == pytest.approx(9 * 8 / 9)
