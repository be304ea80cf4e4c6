"""Pictures without figures whose depth is known: what the estimate_depth role measures on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.image import read_image
from data_contracts.take import Take
from flows.accuracy.real_cameras import LIVING_ROOM_FOCAL_PX
from flows.accuracy.role import Case, Sources
from flows.world.read import first_of_shots, read_camera_path, read_clean, read_geometry, read_takes

_ROOMS, _BACKDROPS = ("room", "kitchen"), ("backdrop", "studio")
_REAL = {"HoloLens": ("hololens", "images"), "living room": ("livingroom_synth", "image")}
_QUICK_PICTURES, _FULL_PICTURES = 3, 8
"""Of one real sequence: they overlap, so more of them say little more."""


@dataclass(frozen=True)
class DepthPictures:
    """Some pictures of one place: of a take's clean frames, or of a real sequence's files."""

    take: Take | None = None
    files: tuple[tuple[Path, Path], ...] = ()
    """Picture and depth (16 bits, millimetres, 0 for unknown) of each."""
    focal_px: float = 0.0
    """Of the real pictures."""


class DepthPicture(NamedTuple):
    """One picture with its truth."""

    rgb: NDArray[np.uint8]
    """[H, W, 3]."""
    depth_m: NDArray[np.float32]
    """[H, W] along z; 0 where there is sky or nothing was measured."""
    focal_px: float


def place_kind(take: Take) -> str:
    """Rooms, backdrops (studios too) or outdoors: what depth has to be told from differs."""
    kind = take.place.split("-")[0]
    return "rooms" if kind in _ROOMS else "backdrops" if kind in _BACKDROPS else "outdoors"


def depth_cases(sources: Sources) -> Iterator[Case]:
    """One case a shot of the puppet world and one a real sequence."""
    for take in first_of_shots(read_takes(sources.world)):  # clean places, without figures
        yield Case(f"puppet world, {place_kind(take)}", take.shot, DepthPictures(take))
    if sources.assets is None:
        return
    number = _QUICK_PICTURES if sources.quick else _FULL_PICTURES
    for data_set, (name, pictures) in _REAL.items():
        folder = sources.assets / "camera" / name
        if folder.is_dir():
            yield Case(data_set, name, _sequence(folder, pictures, number))


def _sequence(folder: Path, pictures: str, number: int) -> DepthPictures:
    files = sorted((folder / pictures).iterdir())
    picks = [files[i] for i in np.linspace(0, len(files) - 1, number).astype(int)]
    lens = folder / "K.txt"
    focal = float(np.loadtxt(lens).reshape(3, 3)[0, 0]) if lens.is_file() else LIVING_ROOM_FOCAL_PX
    return DepthPictures(
        files=tuple((path, folder / "depth" / f"{path.stem}.png") for path in picks), focal_px=focal
    )


def read_depth_pictures(pictures: DepthPictures) -> list[DepthPicture]:
    """Read what a case names: of a take its first and its last clean frame.

    Raises:
        InputError: a file cannot be read or is no depth.
        ContractError: a take's file is damaged.
    """
    if pictures.take is None:
        return [
            DepthPicture(read_image(picture)[..., :3], read_millimetres(depth), pictures.focal_px)
            for picture, depth in pictures.files
        ]
    clean, depth = read_clean(pictures.take), read_geometry(pictures.take).clean_depth_m
    lens = read_camera_path(pictures.take).intrinsics_px
    assert lens is not None, "a take's camera has its lens"
    return [DepthPicture(clean[t], depth[t], float(lens[t, 0])) for t in (0, -1)]


def read_millimetres(path: Path) -> NDArray[np.float32]:
    """Depth in metres [H, W] of a 16-bit grey PNG in millimetres; 0 where nothing was measured.

    Raises:
        InputError: the file is not there or not of that kind.
    """
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.dtype != np.uint16 or stored.ndim != 2:
        raise InputError(
            "not a picture of depth",
            where=path,
            expected="a grey PNG of 16 bits, millimetres",
            got="nothing readable" if stored is None else f"{stored.dtype} {stored.shape}",
        )
    return np.asarray(stored, np.float32) / np.float32(1000)
