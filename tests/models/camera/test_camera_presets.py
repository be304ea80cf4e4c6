from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.errors import InputError
from models.camera.alignment import rotation_angle_deg
from models.camera.presets import CENTRE, PRESETS, look_at, preset_path, preset_zoom, spiral_positions
from tests.reference.scene import spiral_position

EXACT = 1e-12
"""Rotations and positions in float64 are right to rounding."""

coordinate = st.floats(-3, 3, allow_nan=False)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_are_rigid_smooth_and_start_at_the_identity(name: str) -> None:
    path = preset_path(name, 49)
    assert path.shape == (49, 4, 4)
    np.testing.assert_allclose(path[0], np.eye(4), atol=1e-12)
    rotation = path[:, :3, :3]
    np.testing.assert_allclose(
        np.swapaxes(rotation, 1, 2) @ rotation, np.tile(np.eye(3), (49, 1, 1)), atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(rotation), 1)
    assert np.linalg.norm(np.diff(path[:, :3, 3], axis=0), axis=1).max() < 0.05
    step = np.swapaxes(rotation[:-1], 1, 2) @ rotation[1:]
    assert rotation_angle_deg(step).max() < 2.5
    zoom = preset_zoom(name, 49)
    assert zoom[0] == 1
    assert (zoom == 1).all() == (name != "zoom")
    if name not in ("static", "zoom"):
        assert np.abs(path - np.eye(4)).max() > 1e-3
    assert preset_path(name, 1).shape == (1, 4, 4)


@pytest.mark.parametrize("name", ["orbit", "crane", "spiral"])
def test_moves_around_the_centre_keep_it_in_the_middle_of_the_picture(name: str) -> None:
    path = preset_path(name, 25)
    seen = np.einsum("tji,tj->ti", path[:, :3, :3], CENTRE - path[:, :3, 3])
    np.testing.assert_allclose(seen[:, :2], 0, atol=1e-12)
    assert (seen[:, 2] > 0.5).all()
    assert (path[:, 1, 1] > 0.9).all()  # the picture's down stays the world's down


def test_directions_by_hand() -> None:
    pan = preset_path("pan", 5, {"yaw_deg": 30, "pitch_deg": 0})[-1]
    np.testing.assert_allclose(pan[:3, 2], [0.5, 0, np.sqrt(0.75)], atol=1e-12)  # looks to the right
    up = preset_path("pan", 5, {"yaw_deg": 0, "pitch_deg": 30})[-1]
    np.testing.assert_allclose(up[:3, 2], [0, -0.5, np.sqrt(0.75)], atol=1e-12)  # y is down
    roll = preset_path("roll", 5, {"angle_deg": 30})[-1]
    np.testing.assert_allclose(roll[:3, 0], [np.sqrt(0.75), 0.5, 0], atol=1e-12)  # its right side sinks
    np.testing.assert_allclose(roll[:3, 2], [0, 0, 1], atol=1e-12)  # it looks where it looked
    np.testing.assert_allclose(preset_path("dolly_in", 5, {"distance": 0.4})[-1, :3, 3], [0, 0, 0.4])
    np.testing.assert_allclose(preset_path("dolly_out", 5, {"distance": 2})[-1, :3, 3], [0, 0, -2])
    np.testing.assert_allclose(preset_path("orbit", 5, {"angle_deg": 90})[-1, :3, 3], [1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(preset_path("crane", 5, {"rise": 0.3})[-1, :3, 3], [0, -0.3, 0])


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
    with pytest.raises(InputError, match="cannot look"):
        look_at((0, 0, 0), target)


def test_several_cameras_look_at_once() -> None:
    positions = np.random.default_rng(2).uniform(-0.3, 0.3, (2, 3, 3))
    together = look_at(positions)
    assert together.shape == (2, 3, 4, 4)
    np.testing.assert_allclose(together[1, 2], look_at(positions[1, 2]), atol=EXACT)


def test_spiral_is_equation_5() -> None:
    times = np.linspace(0, 1, 13)
    expected = [spiral_position(t, 0.4) for t in times]
    np.testing.assert_allclose(spiral_positions(times, 0.4, depth=1), expected, atol=EXACT)
    path = preset_path("spiral", 13, {"radius": 0.2, "depth": 0.3})
    np.testing.assert_allclose(path[:, :3, 3], spiral_positions(times, 0.2, 0.3), atol=EXACT)
    np.testing.assert_allclose(path[[0, 6, 12]], np.tile(np.eye(4), (3, 1, 1)), atol=1e-12)


def test_a_zoom_grows_by_equal_shares_and_moves_nothing() -> None:
    zoom = preset_zoom("zoom", 5, {"factor": 2})
    np.testing.assert_allclose(zoom[[0, 2, 4]], [1, np.sqrt(2), 2])
    assert (preset_zoom("zoom", 9, {"factor": 0.5})[1:] < 1).all()
    np.testing.assert_array_equal(preset_path("zoom", 5), preset_path("static", 5))
    with pytest.raises(InputError, match=r"zoom: factor"):
        preset_zoom("zoom", 5, {"factor": 9})


def test_shake_follows_its_seed() -> None:
    first, again, other = (preset_path("shake", 40, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3
    calm = preset_path("shake", 40, {"angle_deg": 0, "shift": 0}, seed=1)
    np.testing.assert_allclose(calm, np.tile(np.eye(4), (40, 1, 1)), atol=1e-12)


def test_unknown_names_and_values_out_of_bounds_are_refused() -> None:
    with pytest.raises(InputError, match=r"no such camera preset.*dolly_in.*'fly'"):
        preset_path("fly", 5)
    with pytest.raises(InputError, match=r"dolly_in: distance.*0\.9"):
        preset_path("dolly_in", 5, {"distance": 0.95})
    with pytest.raises(InputError, match=r"pan: .*no such parameter.*yaw_deg.*got speed"):
        preset_path("pan", 5, {"speed": 1})
    with pytest.raises(InputError, match="cannot look"):
        look_at(np.array([[0.0, -1.0, 1.0]]))
