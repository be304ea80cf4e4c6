"""Arrays in one file: equal bytes, no pickle, and an error that says what is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ContractError
from data_contracts.npz import read_npz, write_npz


def test_arrays_come_back_and_equal_ones_give_equal_bytes(tmp_path: Path) -> None:
    arrays = {
        "depth_m": np.linspace(0, 1, 6, dtype=np.float16).reshape(2, 3),
        "normal": np.ones((1, 3), np.int8),
    }
    first, second = (write_npz(tmp_path / name, arrays) for name in ("a.npz", "b.npz"))
    assert first.read_bytes() == second.read_bytes()
    for read, written in zip(read_npz(first, "depth_m", "normal"), arrays.values(), strict=True):
        np.testing.assert_array_equal(read, written)
        assert read.dtype == written.dtype


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "a.npz", {"rgb": np.zeros(3)})
    with pytest.raises(ContractError, match="depth_m"):
        read_npz(path, "depth_m")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ContractError, match=r"a\.npz"):
        read_npz(path, "rgb")
