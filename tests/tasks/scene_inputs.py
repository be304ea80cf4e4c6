"""Inputs of the scene stages, drawn."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import format_json, format_tum
from data_contracts.camera_path import CameraPath
from data_contracts.image import write_png
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef

SIZE = (96, 128)


def park() -> NDArray[np.uint8]:
    """Sky, meadow and a trunk."""
    rng = np.random.default_rng(0)
    rgb = np.empty((*SIZE, 3), np.float64)
    rgb[:48] = np.linspace((90, 140, 230), (170, 200, 245), 48)[:, None]
    rgb[48:] = (70, 120, 40) + rng.normal(0, 12, (48, SIZE[1], 1))
    rgb[22:70, 96:112] = (90, 50, 30) + rng.normal(0, 10, (48, 16, 1))
    return np.clip(rgb, 0, 255).astype(np.uint8)


def figure() -> NDArray[np.bool_]:
    """An ellipse in front of the park."""
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    return ((x - 50) / 14) ** 2 + ((y - 55) / 32) ** 2 < 1


def still(folder: Path, image: NDArray[np.uint8]) -> Media:
    folder.mkdir(parents=True, exist_ok=True)
    path = write_png(folder / "still.png", image)
    return Media(
        kind="still", content=FileRef.of(path, folder), name="still.png", width_px=image.shape[1],
        height_px=image.shape[0], num_frames=1, has_alpha=image.shape[2] == 4,
    ).placed(folder)  # fmt: skip


def matte_of(folder: Path, mask: NDArray[np.bool_]) -> Matte:
    folder.mkdir(parents=True, exist_ok=True)
    path = write_png(folder / "alpha.png", mask)
    return Matte(
        kind="still", alpha=FileRef.of(path, folder), width_px=mask.shape[1], height_px=mask.shape[0],
        num_frames=1, method="drawn", coverage=float(mask.mean()), confidence=1,
    ).placed(folder)  # fmt: skip


def camera_of(folder: Path, poses: NDArray[np.float64], metric: bool = False) -> CameraTrack:
    folder.mkdir(parents=True, exist_ok=True)
    path = CameraPath.of(poses, time_s=np.arange(len(poses)) / 12)
    (folder / "camera.json").write_text(format_json(path))
    (folder / "camera.tum").write_text(format_tum(path))
    return CameraTrack(
        track=FileRef.of(folder / "camera.json", folder), tum=FileRef.of(folder / "camera.tum", folder),
        kind="given", num_frames=len(poses), metric=metric, confidence=1,
    ).placed(folder)  # fmt: skip
