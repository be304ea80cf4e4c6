from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.camera.alignment import rotation_angle_deg
from models.camera.presets import CENTRE, PRESETS, look_at, preset_path


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
    if name != "static":
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
    np.testing.assert_allclose(preset_path("dolly_in", 5, {"distance": 0.4})[-1, :3, 3], [0, 0, 0.4])
    np.testing.assert_allclose(preset_path("dolly_out", 5, {"distance": 2})[-1, :3, 3], [0, 0, -2])
    np.testing.assert_allclose(preset_path("orbit", 5, {"angle_deg": 90})[-1, :3, 3], [1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(preset_path("crane", 5, {"rise": 0.3})[-1, :3, 3], [0, -0.3, 0])


def test_spiral_is_equation_5() -> None:
    t = np.linspace(0, 1, 13)
    path = preset_path("spiral", 13, {"radius": 0.2, "depth": 0.3})
    s, c = np.sin(2 * np.pi * t), np.cos(2 * np.pi * t)
    np.testing.assert_allclose(
        path[:, :3, 3], np.stack([0.2 * s * c, 0.2 * s * s, -0.3 * s], axis=1), atol=1e-12
    )
    np.testing.assert_allclose(path[-1], path[0], atol=1e-12)


def test_shake_follows_its_seed() -> None:
    first, again, other = (preset_path("shake", 40, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3
    calm = preset_path("shake", 40, {"angle_deg": 0, "shift": 0}, seed=1)
    np.testing.assert_allclose(calm, np.tile(np.eye(4), (40, 1, 1)), atol=1e-12)


def test_unknown_names_and_values_out_of_bounds_are_refused() -> None:
    with pytest.raises(InputError, match=r"no such camera preset.*dolly_in.*'zoom'"):
        preset_path("zoom", 5)
    with pytest.raises(InputError, match=r"dolly_in: distance.*0\.9"):
        preset_path("dolly_in", 5, {"distance": 0.95})
    with pytest.raises(InputError, match=r"pan: .*no such parameter.*yaw_deg.*got speed"):
        preset_path("pan", 5, {"speed": 1})
    with pytest.raises(InputError, match="cannot look"):
        look_at(np.array([[0.0, -1.0, 1.0]]))
