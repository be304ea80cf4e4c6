"""The ffmpeg program that comes with imageio-ffmpeg: its command lines and its two kinds of process."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from io import BufferedReader
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import cast

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import BunrakuError, ContractError, InputError

STALL_S = 60.0
"""A process that neither gives nor takes a byte for so long is taken for hung and ended."""

CONTAINERS = "mov,matroska,avi,gif,apng,webp_anim,mpegts,mpeg,flv,ogg,asf,nut,mxf,ivf,h264,hevc,dv"
"""Demuxers that may be tried. Play lists and scripts are left out: they could open other files."""

BIT_EXACT = ["-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
"""No dates, versions or random numbers in the file, and no dependence on the number of cores."""

_TROUBLE = re.compile(r"\[(error|fatal)\] (.*)")
# The filter's times in seconds have six digits, too few for a long clip: its ticks are exact.
_TIME_BASE = re.compile(r"config in time_base: (\d+)/(\d+)")
_SHOWINFO = re.compile(r"\bn: *\d+ pts: *(-?\d+|NOPTS) pts_time:\S+ *duration: *(-?\d+) .*? s:(\d+)x(\d+)")


def executable() -> str:
    """Path of the ffmpeg program."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def input_options(path: Path) -> list[str]:
    """Options that open one local video file, and nothing else that it may name."""
    whitelist = ["-format_whitelist", CONTAINERS, "-protocol_whitelist", "file,pipe"]
    return ["-hide_banner", "-nostdin", "-loglevel", "level+info", *whitelist, "-i", f"file:{path}"]


class FrameTime:
    """When a decoded frame is shown, and its size as decoded."""

    __slots__ = ("duration_s", "height", "time_s", "width")

    def __init__(self, time_s: float | None, duration_s: float | None, width: int, height: int) -> None:
        self.time_s = time_s
        self.duration_s = duration_s
        self.width = width
        self.height = height


class Process:
    """A running ffmpeg: its messages are drained all the time, and a stalled one is ended."""

    def __init__(self, arguments: list[str], *, feeds: bool = False, stall_s: float = STALL_S) -> None:
        self._stall_s = stall_s
        self._waiting_since: float | None = None
        self.stalled = False
        self.troubles: list[str] = []
        self.times: SimpleQueue[FrameTime] = SimpleQueue()
        stdin = subprocess.PIPE if feeds else subprocess.DEVNULL
        self._child = subprocess.Popen(
            [executable(), *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._messages = threading.Thread(target=self._drain, daemon=True)
        self._messages.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def read(self, num_bytes: int) -> bytes:
        """Up to ``num_bytes`` of output; less only at its end."""
        assert self._child.stdout is not None
        with self._awaited():
            return self._child.stdout.read(num_bytes)

    def fill(self, frame: NDArray[np.uint8]) -> bool:
        """Read output into a whole contiguous ``frame``; False where it ended before."""
        with self._awaited():
            return cast("BufferedReader", self._child.stdout).readinto(frame.data.cast("B")) == frame.nbytes

    def write(self, data: bytes) -> None:
        """Give input; an ffmpeg that has ended is noticed in ``finish``."""
        assert self._child.stdin is not None
        with self._awaited():
            self._child.stdin.write(data)

    def next_time(self) -> FrameTime | None:
        """The time of the next frame, in the order of the frames."""
        try:
            return self.times.get(timeout=5.0)
        except Empty:
            return None

    def finish(self) -> int:
        """Close the input, wait for the end, and return the exit status."""
        if self._child.stdin is not None:
            try:
                self._child.stdin.close()
            except BrokenPipeError:
                self.troubles.append("ffmpeg ended before all frames were written")
        with self._awaited():
            status = self._child.wait()
        self._messages.join(timeout=5.0)
        self._close_pipes()
        return status

    def stop(self) -> None:
        """End the process now, if it still runs."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._messages.join(timeout=5.0)
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    @contextmanager
    def _awaited(self) -> Iterator[None]:
        self._waiting_since = time.monotonic()
        try:
            yield
        finally:
            self._waiting_since = None

    def _drain(self) -> None:
        assert self._child.stderr is not None
        tick_s = 0.0
        for raw in self._child.stderr:
            line = raw.decode("utf-8", "replace").rstrip()
            shown = _SHOWINFO.search(line)
            if shown is not None:
                time_s = int(shown[1]) * tick_s if shown[1] != "NOPTS" else None
                duration_s = int(shown[2]) * tick_s
                self.times.put(FrameTime(time_s, duration_s, int(shown[3]), int(shown[4])))
                continue
            base = _TIME_BASE.search(line)
            if base is not None:
                tick_s = int(base[1]) / int(base[2])
                continue
            trouble = _TROUBLE.search(line)
            if trouble is not None:
                self.troubles.append(trouble[2])

    def _watch(self) -> None:
        while self._child.poll() is None:
            since = self._waiting_since
            if since is not None and time.monotonic() - since > self._stall_s:
                self.stalled = True
                self._child.kill()
                return
            time.sleep(0.2)


def encode(path: Path, arguments: list[str], chunks: Iterable[bytes]) -> Path:
    """Feed ``chunks`` to ffmpeg, which writes ``path``: whole or not at all.

    Args:
        path: the file to write; its suffix chooses the container.
        arguments: everything between the program and the output's name.
        chunks: raw frames, one an element.

    Raises:
        BunrakuError: ffmpeg failed; nothing is left at ``path``.
    """
    partial = path.with_name(f".partial-{path.name}")
    process = Process(
        ["-hide_banner", "-loglevel", "level+warning", "-y", *arguments, f"file:{partial}"], feeds=True
    )
    try:
        try:
            for chunk in chunks:
                process.write(chunk)
        except BrokenPipeError:
            process.troubles.append("ffmpeg ended before all frames were written")
        status = process.finish()
        if status or process.stalled:
            raise BunrakuError(
                "the video could not be written",
                where=path,
                got="; ".join(process.troubles[:3]) or f"ffmpeg's exit status {status}",
                hint="Check the free space and the folder's permissions.",
            )
        partial.replace(path)
    finally:
        process.stop()
        partial.unlink(missing_ok=True)
    return path


def raw_input(pixel_format: str, width: int, height: int, fps: float) -> list[str]:
    """Options that let ffmpeg take raw frames from its standard input."""
    if not 0 < fps <= 1000:
        raise ContractError("a clip cannot have this frame rate", expected="above 0, at most 1000", got=fps)
    rate = Fraction(fps).limit_denominator(1001)
    size = f"{width}x{height}"
    return ["-f", "rawvideo", "-pix_fmt", pixel_format, "-s", size, "-r", str(rate), "-i", "pipe:0"]


def require_file(path: Path) -> None:
    """Raise InputError unless there is a file with something in it."""
    if not path.is_file():
        got = "a folder" if path.is_dir() else "nothing there"
        raise InputError(
            "the video cannot be opened", where=path, expected="a file", got=got, hint="Check the path."
        )
    if path.stat().st_size == 0:
        raise InputError(
            "the file is empty", where=path, expected="a video", got="0 bytes", hint="Copy the file again."
        )
