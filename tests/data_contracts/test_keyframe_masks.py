from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError, NoFigureError
from data_contracts.image import write_png
from data_contracts.keyframe_masks import read_keyframe_masks
from data_contracts.lossless_video import write_lossless
from data_contracts.video import write_mp4

WIDTH, HEIGHT, COUNT, FPS = 64, 48, 12, 24.0


def box(left: int = 20) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[10:40, left : left + 15] = 255
    return mask


def folder_of(folder: Path, masks: dict[str, np.ndarray]) -> Path:
    folder.mkdir()
    for name, mask in masks.items():
        write_png(folder / name, mask)
    return folder


def read(path: Path) -> dict[int, np.ndarray]:
    return read_keyframe_masks(path, WIDTH, HEIGHT, COUNT, FPS)


def test_the_number_in_the_name_is_the_frame(tmp_path: Path) -> None:
    masks = read(folder_of(tmp_path / "m", {"shot2_000011.png": box(30), "shot2_0003.png": box()}))
    assert sorted(masks) == [3, 11]
    np.testing.assert_array_equal(masks[11], box(30))
    np.testing.assert_array_equal(masks[3], box())


def test_one_picture_is_one_keyframe_and_twice_the_size_is_the_same(tmp_path: Path) -> None:
    write_png(tmp_path / "7.png", np.kron(box(), np.ones((2, 2), np.uint8)))
    masks = read(tmp_path / "7.png")
    assert list(masks) == [7]
    np.testing.assert_array_equal(masks[7], box())


def test_a_black_mask_says_that_nobody_is_there(tmp_path: Path) -> None:
    masks = read(folder_of(tmp_path / "m", {"0.png": box(), "5.png": 0 * box()}))
    assert not masks[5].any() and masks[0].any()


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_video_holds_a_mask_for_each_frame(tmp_path: Path, suffix: str) -> None:
    frames = np.stack([box(2 * t) for t in range(COUNT)])
    path = tmp_path / f"masks{suffix}"
    if suffix == ".mkv":
        write_lossless(path, frames, FPS)
    else:
        write_mp4(path, np.repeat(frames[..., None], 3, axis=3), FPS)
    masks = read(path)
    assert sorted(masks) == list(range(COUNT))
    for t, mask in masks.items():
        np.testing.assert_array_equal(mask > 127, frames[t] > 127)


def test_a_video_at_twice_the_rate_is_read_at_the_clips(tmp_path: Path) -> None:
    frames = np.repeat(np.stack([box(2 * t) for t in range(COUNT)]), 2, axis=0)
    masks = read(write_lossless(tmp_path / "masks.mkv", frames, 2 * FPS))
    assert sorted(masks) == list(range(COUNT))
    np.testing.assert_array_equal(masks[9], box(18))


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ({"12.png": box()}, r"12\.png: the mask is for a frame.*expected a number from 0 to 11; got 12"),
        ({"figure.png": box()}, r"figure\.png: the mask's name does not say which frame"),
        ({"1.png": box(), "001.png": box()}, "two masks are for frame 1"),
        ({"1.png": box()[:, 20:]}, r"1\.png: the mask is for a picture of another shape"),
        ({"1.png": box() * 0 + 255}, r"1\.png: the mask covers the whole picture"),
        ({"1.png": box() * 0, "4.png": box() * 0}, "all masks are empty"),
        ({"1.png": np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)}, "in colours"),
    ],
)
def test_what_are_no_masks_for_the_clip_is_refused(
    tmp_path: Path, masks: dict[str, np.ndarray], message: str
) -> None:
    folder = folder_of(tmp_path / "m", masks)
    with pytest.raises(InputError, match=message):
        read(folder)


def test_an_empty_folder_and_a_short_video_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="holds no pictures"):
        read(tmp_path / "none")
    short = write_lossless(tmp_path / "masks.mkv", np.stack([box()] * 5), FPS)
    with pytest.raises(InputError, match=r"ends before the clip.*expected 12 frames at 24 fps; got 5"):
        read(short)
    with pytest.raises(NoFigureError, match="all masks are empty"):
        read(write_lossless(tmp_path / "black.mkv", np.zeros((COUNT, HEIGHT, WIDTH), np.uint8), FPS))
