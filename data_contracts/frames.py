"""A clip as a folder of pictures, one a frame, in the order of the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.image import flatten, read_image, write_png

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".ppm")


def frame_paths(folder: Path | str) -> list[Path]:
    """The pictures of a folder, ``frame_2`` before ``frame_10``. Other files are left aside.

    Raises:
        InputError: no such folder, no pictures in it, or several sequences or formats mixed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("there is no such folder", where=folder, hint="Check the path.")
    members = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(".")]
    if not members:
        raise InputError(
            "the folder holds no pictures",
            where=folder,
            expected="files such as 00000.png, 00001.png",
            got=f"{sum(1 for _ in folder.iterdir())} other files",
            hint="Put one picture a frame into it.",
        )
    sequences = sorted({(re.sub(r"\d+", "#", p.stem), p.suffix.lower()) for p in members})
    if len(sequences) > 1:
        shown = ", ".join(stem + suffix for stem, suffix in sequences[:4])
        raise InputError(
            "the folder mixes several sequences",
            where=folder,
            expected="names that differ in their number only",
            got=f"{len(sequences)} kinds of name: {shown}",
            hint="Keep one sequence a folder.",
        )
    return sorted(members, key=lambda path: ([int(n) for n in re.findall(r"\d+", path.stem)], path.name))


def iterate_frames(
    folder: Path | str, num_frames: int | None = None, long_side_px: int | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Give the frames of a folder one by one; transparency is laid over white.

    Args:
        folder: a folder of pictures.
        num_frames: at most this many, from the first.
        long_side_px: frames whose longer side is larger are scaled down to it.

    Yields:
        uint8 RGB ``[H, W, 3]``, all of one size.

    Raises:
        InputError: a picture cannot be read, or differs from the first in size.
    """
    size: tuple[int, int] | None = None
    for path in frame_paths(folder)[:num_frames]:
        frame = flatten(read_image(path))
        size = size or (frame.shape[1], frame.shape[0])
        if (frame.shape[1], frame.shape[0]) != size:
            raise InputError(
                "the frames of the folder differ in size",
                where=path,
                expected=f"{size[0]}x{size[1]} as the first",
                got=f"{frame.shape[1]}x{frame.shape[0]}",
                hint="Make all frames equally large.",
            )
        yield scale_down(frame, long_side_px)


def read_frames(
    folder: Path | str, num_frames: int | None = None, long_side_px: int | None = None
) -> NDArray[np.uint8]:
    """Read a folder of frames as uint8 RGB ``[T, H, W, 3]``; see ``iterate_frames``."""
    return np.stack(list(iterate_frames(folder, num_frames, long_side_px)))


def write_frames(folder: Path | str, frames: NDArray[np.uint8]) -> Path:
    """Write uint8 ``[T, H, W]``, ``[T, H, W, 3]`` or ``[T, H, W, 4]`` as 00000.png, 00001.png, ..."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(frames):
        write_png(folder / f"{number:05d}.png", frame)
    return folder


def scale_down(image: NDArray[np.uint8], long_side_px: int | None) -> NDArray[np.uint8]:
    """Make a picture's longer side at most ``long_side_px``; never larger.

    With an alpha channel ``[H, W, 4]``, colours are weighted by alpha, so that what hides under
    transparent pixels does not bleed into the edge.
    """
    height, width = image.shape[:2]
    long = max(height, width)
    if long_side_px is None or long <= long_side_px:
        return image
    size = (max(1, round(width * long_side_px / long)), max(1, round(height * long_side_px / long)))
    if image.ndim == 2 or image.shape[2] == 3:
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    alpha = image[..., 3:].astype(np.float32) / 255.0
    weighted = np.dstack([image[..., :3] * alpha, alpha * 255.0])
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    small[..., :3] /= np.maximum(small[..., 3:] / 255.0, 1e-3)
    return np.asarray(np.clip(np.round(small), 0, 255), dtype=np.uint8)
