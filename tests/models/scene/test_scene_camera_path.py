import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from data_contracts.errors import ContractError
from models.scene.camera_path import fit_track, look_at, relative_to_first, spiral_path, spiral_positions
from tests.reference.scene import spiral_position

EXACT = 1e-12
"""Rotations and positions in float64 are right to rounding."""

coordinate = st.floats(-3, 3, allow_nan=False)


def track(num_frames: int = 7, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    poses = np.tile(np.eye(4), (num_frames, 1, 1))
    poses[:, :3, :3] = Rotation.random(num_frames, rng=rng).as_matrix()
    poses[:, :3, 3] = rng.normal(size=(num_frames, 3))
    return poses


def test_looking_straight_ahead_is_the_identity() -> None:
    np.testing.assert_allclose(look_at((0, 0, 0), (0, 0, 5)), np.eye(4), atol=EXACT)


def test_looking_to_the_right_turns_about_y() -> None:
    pose = look_at((0, 0, 0), (2, 0, 0))
    np.testing.assert_allclose(pose[:3, 2], (1, 0, 0), atol=EXACT)  # forward
    np.testing.assert_allclose(pose[:3, 1], (0, 1, 0), atol=EXACT)  # down stays down
    np.testing.assert_allclose(pose[:3, 0], (0, 0, -1), atol=EXACT)


@given(
    st.tuples(coordinate, coordinate, st.floats(-3, 1)), st.tuples(coordinate, coordinate, st.floats(2, 5))
)
def test_a_look_at_pose_is_rigid_and_sees_its_target_in_the_middle(
    eye: tuple[float, float, float], target: tuple[float, float, float]
) -> None:
    pose = look_at(eye, target)
    np.testing.assert_allclose(pose[:3, :3].T @ pose[:3, :3], np.eye(3), atol=1e-9)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1)
    seen = np.linalg.inv(pose) @ (*target, 1)
    np.testing.assert_allclose(seen[:2], 0, atol=1e-9)
    assert seen[2] == pytest.approx(np.linalg.norm(np.subtract(target, eye)))
    assert pose[1, 1] >= 0  # the picture is upright


@pytest.mark.parametrize("target", [(0, 0, 0), (0, 4, 0), (0, -4, 0)])
def test_a_camera_without_direction_is_refused(target: tuple[float, float, float]) -> None:
    with pytest.raises(ContractError, match="direction"):
        look_at((0, 0, 0), target)


def test_spiral_is_equation_5() -> None:
    times = np.linspace(0, 1, 13)
    expected = [spiral_position(t, 0.4) for t in times]
    np.testing.assert_allclose(spiral_positions(times, 0.4, depth=1), expected, atol=EXACT)


def test_spiral_begins_and_ends_at_the_reference() -> None:
    np.testing.assert_allclose(spiral_positions([0, 0.5, 1], 0.4, 0.2), 0, atol=1e-15)


def test_spiral_cameras_look_at_the_pivot_and_scale_with_the_scene() -> None:
    small = spiral_path(12, 2.0, 0.15, 0.35, 0.5)
    large = spiral_path(12, 6.0, 0.15, 0.35, 0.5)
    np.testing.assert_allclose(small[0], np.eye(4), atol=EXACT)
    np.testing.assert_allclose(large[:, :3, :3], small[:, :3, :3], atol=1e-9)
    np.testing.assert_allclose(large[:, :3, 3], 3 * small[:, :3, 3], atol=1e-9)
    seen = np.linalg.inv(small) @ np.array([0, 0, 2.0, 1])
    np.testing.assert_allclose(seen[:, :2], 0, atol=1e-9)
    assert np.linalg.norm(small[:, :3, 3], axis=1).max() < 0.15 * 2 * 1.1


def test_standardised_tracks_begin_at_the_identity_and_keep_their_motion() -> None:
    given_track = track()
    relative = relative_to_first(given_track)
    np.testing.assert_allclose(relative[0], np.eye(4), atol=EXACT)
    np.testing.assert_allclose(given_track[0] @ relative, given_track, atol=1e-9)
    moved = look_at((5, 1, 2), (0, 0, 9)) @ given_track
    np.testing.assert_allclose(relative_to_first(moved), relative, atol=1e-9)


def test_track_scales() -> None:
    long, short = track(), track()
    short[:, :3, 3] *= 1e-3

    def reach(poses: np.ndarray) -> float:
        return float(np.linalg.norm(poses[:, :3, 3], axis=1).max())

    assert reach(fit_track(long, 2, 0.45, "cap")) == pytest.approx(0.9)
    assert reach(fit_track(long, 2, 0.45, "keep")) == pytest.approx(reach(relative_to_first(long)))
    assert reach(fit_track(short, 2, 0.45, "cap")) == pytest.approx(reach(relative_to_first(short)))
    assert reach(fit_track(short, 2, 0.45, "fit")) == pytest.approx(0.9)
    np.testing.assert_allclose(
        fit_track(long, 2, 0.45)[:, :3, :3], relative_to_first(long)[:, :3, :3], atol=EXACT
    )


def test_a_track_without_a_metre_is_multiplied_by_the_scenes_unit() -> None:
    short = track()
    short[:, :3, 3] *= 1e-3
    np.testing.assert_allclose(
        fit_track(short, 2, 0.45, unit_m=3)[:, :3, 3], 3 * relative_to_first(short)[:, :3, 3]
    )


def test_a_still_camera_stays_still() -> None:
    still = np.tile(look_at((1, 2, 3), (0, 0, 9)), (4, 1, 1))
    np.testing.assert_allclose(fit_track(still, 1, 0.45, "fit"), np.tile(np.eye(4), (4, 1, 1)), atol=1e-9)


@pytest.mark.parametrize("bad", [np.eye(4), np.zeros((0, 4, 4)), np.full((2, 4, 4), np.nan)])
def test_what_is_no_track_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ContractError, match="camera track"):
        relative_to_first(bad)
