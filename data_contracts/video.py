"""A clip: how video files of all kinds are read into frames, and how results are written as MP4.

The lossless clips between stages are in ``lossless_video.py``, and can be had from here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data_contracts.clip_info import ClipInfo, probe
from data_contracts.errors import ContractError, InputError
from data_contracts.ffmpeg import BIT_EXACT, encode, raw_input
from data_contracts.lossless_video import iterate_lossless, read_lossless, write_lossless
from data_contracts.timed_frames import decode, every_frame, nearest_frames

__all__ = [
    "ClipInfo",
    "iterate_clip",
    "iterate_lossless",
    "probe",
    "read_clip",
    "read_lossless",
    "write_lossless",
    "write_mp4",
]

MAX_CLIP_BYTES = 4 * 1024**3
"""Most memory that a clip read as one array may take."""


def read_clip(
    path: Path | str,
    fps: float | None = None,
    num_frames: int | None = None,
    start_s: float = 0.0,
    long_side_px: int | None = None,
) -> NDArray[np.uint8]:
    """Read a clip as one array; see ``iterate_clip`` for what is applied and raised.

    Returns:
        uint8 RGB ``[T, H, W, 3]``.
    """
    frames: list[NDArray[np.uint8]] = []
    total = 0
    for frame in iterate_clip(path, fps, num_frames, start_s, long_side_px):
        frames.append(frame)
        total += frame.nbytes
        if total > MAX_CLIP_BYTES:
            raise InputError(
                "the clip is too long to be held in memory",
                where=path,
                expected=f"at most {MAX_CLIP_BYTES // 1024**3} GiB of frames",
                got=f"more than {len(frames)} frames of {frame.shape[1]}x{frame.shape[0]}",
                hint="Set num_frames, or a smaller long side.",
            )
    return np.stack(frames)


def iterate_clip(
    path: Path | str,
    fps: float | None = None,
    num_frames: int | None = None,
    start_s: float = 0.0,
    long_side_px: int | None = None,
) -> Iterator[NDArray[np.uint8]]:
    """Give a clip's frames one by one, as a player shows them: upright, square pixels, sRGB.

    Frame k is the one whose timestamp is nearest to ``start_s + k / fps``. Without ``fps`` all frames come,
    unless their spacing is uneven: then they are resampled at their mean rate. Transparency is laid over
    white. Sound is ignored.

    Args:
        path: any video, or an animated GIF, PNG or WebP.
        fps: rate of the frames that are given.
        num_frames: at most this many frames.
        start_s: time of the first frame.
        long_side_px: frames whose longer side is larger are scaled down to it.

    Yields:
        uint8 RGB ``[H, W, 3]``, all of one size.

    Raises:
        InputError: the file cannot be read, or its stream breaks before the last frame asked for.
    """
    path = Path(path)
    _check_request(fps, num_frames, start_s, long_side_px)
    info = probe(path)
    if fps is None and info.variable_frame_rate:
        fps = info.fps
    timed = decode(path, info, long_side_px)
    chosen = every_frame(timed, start_s, info.fps) if fps is None else nearest_frames(timed, fps, start_s)
    given = 0
    try:
        for frame in chosen:
            yield frame
            given += 1
            if given == num_frames:
                return
    finally:
        timed.close()
    if not given:
        raise InputError(
            "the clip has no frames there",
            where=path,
            expected=f"a start before {info.duration_s:g} s",
            got=f"{start_s:g} s",
            hint="Start earlier.",
        )


def write_mp4(
    path: Path | str,
    frames: Iterable[NDArray[np.uint8]],
    fps: float,
    crf: int = 16,
    preset: Literal["medium", "veryfast"] = "medium",
) -> tuple[int, int]:
    """Write a clip that every browser plays: H.264 High, yuv420p, BT.709, index in front.

    H.264 needs even sides here: an odd one is made longer by repeating the last row or column. Equal frames
    give equal bytes.

    Args:
        path: the ``.mp4`` file to write.
        frames: uint8 RGB ``[T, H, W, 3]`` or an iterable of ``[H, W, 3]``.
        fps: frames a second.
        crf: x264's quality, 0 (lossless) to 51; 16 looks the same as the original.
        preset: x264's effort. 'veryfast' takes 40 % of the time and loses 1 dB: good enough for previews.

    Returns:
        Width and height as written.

    Raises:
        ContractError: no frames, or frames of another type or of changing size.
    """
    path = Path(path)
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None or first.ndim != 3 or first.shape[2] != 3 or first.dtype != np.uint8:
        got = "no frames" if first is None else f"{first.dtype} {list(first.shape)}"
        raise ContractError(
            "nothing that can be written as a clip", where=path, expected="uint8 [H, W, 3] frames", got=got
        )
    height, width = (side + side % 2 for side in first.shape[:2])
    to_yuv = "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+bitexact"
    tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
    arguments = [
        *raw_input("rgb24", width, height, fps),
        *("-vf", f"{to_yuv},format=yuv420p", "-c:v", "libx264", "-preset", preset, "-crf", str(crf)),
        *(*tags, *BIT_EXACT, "-movflags", "+faststart", "-f", "mp4"),
    ]
    encode(path, arguments, (_even(frame, first).tobytes() for frame in chain([first], iterator)))
    return width, height


def _even(frame: NDArray[np.uint8], first: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if frame.shape != first.shape or frame.dtype != first.dtype:
        raise ContractError(
            "the frames of a clip differ", expected=f"{list(first.shape)}", got=f"{list(frame.shape)}"
        )
    height, width = frame.shape[:2]
    if height % 2 or width % 2:
        frame = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(frame)


def _check_request(
    fps: float | None, num_frames: int | None, start_s: float, long_side_px: int | None
) -> None:
    if fps is not None and not 0 < fps <= 1000:
        raise InputError("a clip cannot be read at this rate", expected="above 0, at most 1000", got=fps)
    if num_frames is not None and num_frames < 1:
        raise InputError("too few frames are asked for", expected="at least 1", got=num_frames)
    if start_s < 0:
        raise InputError("a clip cannot start before its start", expected="0 s or later", got=start_s)
    if long_side_px is not None and long_side_px < 16:
        raise InputError("the long side is too short", expected="at least 16 px", got=long_side_px)
