"""Folders of frames: natural order, one sequence, one size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.frames import frame_paths, read_frames, scale_down, write_frames
from data_contracts.image import write_png


def flat(value: int, height: int = 20, width: int = 30) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def test_frames_come_back_exactly(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (3, 20, 24, 3), dtype=np.uint8)
    write_frames(tmp_path / "f", frames)
    assert np.array_equal(read_frames(tmp_path / "f"), frames)
    assert np.array_equal(read_frames(tmp_path / "f", num_frames=2), frames[:2])


def test_order_follows_numbers_not_letters(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        write_png(tmp_path / f"frame_{number}.png", flat(number))
    (tmp_path / "notes.txt").write_text("left aside")
    assert read_frames(tmp_path)[:, 0, 0, 0].tolist() == [1, 2, 10]


def test_mixed_sequences_are_refused(tmp_path: Path) -> None:
    write_png(tmp_path / "left_1.png", flat(1))
    write_png(tmp_path / "right_1.png", flat(1))
    with pytest.raises(InputError, match=r"mixes several sequences.*left_#.png, right_#.png"):
        frame_paths(tmp_path)


def test_differing_sizes_name_the_frame(tmp_path: Path) -> None:
    write_png(tmp_path / "1.png", flat(1))
    write_png(tmp_path / "2.png", flat(1, 22))
    with pytest.raises(InputError, match=r"2.png: .*differ in size.*30x20.*30x22"):
        read_frames(tmp_path)


def test_empty_and_missing_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        frame_paths(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        frame_paths(tmp_path / "none")


def test_scale_down_keeps_colour_at_a_transparent_edge() -> None:
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[:, :31] = 255, 0, 0, 255  # red, beside transparent black
    small = scale_down(rgba, 16)
    assert small.shape == (16, 16, 4)
    edge = small[(small[..., 3] > 50) & (small[..., 3] < 250)]
    assert len(edge) and (edge[:, 0] >= 250).all()
    assert scale_down(rgba, 100) is rgba


def test_davis_folder(assets: Path) -> None:
    paths = sorted((assets / "seg" / "davis_dog").rglob("*.jpg"))
    frames = read_frames(paths[0].parent, num_frames=3, long_side_px=200)
    assert frames.shape == (3, 112, 200, 3)
