"""Previews show what a player would show of the original, whatever kind of file that is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import BunrakuError
from data_contracts.ffmpeg import executable
from data_contracts.preview_video import write_preview
from data_contracts.video import probe, read_clip, write_lossless, write_mp4

_CODED = 6.0
"""Mean error in levels that x264 at this quality leaves in the soft pictures of these tests."""


def ramps(count: int = 24, height: int = 96, width: int = 128) -> np.ndarray:
    """A red ramp that goes to the right over a green one, with a blue that grows."""
    y, x = np.mgrid[:height, :width]
    frames = [
        np.stack([(2 * x + 4 * t) % 256, 255 * y / height, np.full_like(x, 8 * t + 20)], -1)
        for t in range(count)
    ]
    return np.stack(frames).astype(np.uint8)


def shown(path: Path) -> np.ndarray:
    return read_clip(path).astype(np.float64)


@pytest.mark.parametrize("lossless", [True, False])
def test_half_the_size_has_the_colours_of_the_original(tmp_path: Path, lossless: bool) -> None:
    clip = np.full((12, 96, 128, 3), (200, 90, 30), np.uint8)
    clip[:, 24:72] = 30, 60, 220
    source = tmp_path / ("a.mkv" if lossless else "a.mp4")
    (write_lossless if lossless else write_mp4)(source, clip, 24)
    write_preview(tmp_path / "p.mp4", source, 64, 12.0)
    seen = shown(tmp_path / "p.mp4")
    assert seen.shape == (12, 48, 64, 3)
    assert np.abs(seen[:, 4:8] - (200, 90, 30)).mean() < _CODED
    assert np.abs(seen[:, 20:28] - (30, 60, 220)).mean() < _CODED


def test_grey_mattes_stay_black_and_white(tmp_path: Path) -> None:
    matte = np.zeros((6, 64, 64), np.uint8)
    matte[:, 16:48] = 255
    write_preview(tmp_path / "p.mp4", write_lossless(tmp_path / "a.mkv", matte, 12), 64, 12.0)
    seen = shown(tmp_path / "p.mp4")
    assert seen[:, :8].mean() < 2 and seen[:, 28:36].mean() > 253


def test_only_the_start_is_taken_and_small_clips_are_not_enlarged(tmp_path: Path) -> None:
    source = write_lossless(tmp_path / "a.mkv", ramps(), 12)
    write_preview(tmp_path / "p.mp4", source, 448, 1.0)
    info = probe(tmp_path / "p.mp4")
    assert (info.width, info.height, info.num_frames, info.fps) == (128, 96, 12, 12)


def test_what_is_transparent_is_white_and_turned_files_are_upright(tmp_path: Path) -> None:
    raw = np.zeros((4, 64, 96, 4), np.uint8)
    raw[:, :, 48:] = 255, 0, 0, 255
    flat, turned = tmp_path / "flat.mov", tmp_path / "turned.mov"
    size = ("-f", "rawvideo", "-pix_fmt", "rgba", "-s", "96x64", "-r", "8", "-i", "-")
    encode = [executable(), "-loglevel", "error", *size, "-c:v", "qtrle", str(flat)]
    subprocess.run(encode, input=raw.tobytes(), check=True)
    turn = [executable(), "-loglevel", "error", "-display_rotation", "90", "-i", str(flat)]
    subprocess.run([*turn, "-c", "copy", str(turned)], check=True)
    write_preview(tmp_path / "p.mp4", turned, 96, 12.0)
    seen, expected = shown(tmp_path / "p.mp4"), shown(turned)
    assert seen.shape == expected.shape == (4, 96, 64, 3)
    assert np.abs(seen - expected).mean() < _CODED
    assert (expected == 255).all(-1).any(), "nothing of the clip is white, so nothing was tested"


def test_a_broken_file_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    write_mp4(source, ramps(48), 24)
    raw = bytearray(source.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 400] = bytes(400)
    source.write_bytes(raw)
    with pytest.raises(BunrakuError, match="could not be written"):
        write_preview(tmp_path / "p.mp4", source, 64, 12.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
