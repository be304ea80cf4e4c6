"""How Numba kernels are compiled, and why their cache on disk cannot go stale."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import config

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def sources_digest(folder: Path) -> str:
    """Return 16 hex digits over the sources of a role's folder and the versions of the compilers.

    Numba's own cache looks at the file of the compiled function alone: an edit of a function that it calls
    from another file would leave the old machine code in use. The cache folder is therefore named by this
    digest, so that any edit starts an empty one.
    """
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_folder(folder: Path) -> Path:
    """Return where machine code is kept: beside the sources, or where those are read-only, in /tmp."""
    name = f"numba-{sources_digest(folder)}"
    beside = folder / "__pycache__" / name
    try:
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=beside):
            return beside
    except OSError:
        return Path(tempfile.gettempdir()) / "bunraku-numba" / name


def compiled(**options: Any) -> Decorator:
    """Compile a function at its first call, with Numba's options; the machine code is kept on disk.

    What it calls must lie in the same folder.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(cache_folder(Path(function.__code__.co_filename).parent))
        try:
            return numba.njit(cache=True, **options)(function)  # type: ignore[no-any-return]
        finally:
            config.CACHE_DIR = before

    return decorate


kernel = compiled(nogil=True, fastmath=True, error_model="numpy")
"""Compile a kernel that runs without the interpreter's lock and may reorder sums."""


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into the kernels that call it; it is never called from Python."""
    made: Callable[..., Any] = numba.njit(nogil=True, fastmath=True, error_model="numpy", forceinline=True)(
        function
    )
    return made
