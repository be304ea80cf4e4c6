"""Arrays in one file: NumPy .npz without pickle, equal bytes for equal arrays."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

_SURELY_UNDER_ZIP32 = 1 << 30
"""Bytes: what stays under 2 GiB even where it does not compress needs no 64-bit sizes."""


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Path:
    """Like numpy.savez_compressed, but four times faster, and without the time of day in the file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            large = array.nbytes > _SURELY_UNDER_ZIP32
            # Streamed: a long clip's depth is not to lie in memory twice.
            with archive.open(f"{name}.npy", "w", force_zip64=large) as stream:
                np.lib.format.write_array(stream, np.asanyarray(array), allow_pickle=False)
    return path


def read_npz(path: Path, *names: str) -> list[NDArray[Any]]:
    """Read the named arrays of a file.

    Raises:
        ContractError: the file cannot be read, or an array is missing.
    """
    try:
        # NumPy leaves a damaged file open that it opened itself.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return [file[name] for name in names]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ContractError(
            "arrays cannot be read from the file", where=path, expected=", ".join(names), got=error
        ) from error
