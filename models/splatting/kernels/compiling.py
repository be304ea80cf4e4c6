"""How the kernels are compiled, and why their cache on disk cannot go stale."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import config

_FOLDER = Path(__file__).parent


def sources_digest(folder: Path = _FOLDER) -> str:
    """Return 16 hex digits over the sources of all kernels and the versions of their compilers.

    Numba's own cache looks at the file of the compiled function alone: an edit of a function that is
    inlined from another file would leave the old machine code in use. The cache folder is therefore
    named by this digest, so that any edit starts an empty one.
    """
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return where machine code is kept: beside the sources, or where those are read-only, in /tmp."""
    name = f"splatting-{sources_digest()}"
    beside = _FOLDER / "__pycache__" / name
    try:
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=beside):
            return beside
    except OSError:
        return Path(tempfile.gettempdir()) / "bunraku-numba" / name


_CACHE_FOLDER = cache_folder()


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` at its first call; kept on disk, runs without the interpreter's lock."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(_CACHE_FOLDER)
    try:
        compiled: Callable[..., Any] = numba.njit(nogil=True, fastmath=True, error_model="numpy", cache=True)(
            function
        )
    finally:
        config.CACHE_DIR = before
    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` into the kernels that call it; it is never called from Python."""
    compiled: Callable[..., Any] = numba.njit(
        nogil=True, fastmath=True, error_model="numpy", forceinline=True
    )(function)
    return compiled
