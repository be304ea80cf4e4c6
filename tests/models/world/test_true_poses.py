"""True poses: confidence by what is seen, and 3D in camera axes that projects to the pixels."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.camera_path import CameraPath
from data_contracts.errors import ContractError
from models.world.filming.frame import Camera
from models.world.true_poses import HIDDEN_CONFIDENCE, true_poses
from models.world.truth import FigureTruth, Points
from models.world.visibility import project

T, K, WIDTH, HEIGHT = 3, 133, 64, 48
LENS = np.array([60.0, 60.0, 32.0, 24.0])


def _camera() -> CameraPath:
    poses = np.tile(np.diag([1.0, -1.0, -1.0, 1.0]), (T, 1, 1))
    poses[:, :3, 3] = [[0.1 * t, 1, 3] for t in range(T)]
    return CameraPath.of(
        poses, time_s=np.arange(T) / 24, intrinsics_px=np.tile(LENS, (T, 1)), width_px=WIDTH, height_px=HEIGHT
    )


def _figure(kind: str = "human") -> FigureTruth:
    rng = np.random.default_rng(1)
    xyz = rng.uniform([-1.6, 0, -0.3], [1.6, 2, 0.3], (T, K, 3))
    camera = _camera()
    xy = np.stack(
        [project(xyz[t], Camera(camera.world_from_camera[t], LENS, WIDTH, HEIGHT))[0] for t in range(T)]
    )
    within = (xy >= 0).all(axis=-1) & (xy < [WIDTH, HEIGHT]).all(axis=-1)
    points = Points(xyz, xy, within & (rng.random((T, K)) < 0.5))
    return FigureTruth("human-0001", kind, (), (), points, points)  # type: ignore[arg-type]


def test_confidence_says_seen_hidden_or_outside() -> None:
    figure = _figure()
    poses = true_poses([figure, figure], _camera(), 24.0)
    assert (poses.n_frames, poses.n_people) == (T, 2)
    seen = figure.keypoints.visible
    assert (poses.confidence[:, 1][seen] == 1).all()
    levels = set(np.unique(poses.confidence[:, 0][~seen]))
    assert levels == {0.0, HIDDEN_CONFIDENCE}
    assert (poses.keypoints_xy_px[poses.confidence == 0] == 0).all()


def test_camera_points_project_to_the_pixels() -> None:
    poses = true_poses([_figure()], _camera(), 24.0)
    assert poses.xyz_camera is not None and poses.xyz_unit == "m"
    xyz = poses.xyz_camera
    xy = xyz[..., :2] / xyz[..., 2:] * LENS[:2] + LENS[2:]
    found = poses.confidence > 0
    # float32 pixels of a few dozen: a thousandth is far above rounding.
    assert np.allclose(xy[found], poses.keypoints_xy_px[found], atol=1e-3)


def test_animals_have_no_such_poses() -> None:
    with pytest.raises(ContractError, match="only people"):
        true_poses([_figure("bird")], _camera(), 24.0)
