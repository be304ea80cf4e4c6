"""Pictures of every awkward kind come out as they are meant to be seen, or are refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_contracts.errors import ContractError, InputError
from data_contracts.image import MAX_SIDE_PX, flatten, read_image, write_png


def gradient(height: int = 40, width: int = 24, channels: int = 3) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    planes = [x * 10, y * 6, (x + y) * 3, 60 + y * 4]
    return np.stack([p % 256 for p in planes[:channels]], -1).astype(np.uint8)


@pytest.mark.parametrize("channels", [3, 4])
def test_png_round_trip_is_exact_and_repeatable(tmp_path: Path, channels: int) -> None:
    image = gradient(channels=channels)
    write_png(tmp_path / "a.png", image)
    write_png(tmp_path / "b.png", image)
    assert np.array_equal(read_image(tmp_path / "a.png"), image)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_mask_is_written_as_0_and_255(tmp_path: Path) -> None:
    mask = np.zeros((20, 20), bool)
    mask[3:9, 4:8] = True
    write_png(tmp_path / "m.png", mask)
    assert np.array_equal(read_image(tmp_path / "m.png")[..., 0] == 255, mask)


@pytest.mark.parametrize("array", [np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_arrays_that_are_no_picture_are_refused(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(ContractError, match="cannot be written"):
        write_png(tmp_path / "x.png", array)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, suffix: str, orientation: int) -> None:
    upright = np.kron(np.array([[0, 255], [80, 160]], np.uint8), np.ones((24, 16), np.uint8))
    stored = {  # how the pixels lie in the file for each orientation (EXIF 2.3, tag 0x0112)
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1],
        5: upright.T, 6: np.rot90(upright, 1), 7: upright[::-1, ::-1].T, 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned{suffix}"
    Image.fromarray(np.ascontiguousarray(stored)).convert("RGB").save(path, exif=exif)
    got = read_image(path)[..., 0].astype(int)
    assert got.shape == upright.shape
    assert np.abs(got - upright).max() <= 6  # JPEG's loss on flat blocks


def test_16_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    got = read_image(tmp_path / "deep.png")
    assert np.array_equal(got[..., 1], np.round(values / 257.0).astype(np.uint8))


def test_12_bits_in_16_are_refused_rather_than_black(tmp_path: Path) -> None:
    values = np.linspace(0, 4095, 32 * 32).reshape(32, 32).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    with pytest.raises(InputError, match=r"nearly black.*got 4095"):
        read_image(tmp_path / "deep.png")


def test_palette_transparency_becomes_alpha(tmp_path: Path) -> None:
    picture = Image.fromarray(gradient()).quantize(8)
    index = np.asarray(picture)
    picture.save(tmp_path / "p.png", transparency=int(index[0, 0]))
    got = read_image(tmp_path / "p.png")
    assert np.array_equal(got[..., 3] == 0, index == index[0, 0])


def test_flatten_lays_over_the_background() -> None:
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 3] = 0, 255, 51
    assert flatten(rgba).tolist() == [[[255] * 3, [0] * 3, [204] * 3]]


def broken_files(folder: Path) -> dict[str, tuple[bytes, str]]:
    write_png(folder / "good.png", gradient(200, 200))
    good = (folder / "good.png").read_bytes()
    return {
        "empty.png": (b"", "empty"),
        "cut.png": (good[: len(good) // 2], "broken or cut off"),
        "text.png": (b"<html>not found</html>", "not a picture"),
        "header.png": (good[:20], "not a picture|broken"),
        "flipped.png": (good[:100] + bytes([good[100] ^ 255]) + good[101:], "broken"),
    }


@pytest.mark.parametrize("name", ["empty.png", "cut.png", "text.png", "header.png", "flipped.png"])
def test_broken_files_say_what_is_wrong(tmp_path: Path, name: str) -> None:
    data, what = broken_files(tmp_path)[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=what) as caught:
        read_image(tmp_path / name)
    assert name in caught.value.where and caught.value.got and caught.value.hint


@pytest.mark.parametrize(
    ("size", "what"),
    [((1, 1), "too small"), ((20_000, 20), "too large"), ((12_000, 12_000), "too large")],
)
def test_sizes_out_of_bounds_are_refused(tmp_path: Path, size: tuple[int, int], what: str) -> None:
    Image.new("1", size).save(tmp_path / "s.png")
    with pytest.raises(InputError, match=what) as caught:
        read_image(tmp_path / "s.png")
    assert "x" in caught.value.got
    assert str(MAX_SIDE_PX) in caught.value.expected or what == "too small"


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing there"):
        read_image(tmp_path / "none.png")
    with pytest.raises(InputError, match="a folder"):
        read_image(tmp_path)


def test_animations_need_a_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(InputError, match=r"animated.*3 frames.*Export the frame"):
        read_image(tmp_path / "a.gif")
    assert read_image(tmp_path / "a.gif", frame=1)[5, 5].tolist() == [0, 255, 0]
    with pytest.raises(InputError, match="no such frame"):
        read_image(tmp_path / "a.gif", frame=3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF", "JPEG2000"])
def test_damaged_bytes_never_escape_as_another_error(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "damaged"
    Image.fromarray(gradient(40, 48)).save(path, kind)
    whole = path.read_bytes()
    refused = 0
    for turn in range(30):
        data = bytearray(whole[: rng.integers(1, len(whole))] if turn % 2 else whole)
        for place in rng.integers(0, min(len(data), 200), 2 * (1 - turn % 2)):
            data[place] = rng.integers(256)
        path.write_bytes(data)
        try:
            assert read_image(path).dtype == np.uint8
        except InputError:
            refused += 1
    assert refused >= 8


READABLE = {
    "basn2c16.png": (32, 32, 3), "basn6a16.png": (32, 32, 4), "hopper_gray.jpg": (128, 128, 3),
    "exif_orient5_landscape.jpg": (1200, 1800, 3), "exif_orient6_portrait.jpg": (1800, 1200, 3),
    "pil_sample_cmyk.jpg": (100, 100, 3), "rgb_trns.png": (64, 64, 4), "tiff_16bit_RGBa.tiff": (40, 100, 4),
}  # fmt: skip
REFUSED = {
    "12in16bit.tif": "nearly black", "apng_delay.png": "5 frames", "newtonscradle.gif": "36 frames",
    "broken.png": "not a picture", "xhdn0g08.png": "not a picture", "truncated_jpeg.jpg": "cut off",
}  # fmt: skip


@pytest.mark.parametrize("name", READABLE)
def test_awkward_pictures_are_read(assets: Path, name: str) -> None:
    got = read_image(assets / "awkward" / name)
    assert got.shape == READABLE[name] and got.dtype == np.uint8
    assert got[..., :3].std() > 10


@pytest.mark.parametrize("name", REFUSED)
def test_awkward_pictures_are_refused(assets: Path, name: str) -> None:
    with pytest.raises(InputError, match=REFUSED[name]):
        read_image(assets / "awkward" / name)


def test_cmyk_text_is_red_on_dark(assets: Path) -> None:
    got = read_image(assets / "awkward" / "pil_sample_cmyk.jpg").astype(int)
    assert got[0, 10, 0] > 200 and got[0, 10, 1:].max() < 60  # the red tag in the corner
    assert got[-10:, :, :].mean() < 20


def test_premultiplied_tiff_is_unpremultiplied(assets: Path) -> None:
    # Under premultiplied alpha no colour exceeds its alpha; straight colours do.
    got = read_image(assets / "awkward" / "tiff_16bit_RGBa.tiff").astype(int)
    partly = (got[..., 3] > 20) & (got[..., 3] < 235)
    assert (got[..., :3].max(-1) > got[..., 3] + 10)[partly].mean() > 0.3
