"""Real clips with known cameras: RealEstate10K, HoloLens, a synthetic living room."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.camera_path import invert_rigid
from data_contracts.image import read_image
from data_contracts.video import read_clip
from models.camera import FeaturesConfig, load
from models.camera.alignment import path_error

RE10K = ("0bf152ef84195293", "0c11dbe781b1c11c", "0f47577ab3441480", "2c80f9eb0d3b2bb4", "3c35b868a8ec3433")


def re10k(assets: Path, name: str) -> tuple[np.ndarray, float, np.ndarray]:
    """Frames with square pixels, horizontal angle of view in degrees, world-from-camera."""
    frames = read_clip(assets / "camera" / "re10k" / f"{name}.mp4")
    lines = (assets / "camera" / "re10k" / f"{name}.txt").read_text().splitlines()[1:]
    rows = np.array([[float(v) for v in line.split()] for line in lines if line.strip()])[: len(frames)]
    height, width = frames.shape[1:3]
    fx, fy = rows[0, 1] * width, rows[0, 2] * height
    square = np.stack([cv2.resize(frame, (width, round(height * fx / fy))) for frame in frames])
    camera_from_world = np.tile(np.eye(4), (len(frames), 1, 1))
    camera_from_world[:, :3] = rows[:, 7:19].reshape(-1, 3, 4)
    return square, 2 * float(np.degrees(np.arctan(width / 2 / fx))), invert_rigid(camera_from_world)


def check(frames: np.ndarray, fov_deg: float | None, true: np.ndarray, ate: float, turn_deg: float) -> None:
    found = load(FeaturesConfig(fov_deg=fov_deg))(frames)
    assert found.kind == "full", found.reason
    assert found.registered_share == 1
    error = path_error(found.world_from_camera, true)
    assert error.ate_share < ate
    assert error.rotation_deg < turn_deg


@pytest.mark.parametrize("name", RE10K[:2])
def test_re10k_with_known_lens(assets: Path, name: str) -> None:
    frames, fov_deg, true = re10k(assets, name)
    check(frames, fov_deg, true, ate=0.006, turn_deg=0.8)


@pytest.mark.slow
@pytest.mark.parametrize("known_lens", [True, False])
@pytest.mark.parametrize("name", RE10K)
def test_re10k(assets: Path, name: str, known_lens: bool) -> None:
    frames, fov_deg, true = re10k(assets, name)
    check(frames, fov_deg if known_lens else None, true, ate=0.015, turn_deg=2.0)


@pytest.mark.slow
@pytest.mark.parametrize("known_lens", [True, False])
def test_hololens(assets: Path, known_lens: bool) -> None:
    folder = assets / "camera" / "hololens"
    frames = np.stack([read_image(path)[..., :3] for path in sorted((folder / "images").iterdir())])
    fx = np.loadtxt(folder / "K.txt").reshape(3, 3)[0, 0]
    fov_deg = 2 * float(np.degrees(np.arctan(frames.shape[2] / 2 / fx)))
    check(
        frames,
        fov_deg if known_lens else None,
        np.loadtxt(folder / "poses.txt").reshape(-1, 4, 4),
        0.015,
        1.0,
    )


@pytest.mark.slow
@pytest.mark.parametrize("known_lens", [True, False])
def test_living_room(assets: Path, known_lens: bool) -> None:
    folder = assets / "camera" / "livingroom_synth"
    paths = sorted((folder / "image").iterdir())
    lines = (folder / "trajectory.log").read_text().splitlines()
    blocks = [int(path.stem) for path in paths]
    true = np.array([[[float(v) for v in lines[5 * b + 1 + r].split()] for r in range(4)] for b in blocks])
    frames = np.stack([read_image(path)[..., :3] for path in paths])
    fov_deg = 2 * float(np.degrees(np.arctan(320 / 525)))
    check(frames, fov_deg if known_lens else None, true, 0.01, 1.0)
