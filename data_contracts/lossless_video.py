"""Clips between two stages, the same pixels back: lossless H.264 (RGB) or FFV1 (8-bit grey) in Matroska."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import chain, count, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.clip_info import ClipInfo, probe
from data_contracts.errors import ContractError
from data_contracts.ffmpeg import BIT_EXACT, Process, encode, input_options, raw_input
from data_contracts.matroska import damaged_cluster

_RGB = ["-c:v", "libx264rgb", "-qp", "0", "-preset", "ultrafast", "-pix_fmt", "gbrp"]
"""x264 without quantisation, on the RGB planes as they are. 120 frames of 512 px take 0.7 s to write, 0.9 s
to read, drawn poses a quarter of that; FFV1 takes 2.0 and 2.2 s for files that are a quarter smaller."""
_GREY = ["-c:v", "ffv1", "-level", "3", "-g", "1", "-slices", "4", "-slicecrc", "1", "-pix_fmt", "gray"]
"""FFV1: fast enough for mattes, and H.264 without colour is read back as YUV."""


def write_lossless(path: Path | str, frames: Iterable[NDArray[np.uint8]], fps: float) -> Path:
    """Write a clip without loss; equal frames give equal bytes.

    Args:
        path: the ``.mkv`` file to write.
        frames: uint8 ``[T, H, W, 3]`` (RGB) or ``[T, H, W]`` (grey, such as an alpha of 0..255), or an
            iterable of such frames.
        fps: frames a second.

    Raises:
        ContractError: no frames, or frames of another type or of changing size.
    """
    path = Path(path)
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None or first.dtype != np.uint8 or not (first.ndim == 2 or first.shape[2:] == (3,)):
        raise ContractError(
            "nothing that can be written as a clip",
            where=path,
            expected="uint8 frames [H, W, 3] or [H, W]",
            got="no frames" if first is None else f"{first.dtype} {list(first.shape)}",
        )
    height, width = first.shape[:2]
    raw, coded = ("gray", _GREY) if first.ndim == 2 else ("rgb24", _RGB)
    options = [*raw_input(raw, width, height, fps), *coded, *BIT_EXACT, "-f", "matroska"]
    return encode(path, options, (_same(path, frame, first) for frame in chain([first], iterator)))


def read_lossless(path: Path | str) -> NDArray[np.uint8]:
    """Read a clip that ``write_lossless`` wrote, or a person mended and saved without loss.

    Returns:
        uint8 ``[T, H, W, 3]``, or ``[T, H, W]`` for a grey clip.

    Raises:
        ContractError: the file is not whole.
    """
    path = Path(path)
    info = probe(path)
    clip = np.empty((info.num_frames, *_shape(info)), np.uint8)
    surplus = np.empty(_shape(info), np.uint8)
    for _ in _decoded(path, info, chain(clip, repeat(surplus))):
        pass
    return clip


def iterate_lossless(path: Path | str) -> Generator[NDArray[np.uint8], None, None]:
    """Give the frames of ``read_lossless`` one by one; closing it ends the decoder."""
    path = Path(path)
    info = probe(path)
    yield from _decoded(path, info, (np.empty(_shape(info), np.uint8) for _ in count()))


def _shape(info: ClipInfo) -> tuple[int, ...]:
    return (info.height, info.width) if info.is_grey else (info.height, info.width, 3)


def _decoded(
    path: Path, info: ClipInfo, rooms: Iterable[NDArray[np.uint8]]
) -> Generator[NDArray[np.uint8], None, None]:
    """Fill one array after another with a frame and give it; at their end, raise where the clip is broken."""
    raw = "gray" if info.is_grey else "rgb24"
    if (cluster := damaged_cluster(path)) is not None:
        raise _not_whole(path, info.num_frames, f"other bytes than were written, in cluster {cluster}")
    options = ["-xerror", "-err_detect", "explode+crccheck", *input_options(path), "-map", "0:V:0"]
    process = Process([*options, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", raw, "pipe:1"])
    given = 0
    try:
        for room in rooms:
            if not process.fill(room):
                break
            yield room
            given += 1
        status = process.finish()
    finally:
        process.stop()
    if status or process.troubles or given != info.num_frames:
        raise _not_whole(path, info.num_frames, f"{given} good ones; " + "; ".join(process.troubles[:2]))


def _not_whole(path: Path, num_frames: int, got: str) -> ContractError:
    return ContractError(
        "the lossless clip is not whole",
        where=path,
        expected=f"{num_frames} frames",
        got=got,
        hint="Remove it from the store and run the stage that wrote it again.",
    )


def _same(path: Path, frame: NDArray[np.uint8], first: NDArray[np.uint8]) -> bytes:
    if frame.shape != first.shape or frame.dtype != first.dtype:
        raise ContractError(
            "the frames of a clip differ",
            where=path,
            expected=f"{first.dtype} {list(first.shape)}",
            got=f"{frame.dtype} {list(frame.shape)}",
        )
    return frame.tobytes()
