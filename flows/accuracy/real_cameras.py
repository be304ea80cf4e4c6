"""Real clips whose camera is known: RealEstate10K, a HoloLens walk, a synthetic living room."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_formats import read_camera
from data_contracts.camera_path import Floats
from data_contracts.errors import InputError
from data_contracts.image import read_image
from data_contracts.video import read_clip

LIVING_ROOM_FOCAL_PX = 525.0
"""Of the 640 x 480 pictures, as the sequence's authors give it."""


class FilmedPath(NamedTuple):
    """A clip and the true path of its camera."""

    frames: NDArray[np.uint8]
    """[T, H, W, 3], square pixels."""
    world_from_camera: Floats
    """[T, 4, 4]; the unit is each set's own."""
    focal_px: NDArray[np.float64]
    """[T]."""
    centre: tuple[float, float] = (0.5, 0.5)
    """Principal point in shares of width and height."""

    @property
    def fov_deg(self) -> float:
        """Horizontal angle of view in the first frame."""
        return 2 * float(np.degrees(np.arctan(self.frames.shape[2] / 2 / self.focal_px[0])))


def real_clips(assets: Path) -> list[tuple[str, str]]:
    """(data set, clip) of all that is there."""
    folder = assets / "camera"
    found = [("RealEstate10K", path.stem) for path in sorted((folder / "re10k").glob("*.mp4"))]
    for data_set, name in (("HoloLens", "hololens"), ("living room", "livingroom_synth")):
        if (folder / name).is_dir():
            found.append((data_set, name))
    return found


def read_real_clip(assets: Path, name: str) -> FilmedPath:
    """Read one clip that `real_clips` names.

    Raises:
        InputError: its files are not there or not as their authors left them.
    """
    folder = assets / "camera"
    if name == "hololens":
        return _hololens(folder / name)
    if name == "livingroom_synth":
        return _living_room(folder / name)
    return _re10k(folder / "re10k" / f"{name}.mp4")


def _re10k(path: Path) -> FilmedPath:
    frames = read_clip(path)
    camera = read_camera(path.with_suffix(".txt"))
    lens, known = camera.intrinsics_px, (camera.width_px, camera.height_px)
    if camera.n_frames < len(frames) or lens is None or None in known:
        raise InputError("not one camera a frame", where=path, expected=len(frames), got=camera.n_frames)
    height, width = frames.shape[1:3]
    fx, fy = lens[: len(frames), :2].mean(axis=0) * (width, height) / np.array(known, np.float64)
    # The films are wide and were squeezed: stretched again, they keep every pixel that was left of them.
    size = (round(width * fy / fx), height)
    square = np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC) for frame in frames])
    return FilmedPath(
        square.astype(np.uint8), camera.world_from_camera[: len(frames)], np.full(len(frames), fy)
    )


def _hololens(folder: Path) -> FilmedPath:
    frames = _pictures(folder / "images")
    poses = np.loadtxt(folder / "poses.txt").reshape(-1, 4, 4)
    lens = np.loadtxt(folder / "K.txt").reshape(3, 3)
    centre = (float(lens[0, 2]) / frames.shape[2], float(lens[1, 2]) / frames.shape[1])
    return FilmedPath(frames, poses[: len(frames)], np.full(len(frames), lens[0, 0]), centre)


def _living_room(folder: Path) -> FilmedPath:
    """Five lines a frame: three numbers, then four rows of world-from-camera; some frames are kept."""
    lines = (folder / "trajectory.log").read_text(encoding="utf-8").splitlines()
    kept = [int(path.stem) for path in sorted((folder / "image").iterdir())]
    poses = np.array(
        [[[float(word) for word in lines[5 * block + 1 + row].split()] for row in range(4)] for block in kept]
    )
    return FilmedPath(_pictures(folder / "image"), poses, np.full(len(poses), LIVING_ROOM_FOCAL_PX))


def _pictures(folder: Path) -> NDArray[np.uint8]:
    return np.stack([read_image(path)[..., :3] for path in sorted(folder.iterdir())])
