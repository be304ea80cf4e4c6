"""The frames of a video file with the time at which each is shown, and how frames are chosen by time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.clip_info import ClipInfo
from data_contracts.errors import InputError
from data_contracts.ffmpeg import FrameTime, Process, input_options
from data_contracts.image import flatten

_SAME_TIME_S = 1e-6
"""Times nearer to each other than this are the same; containers count in 1e-5 s and coarser."""


class TimedFrame(NamedTuple):
    """A decoded frame, and when it is shown in seconds after the clip's first."""

    pixels: NDArray[np.uint8]
    time_s: float
    duration_s: float


def decode(path: Path, info: ClipInfo, long_side_px: int | None) -> Generator[TimedFrame, None, None]:
    """Decode a video from its start; stop it early by closing the generator.

    Args:
        path: the video's file.
        info: what ``probe`` said about it.
        long_side_px: frames whose longer side is larger are scaled down to it.

    Yields:
        frames ``[H, W, 3]`` in the order in which they are shown.

    Raises:
        InputError: the stream breaks, stalls, changes its size, or its timestamps go backwards.
    """
    width, height = _size(info, long_side_px)
    channels = 4 if info.has_alpha else 3
    process = Process(_command(path, info, width, height, channels))
    count, first_s, before_s = 0, 0.0, 0.0
    size: tuple[int, int] | None = None
    try:
        while True:
            data = process.read(width * height * channels)
            if len(data) < width * height * channels:
                break
            shown = process.next_time()
            time_s, duration_s = _moment(shown, count, info)
            first_s = time_s if count == 0 else first_s
            if count and time_s - first_s < before_s - _SAME_TIME_S:
                raise _broken(
                    path, "its timestamps go backwards", count, info.fps, f"{time_s - first_s:g} s next"
                )
            size = size or (shown.width, shown.height) if shown else size
            if shown and (shown.width, shown.height) != size:
                raise _broken(
                    path, "its frames change size", count, info.fps, f"{shown.width}x{shown.height} next"
                )
            before_s = time_s - first_s
            pixels = np.frombuffer(data, np.uint8).reshape(height, width, channels)
            yield TimedFrame(flatten(pixels), before_s, duration_s)
            count += 1
        status = process.finish()
        if process.stalled:
            raise _broken(path, "decoding it stalled", count, info.fps, "no answer")
        if status or process.troubles:
            raise _broken(path, "its stream is broken", count, info.fps, "; ".join(process.troubles[:2]))
    finally:
        process.stop()


def every_frame(timed: Iterator[TimedFrame], start_s: float, fps: float) -> Iterator[NDArray[np.uint8]]:
    """All frames from the one nearest to ``start_s`` on."""
    for frame in timed:
        if frame.time_s >= start_s - 0.5 / fps:
            yield frame.pixels


def nearest_frames(timed: Iterator[TimedFrame], fps: float, start_s: float) -> Iterator[NDArray[np.uint8]]:
    """For each k the frame whose time is nearest to ``start_s + k / fps``, until the clip ends.

    The nearest rather than the last shown: that one would be late by half a frame on average.
    """
    held: TimedFrame | None = None
    k = 0
    for frame in timed:
        if held is not None:
            middle_s = (held.time_s + frame.time_s) / 2 + _SAME_TIME_S
            while start_s + k / fps <= middle_s:
                yield held.pixels
                k += 1
        held = frame
    if held is None:
        return
    end_s = held.time_s + held.duration_s - _SAME_TIME_S
    while start_s + k / fps < end_s:
        yield held.pixels
        k += 1


def _size(info: ClipInfo, long_side_px: int | None) -> tuple[int, int]:
    long = max(info.width, info.height)
    if long_side_px is None or long <= long_side_px:
        return info.width, info.height
    return max(1, round(info.width * long_side_px / long)), max(1, round(info.height * long_side_px / long))


def _command(path: Path, info: ClipInfo, width: int, height: int, channels: int) -> list[str]:
    scale = f"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
    if info.color_matrix != "rgb":
        scale += f":in_color_matrix={info.color_matrix}"
    # One thread and -xerror: the first error ends the decoding, right after the last good frame.
    return [
        *("-threads", "1", "-xerror", "-err_detect", "explode", *input_options(path), "-map", "0:V:0"),
        *("-fps_mode", "passthrough", "-vf", f"showinfo=checksum=0,{scale}"),
        *("-f", "rawvideo", "-pix_fmt", "rgba" if channels == 4 else "rgb24", "pipe:1"),
    ]


def _moment(shown: FrameTime | None, count: int, info: ClipInfo) -> tuple[float, float]:
    step_s = 1.0 / info.fps
    if shown is None or shown.time_s is None:
        return count * step_s, step_s
    return shown.time_s, shown.duration_s or step_s


def _broken(path: Path, what: str, good: int, fps: float, got: str) -> InputError:
    return InputError(
        f"the video cannot be trusted: {what} after {good} good frames",
        where=path,
        expected="a whole stream",
        got=got,
        hint=f"Export it again, or cut it before {good / fps:.2f} s." if good else "Export it again.",
    )
