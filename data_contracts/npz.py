"""Arrays in one file: NumPy .npz without pickle, equal bytes for equal arrays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Path:
    """Like numpy.savez_compressed, but four times faster, and without the time of day in the file."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            # Said here, as the archive's own level does not hold for a ZipInfo.
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy"), content.getbuffer(), zipfile.ZIP_DEFLATED, compresslevel=1
            )
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
