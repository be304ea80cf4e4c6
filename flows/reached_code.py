"""Reached code: the project's own files that what a module does can depend on."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def code_digest(module: str, *others: Path) -> str:
    """SHA-256 of the sources that a module's imports lead to, wherever they stand, and of other files.

    Files are read anew each time, so that an edit in the middle of a run is seen.
    """
    digest = hashlib.sha256()
    for path in (*sorted(_reached(module)), *others):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"gone")
    return digest.hexdigest()


@cache
def _reached(module: str) -> frozenset[Path]:
    found: set[Path] = set()
    waiting = list(_files(module))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [file for name in _imported(path) for file in _files(name)]
    return frozenset(found)


@cache
def _imported(path: Path) -> tuple[str, ...]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(names)


def _files(name: str) -> Iterator[Path]:
    """What importing a dotted name runs: its packages and its own file, where they are the project's."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        place = ROOT.joinpath(*parts[:end])
        yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
