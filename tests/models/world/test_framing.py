"""Framing: the subject's outermost point lies where it was asked to lie, whoever performs."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.filming.frame import Camera
from models.world.framing import CLIP_SHARE, STILL_SHARE, frame_cast, frame_still
from models.world.shot import Drawn, Role
from models.world.visibility import project

SIZE = (96, 64)
POSE = np.array([[1, 0, 0, 0], [0, -1, 0, 0.3], [0, 0, -1, 6.0], [0, 0, 0, 1]])
LENS = np.array([100.0, 100.0, 48.0, 32.0])
HALF = np.array(SIZE) / 2


def _role(x: float) -> Role:
    return Role(kind="bird", motion=Drawn(kind="hop", seed=1), position_m=(x, 0.0), yaw_deg=0.0)


def test_a_still_is_filled_by_its_points() -> None:
    points = np.random.default_rng(1).uniform([-0.9, 0.2, -0.3], [0.1, 1.7, 0.3], (40, 3))
    camera = frame_still(Camera(POSE, LENS, *SIZE), points)
    xy, depth = project(points, camera)
    assert (depth > 0).all()
    assert np.abs((xy - HALF) / HALF).max() == pytest.approx(STILL_SHARE)
    assert np.allclose(camera.world_from_camera[:3, 3], POSE[:3, 3]), "the camera stays where it was"


def test_a_clip_is_zoomed_alike_in_all_frames() -> None:
    poses, lenses = np.stack([POSE, POSE]), np.stack([LENS, LENS * [1.4, 1.4, 1, 1]])
    framed = frame_cast(poses, lenses, SIZE, [_role(0.0)])
    assert np.allclose(framed[1] / framed[0], [1.4, 1.4, 1, 1])
    assert (framed[:, 0] > lenses[:, 0]).all(), "a bird far away is brought near"


def test_two_need_more_room_than_one() -> None:
    poses, lenses = POSE[None], LENS[None] * [2, 2, 1, 1]
    one, two = (frame_cast(poses, lenses, SIZE, roles) for roles in ([_role(0)], [_role(-0.8), _role(0.8)]))
    assert two[0, 0] < one[0, 0]
    # The rightmost reach of the right one, half a metre beside it, lies at the asked share of the half side.
    xy, _ = project(np.array([[1.3, 0.0, 0.0]]), Camera(POSE, two[0], *SIZE))
    assert (xy[0, 0] - HALF[0]) / HALF[0] == pytest.approx(CLIP_SHARE, abs=0.05)
