"""What a video file says about itself, found without decoding it."""

from __future__ import annotations

import re
import statistics
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from data_contracts.errors import InputError
from data_contracts.ffmpeg import executable, input_options, require_file

PROBE_TIMEOUT_S = 120.0

LONGEST_PIXEL = 5.0
"""Anamorphic films have pixels twice as wide as high; more is a mistake of who wrote the file."""

_ALPHA_FORMATS = re.compile(r"^(rgba|bgra|argb|abgr|yuva|gbrap|ya\d|pal8)")
_VIDEO = re.compile(r"Stream #0:\d+.*?: Video: (\w+)")
_PIXELS = re.compile(r", (\w+)(?:\(([^)]*)\))?, (\d+)x(\d+)")
_HDR = ("smpte2084", "arib-std-b67")


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """A video as a player shows it: upright and with square pixels."""

    width: int
    height: int
    fps: float
    """Frames a second; for a variable frame rate the mean."""
    num_frames: int
    duration_s: float
    rotation_deg: int
    """Clockwise turn that the file asks for (0, 90, 180, 270); already applied to width and height."""
    variable_frame_rate: bool
    codec: str
    pixel_format: str
    color_matrix: str
    """'bt601', 'bt709' or 'bt2020' as the file says, else by its size as players guess; 'rgb' if no YUV."""

    @property
    def has_alpha(self) -> bool:
        """Whether the frames carry transparency."""
        return _ALPHA_FORMATS.match(self.pixel_format) is not None

    @property
    def is_grey(self) -> bool:
        """Whether the frames are 8-bit grey."""
        return self.pixel_format == "gray"


def probe(path: Path | str) -> ClipInfo:
    """Read a video's size, rate, timestamps and rotation from its container.

    The number of frames is what the container lists; only decoding shows whether all of them are good.

    Raises:
        InputError: no file, no video stream in it, no frames, or a kind of video that cannot be shown right.
    """
    path = Path(path)
    require_file(path)
    messages, listing = _list_packets(path)
    stream = _video_stream(path, messages)
    codec, (pixel_format, color, width, height) = _codec(stream), _pixels(path, stream)
    if any(transfer in color for transfer in _HDR):
        raise InputError(
            "an HDR video cannot be shown right without tone mapping",
            where=path,
            expected="standard dynamic range (BT.709)",
            got=color,
            hint="Export it as SDR, or tone-map it with ffmpeg's zscale and tonemap filters.",
        )
    sar = re.findall(r"SAR (\d+):(\d+)", stream[0])
    if sar and int(sar[-1][0]) and int(sar[-1][1]):
        width = _square_pixel_width(path, width, int(sar[-1][0]) / int(sar[-1][1]))
    rotation = _rotation(path, stream)
    if rotation in (90, 270):
        width, height = height, width
    times, tick_s, last_s = _times(path, stream[0], listing)
    fps, duration_s, variable = _rate(times, tick_s, last_s, _header_fps(stream[0]))
    return ClipInfo(
        width=width,
        height=height,
        fps=fps,
        num_frames=len(times),
        duration_s=duration_s,
        rotation_deg=rotation,
        variable_frame_rate=variable,
        codec=codec,
        pixel_format=pixel_format,
        color_matrix=_color_matrix(pixel_format, color, width, height),
    )


def _list_packets(path: Path) -> tuple[str, str]:
    command = [executable(), *input_options(path), "-map", "0:V:0", "-c", "copy", "-copyinkf"]
    command += ["-f", "framecrc", "-"]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=PROBE_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise InputError(
            "the video could not be read in time",
            where=path,
            expected=f"an answer within {PROBE_TIMEOUT_S:g} s",
            hint="Copy the file to a local disk.",
        ) from error
    return done.stderr.decode("utf-8", "replace"), done.stdout.decode("ascii", "replace")


def _video_stream(path: Path, messages: str) -> list[str]:
    """The lines about the first real video stream of the input."""
    lines = messages.split("Stream mapping:")[0].splitlines()
    starts = [i for i, line in enumerate(lines) if _VIDEO.search(line) and "(attached pic)" not in line]
    if not starts:
        opened = any("Input #0" in line for line in lines)
        errors = [line.split("[error] ", 1)[-1] for line in lines if "[error]" in line]
        errors = ["another kind of file" if "whitelist" in error else error for error in errors]
        raise InputError(
            "there is no video stream in the file" if opened else "not a video that can be read",
            where=path,
            expected="a video such as MP4, MOV, MKV, WebM, AVI or GIF",
            got="sound or other data only" if opened else (errors[0] if errors else "unknown data"),
            hint="Give a clip with moving pictures, and export it again as MP4 if it is one.",
        )
    start = starts[0]
    end = next((i for i in range(start + 1, len(lines)) if "Stream #" in lines[i]), len(lines))
    return lines[start:end]


def _codec(stream: list[str]) -> str:
    found = _VIDEO.search(stream[0])
    return found[1] if found else ""


def _pixels(path: Path, stream: list[str]) -> tuple[str, str, int, int]:
    found = _PIXELS.search(stream[0])
    if found is None:
        raise InputError(
            "the video does not say its size or pixel format",
            where=path,
            got=stream[0].split("Video: ")[-1],
            hint="The file is probably cut off; export it again.",
        )
    return found[1], found[2] or "", int(found[3]), int(found[4])


def _rotation(path: Path, stream: list[str]) -> int:
    found = re.search(r"rotation of (-?[\d.]+) degrees", "\n".join(stream))
    clockwise = -float(found[1]) % 360 if found else 0.0
    nearest = round(clockwise / 90) * 90 % 360
    if abs((clockwise - nearest + 180) % 360 - 180) > 1:
        raise InputError(
            "the video asks for a turn that is no quarter turn",
            where=path,
            expected="0, 90, 180 or 270 degrees",
            got=f"{clockwise:g}",
            hint="Export it upright.",
        )
    return nearest


def _times(path: Path, line: str, listing: str) -> tuple[list[float], float, float]:
    """Presentation times in seconds from the first one, the clock's tick, and the last frame's duration."""
    base = re.search(r"#tb 0: (\d+)/(\d+)", listing)
    tick_s = int(base[1]) / int(base[2]) if base else 1e-3
    stamps: list[tuple[int | None, int]] = []
    for row in listing.splitlines():
        fields = [field.strip() for field in row.split(",")]
        if row.startswith("#") or len(fields) < 6:
            continue
        flags = next((int(field[2:], 16) for field in fields if field.startswith("F=0x")), 0)
        if not flags & 4:  # a packet that an edit list trims away is decoded and never shown
            stamps.append((int(fields[2]) if fields[2].lstrip("-").isdigit() else None, int(fields[3])))
    if not stamps:
        raise InputError(
            "the video has no frames",
            where=path,
            expected="at least one frame",
            got="0",
            hint="The file is probably cut off; export it again.",
        )
    known = sorted((pts, length) for pts, length in stamps if pts is not None)
    if len(known) < len(stamps) or (len(known) > 1 and known[0][0] == known[-1][0]):
        # A raw stream without timestamps: its nominal rate is all there is.
        step = 1.0 / _header_fps(line)
        return [i * step for i in range(len(stamps))], step / 1000, step
    return [(pts - known[0][0]) * tick_s for pts, _ in known], tick_s, known[-1][1] * tick_s


def _header_fps(line: str) -> float:
    found = re.search(r"([\d.]+) fps", line) or re.search(r"([\d.]+) tbr", line)
    return float(found[1]) if found and float(found[1]) > 0 else 25.0


def _rate(times: list[float], tick_s: float, last_s: float, header_fps: float) -> tuple[float, float, bool]:
    """Frames a second, duration in seconds, and whether the frames are unevenly spaced."""
    if len(times) == 1:
        fps = 1.0 / last_s if last_s > 0 else header_fps
        return fps, 1.0 / fps, False
    gaps = [later - earlier for earlier, later in pairwise(times)]
    typical = statistics.median(gaps)
    # Containers round times to their tick; a frame that is late by more was meant to be late.
    slack_s = max(1.5 * tick_s, 0.05 * typical)
    variable = any(abs(gap - typical) > slack_s for gap in gaps)
    duration_s = times[-1] + (last_s if last_s > 0 else typical)
    if variable:
        return len(times) / duration_s, duration_s, True
    fps = _usual_rate((len(times) - 1) / times[-1], 2 * tick_s / times[-1] + 1e-5, header_fps)
    return fps, len(times) / fps, False


def _usual_rate(measured: float, tolerance: float, header_fps: float) -> float:
    """The whole or NTSC (x 1000/1001) rate that the rounded timestamps stand for, if there is one."""
    whole = round(measured)
    candidates = [rate for rate in (float(whole), whole * 1000 / 1001, (whole + 1) * 1000 / 1001) if rate > 0]
    fitting = [rate for rate in candidates if abs(rate / measured - 1) <= tolerance]
    return min(fitting, key=lambda rate: abs(rate - header_fps), default=measured)


def _square_pixel_width(path: Path, width: int, pixel_aspect: float) -> int:
    if not 1 / LONGEST_PIXEL <= pixel_aspect <= LONGEST_PIXEL:
        raise InputError(
            "the video's pixels are of an absurd shape",
            where=path,
            expected=f"one side at most {LONGEST_PIXEL:g} times the other",
            got=f"{pixel_aspect:.3g} times as wide as high",
            hint="Export it with square pixels.",
        )
    # Encoders write 4095:4096 for rounding's sake; one percent is seen by nobody.
    return width if abs(pixel_aspect - 1) < 0.01 else max(1, round(width * pixel_aspect))


def _color_matrix(pixel_format: str, color: str, width: int, height: int) -> str:
    if not pixel_format.startswith("yuv"):
        return "rgb"
    if "bt2020" in color:
        return "bt2020"
    if "bt709" in color.split("/")[0]:
        return "bt709"
    if any(name in color.split("/")[0] for name in ("bt470bg", "smpte170m", "bt601", "fcc")):
        return "bt601"
    return "bt709" if width >= 1280 or height > 576 else "bt601"
