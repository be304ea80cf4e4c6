"""How Numba kernels are compiled, and why their cache on disk cannot go stale."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import config

_PROJECT = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(r"^(?:from|import) ((?:models|data_contracts)[\w.]*)", re.MULTILINE)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def sources_digest(folder: Path) -> str:
    """Return 16 hex digits over all sources that the kernels of a folder are made from.

    Numba's own cache looks at the file of the compiled function alone: an edit of a function or a constant
    that it takes from another file would leave the old machine code in use. The cache folder is therefore
    named by this digest, so that any edit starts an empty one. It covers the folder's files, the project's
    files that they import, however indirectly, this file with its options, and the compilers' versions.
    """
    sources, waiting = {Path(__file__)}, list(folder.glob("*.py"))
    while waiting:
        source = waiting.pop()
        if source not in sources:
            sources.add(source)
            waiting += _imported(source)
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for content in sorted({s.name.encode() + b"\0" + s.read_bytes() + b"\0" for s in sources}):
        digest.update(content)
    return digest.hexdigest()[:16]


def _imported(source: Path) -> list[Path]:
    """Return the project's files that a source imports at its top; of packages, all files."""
    found: list[Path] = []
    for module in _IMPORT.findall(source.read_text(encoding="utf-8")):
        path = _PROJECT.joinpath(*module.split("."))
        found += path.glob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    return found


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
    """Compile a function at its first call, with Numba's options; the machine code is kept on disk."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(cache_folder(Path(function.__code__.co_filename).parent))
        try:
            return numba.njit(cache=True, **options)(function)  # type: ignore[no-any-return]
        finally:
            config.CACHE_DIR = before

    return decorate


_FOR_KERNELS: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract"},
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}
"""Of fast-math only fused products and sums: whatever else it may do depends on the processor, or on where
arrays lie in memory. Ways in that nobody takes are not compiled."""

kernel = compiled(**_FOR_KERNELS)
"""Compile a kernel that runs without the interpreter's lock."""


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function into the kernels that call it; it is never called from Python."""
    made: Callable[..., Any] = numba.njit(forceinline=True, no_cpython_wrapper=True, **_FOR_KERNELS)(function)
    return made
