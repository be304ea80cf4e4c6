from __future__ import annotations

import numpy as np
import pytest

from models.puppet.driver import DriverMotion
from models.puppet.retarget import RetargetConfig, retarget
from models.puppet.steadied import steadied
from tests.models.puppet.moving_body import driver, keypoints, reference

FRAMES, FOCAL, CENTRE = 24, 300.0, 160.0
HIPS = [11, 12]


def seen(turn: np.ndarray, focal: np.ndarray) -> tuple[DriverMotion, np.ndarray, np.ndarray]:
    """A body that stands four metres off, seen by a camera that turns right and zooms; path and lenses."""
    body = keypoints(FRAMES) * 1.7 - [0, 0.9, 0] + [0, 0, 4.0]
    path = np.tile(np.eye(4), (FRAMES, 1, 1))
    c, s = np.cos(turn), np.sin(turn)
    path[:, 0, 0], path[:, 0, 2], path[:, 2, 0], path[:, 2, 2] = c, s, -s, c
    camera = np.einsum("tji,tkj->tki", path[:, :3, :3], body)
    xy = camera[..., :2] / camera[..., 2:] * focal[:, None, None] + CENTRE
    lens = np.stack([focal, focal, np.full(FRAMES, CENTRE), np.full(FRAMES, CENTRE)], axis=1)
    return DriverMotion(xy, driver(keypoints(FRAMES)).confidence, 24.0), path, lens


def test_a_body_at_rest_is_at_rest_whatever_the_camera_does() -> None:
    moved, path, lens = seen(np.linspace(0, 0.3, FRAMES), np.linspace(1, 1.6, FRAMES) * FOCAL)
    assert np.ptp(moved.xy[:, HIPS, 0].mean(1)) > 80, "the camera moves it through the picture"
    steady = steadied(moved, path, lens, 4.0)
    assert np.ptp(steady.xy[:, HIPS].mean(1), axis=0).max() < 0.5
    tall = steady.xy[:, 15, 1] - steady.xy[:, 3, 1]
    np.testing.assert_allclose(tall, tall[0], rtol=0.06)  # the picture's rim stretches what is seen there


def test_a_figure_does_not_walk_because_the_camera_pans() -> None:
    moved, path, lens = seen(np.linspace(0, 0.4, FRAMES), np.full(FRAMES, FOCAL))

    def walked(motion: DriverMotion) -> float:
        done = retarget(reference(), motion, RetargetConfig())
        return float(np.ptp(done.joints_xy_px[:, 0, 0])) / done.height_px

    assert walked(moved) > 0.3
    assert walked(steadied(moved, path, lens, 4.0)) < 0.02


def test_who_is_followed_by_the_camera_walks() -> None:
    """In the middle of every frame while the camera turns: the way is the camera's turn."""
    still, path, lens = seen(np.zeros(FRAMES), np.full(FRAMES, FOCAL))
    turn = np.linspace(0, 0.3, FRAMES)
    path[:, 0, 0] = path[:, 2, 2] = np.cos(turn)
    path[:, 0, 2], path[:, 2, 0] = np.sin(turn), -np.sin(turn)
    way = steadied(still, path, lens, 4.0).xy[:, HIPS, 0].mean(1)
    assert way[-1] - way[0] == pytest.approx(FOCAL * np.tan(0.3), rel=0.06)


def test_a_motion_file_has_no_camera_and_a_long_turn_stays_finite() -> None:
    file = driver(keypoints(FRAMES))
    _, path, lens = seen(np.linspace(0, 0.3, FRAMES), np.full(FRAMES, FOCAL))
    assert steadied(file, path, lens, 4.0) is file
    round_about, path, lens = seen(np.zeros(FRAMES), np.full(FRAMES, FOCAL))
    turn = np.linspace(0, 3.0, FRAMES)
    path[:, 0, 0] = path[:, 2, 2] = np.cos(turn)
    path[:, 0, 2], path[:, 2, 0] = np.sin(turn), -np.sin(turn)
    assert np.abs(steadied(round_about, path, lens, 4.0).xy).max() < 6 * FOCAL


def test_an_orbit_that_looks_at_the_body_leaves_it_where_it_is() -> None:
    """Turns and steps of the camera cancel out; turns alone would make it swing."""
    angle = np.linspace(0, 0.5, FRAMES)
    still, path, lens = seen(-angle, np.full(FRAMES, FOCAL))
    path[:, 0, 3], path[:, 2, 3] = 4 * np.sin(angle), 4 - 4 * np.cos(angle)
    orbited = DriverMotion(np.repeat(still.xy[:1], FRAMES, axis=0), still.confidence, still.fps)
    way = steadied(orbited, path, lens, 4.0).xy[:, HIPS].mean(1)
    assert np.ptp(way, axis=0).max() < 1.0
