from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ContractError, InputError
from data_contracts.splats import Splats, read_splats, write_splats

ROUND_TRIP_TOLERANCE = 2e-6
"""float32 logits, logarithms and colours scaled by 3.5: a few units in the last place."""


def some_splats(count: int = 20) -> Splats:
    rng = np.random.default_rng(1)
    return Splats(
        rng.normal(size=(count, 3)),
        rng.normal(size=(count, 4)),
        np.exp(rng.normal(size=(count, 3)) - 3),
        rng.uniform(0.05, 0.95, count),
        rng.uniform(size=(count, 3)),
    )


def test_what_was_written_is_read(tmp_path: Path) -> None:
    splats = some_splats()
    write_splats(splats, tmp_path / "a.ply")
    back = read_splats(tmp_path / "a.ply")
    np.testing.assert_array_equal(back.means, splats.means)
    np.testing.assert_array_equal(back.rotation_wxyz, splats.rotation_wxyz)
    np.testing.assert_allclose(back.scales_m, splats.scales_m, rtol=ROUND_TRIP_TOLERANCE)
    np.testing.assert_allclose(back.opacities, splats.opacities, rtol=ROUND_TRIP_TOLERANCE)
    np.testing.assert_allclose(back.rgb, splats.rgb, atol=ROUND_TRIP_TOLERANCE)


def test_opacities_of_0_and_1_stay_finite(tmp_path: Path) -> None:
    splats = some_splats(2)
    full = Splats(splats.means, splats.rotation_wxyz, splats.scales_m, np.array([0.0, 1.0]), splats.rgb)
    write_splats(full, tmp_path / "a.ply")
    assert np.abs(read_splats(tmp_path / "a.ply").opacities - [0, 1]).max() < 2e-6


def test_the_file_has_the_property_names_of_3dgs(tmp_path: Path) -> None:
    write_splats(some_splats(3), tmp_path / "a.ply")
    data = (tmp_path / "a.ply").read_bytes()
    head, _, body = data.partition(b"end_header\n")
    names = [line.split()[2].decode() for line in head.splitlines() if line.startswith(b"property")]
    expected = "x y z nx ny nz f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3"
    assert names == expected.split()
    table = np.frombuffer(body, "<f4").reshape(3, 17)
    splats = some_splats(3)
    np.testing.assert_allclose(1 / (1 + np.exp(-table[:, 9])), splats.opacities, rtol=1e-5)
    np.testing.assert_allclose(table[:, 6:9] * 0.2820948 + 0.5, splats.rgb, atol=1e-5)
    np.testing.assert_allclose(np.exp(table[:, 10:13]), splats.scales_m, rtol=1e-5)


def test_other_columns_and_types_are_read(tmp_path: Path) -> None:
    """As other programs write it: doubles, harmonics of higher order, another order of columns."""
    splats = some_splats(4)
    names = ["opacity", "x", "y", "z", "f_rest_0", "f_dc_0", "f_dc_1", "f_dc_2"]
    names += [f"scale_{i}" for i in range(3)] + [f"rot_{i}" for i in range(4)]
    table = np.zeros(4, [(name, "<f8") for name in names] + [("label", "u1")])
    table["opacity"] = 2.0
    for i, name in enumerate("xyz"):
        table[name] = splats.means[:, i]
    for i in range(4):
        table[f"rot_{i}"] = splats.rotation_wxyz[:, i]
    header = ["ply", "format binary_little_endian 1.0", "comment other program", "element vertex 4"]
    header += [f"property double {name}" for name in names] + ["property uchar label"]
    header += ["element face 0", "property list uchar int vertex_indices", "end_header", ""]
    (tmp_path / "b.ply").write_bytes("\n".join(header).encode() + table.tobytes())
    back = read_splats(tmp_path / "b.ply")
    np.testing.assert_array_equal(back.means, splats.means)
    np.testing.assert_allclose(back.opacities, 1 / (1 + np.exp(-2.0)), rtol=1e-6)
    np.testing.assert_allclose(back.scales_m, 1.0)
    np.testing.assert_allclose(back.rgb, 0.5)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: b"\x89PNG" + data, "not a PLY"),
        (lambda data: b"", "not a PLY"),
        (lambda data: data[:-10], "truncated"),
        (lambda data: data.replace(b"binary_little_endian", b"ascii"), "PLY format"),
        (lambda data: data.replace(b"opacity", b"opaqueness"), "lacks properties.*opacity"),
        (lambda data: data.replace(b"vertex 20", b"vertex xx"), "vertex count"),
        (lambda data: data.replace(b"property float x", b"property list uchar int x"), "PLY property"),
        (lambda data: data[:-4] + np.float32(np.nan).tobytes(), "no Gaussian"),
        (lambda data: data.replace(b"element vertex 20\n", b""), "start with its vertices"),
    ],
)
def test_a_file_that_is_no_splats_is_refused(tmp_path: Path, spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "bad.ply"
    write_splats(some_splats(), path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(InputError, match=message) as caught:
        read_splats(path)
    assert "bad.ply" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("scales_m", 0.0), ("scales_m", -1.0), ("opacities", 1.5), ("means", np.inf), ("rotation_wxyz", 0.0)],
)
def test_impossible_splats_are_refused(field: str, value: float) -> None:
    splats = some_splats(3)
    arrays = {name: getattr(splats, name).copy() for name in vars(splats)}
    arrays[field][1] = value
    with pytest.raises(ContractError, match=field):
        Splats(**arrays)
