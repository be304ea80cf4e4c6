"""Depth that a person measured or painted, and what is no depth."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.given_depth import FARTHEST, is_layout, read_given_depth, read_given_layout
from data_contracts.image import write_png

SIZE = (24, 32)


def ramp() -> NDArray[np.float32]:
    return np.repeat(np.linspace(1, 4, SIZE[0], dtype=np.float32)[:, None], SIZE[1], axis=1)


def test_an_array_is_read_exactly(tmp_path: Path) -> None:
    np.save(tmp_path / "depth.npy", ramp())
    depth, metric = read_given_depth(tmp_path / "depth.npy", SIZE[1], SIZE[0])
    np.testing.assert_array_equal(depth, ramp())
    assert not metric and not is_layout(tmp_path / "depth.npy")


def test_sixteen_bits_are_millimetres_and_zero_was_not_measured(tmp_path: Path) -> None:
    stored = (1000 * ramp()).astype(np.uint16)
    stored[3, 5] = 0
    path = write_png(tmp_path / "depth.png", stored)
    depth, metric = read_given_depth(path, SIZE[1], SIZE[0])
    assert metric and depth[3, 5] == 0
    np.testing.assert_allclose(depth[10:], ramp()[10:], atol=1e-3)


def test_nan_in_an_array_was_not_measured(tmp_path: Path) -> None:
    np.save(tmp_path / "depth.npy", np.where(ramp() > 3, np.nan, ramp()))
    depth, _ = read_given_depth(tmp_path / "depth.npy", SIZE[1], SIZE[0])
    np.testing.assert_array_equal(depth, np.where(ramp() > 3, 0, ramp()).astype(np.float32))


def test_painted_grey_is_one_over_depth_and_any_size_of_its_shape_will_do(tmp_path: Path) -> None:
    grey = np.full(SIZE, 50, np.uint8)
    grey[12:] = 200
    grey[:4] = 0
    depth, metric = read_given_depth(write_png(tmp_path / "d.png", grey), 2 * SIZE[1], 2 * SIZE[0])
    assert depth.shape == (48, 64) and not metric
    assert depth[-1, 0] == pytest.approx(1) and depth[20, 0] == pytest.approx(4)
    assert depth[0, 0] == pytest.approx(FARTHEST), "black is far away, not unknown"
    assert set(np.unique(depth.round(3))) == {1.0, 4.0, FARTHEST}, "no depth is invented at edges"


def _bad(name: str, folder: Path) -> Path:
    path = folder / name
    values = {
        "endless.npy": np.where(ramp() > 3, np.inf, ramp()),
        "nan.npy": np.full(SIZE, np.nan),
        "behind.npy": ramp() - 2,
        "cube.npy": np.ones((4, 4, 3)),
        "words.npy": np.array([["a", "b"]]),
        "empty.npy": np.zeros(SIZE),
        "tall.npy": ramp().T,
        "void.npy": np.ones((0, 5)),
        "cosmic.npy": ramp() * 1e30,
        "atomic.npy": ramp() * 1e-12,
    }
    if name in values:
        np.save(path, values[name])
    elif name == "text.npy":
        path.write_text("no array")
    elif name == "boast.npy":
        shape = {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6)}
        with path.open("wb") as stream:
            np.lib.format.write_array_header_1_0(stream, shape)
    elif name == "text.png":
        path.write_text("no picture")
    elif name == "grey.png":
        write_png(path, np.full(SIZE, 90, np.uint8))
    else:
        write_png(path, np.random.default_rng(0).integers(0, 255, (*SIZE, 3), np.uint8))
    return path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("endless.npy", "finite"),
        ("nan.npy", "next to no depth"),
        ("behind.npy", "not below 0.*got -1"),
        ("cube.npy", r"not a map of depth.*\[H, W\]"),
        ("words.npy", "not a map of depth"),
        ("empty.npy", "next to no depth"),
        ("tall.npy", "another shape.*got 24x32"),
        ("void.npy", "not a map of depth"),
        ("cosmic.npy", r"else 1e-06 to 1e\+09; got 1e\+30"),
        ("atomic.npy", r"else 1e-06 to 1e\+09; got 1e-12"),
        ("text.npy", "not an array"),
        ("boast.npy", "not an array"),
        ("text.png", "not a picture"),
        ("grey.png", "one grey"),
        ("colours.png", "in colours"),
    ],
)
def test_what_is_no_depth_is_refused_with_its_reason(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=rf"{name}: .*{message}"):
        read_given_depth(_bad(name, tmp_path), SIZE[1], SIZE[0])


@pytest.mark.parametrize(("text", "message"), [("{", "not JSON"), ("[1]", "no JSON object")])
def test_a_layout_is_a_json_object(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "layout.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_given_layout(path)
    path.write_text('\ufeff{"horizon": 0.4}')
    assert read_given_layout(path) == {"horizon": 0.4} and is_layout(path)
