"""Records what stages and backends do now as what their version numbers mean: `make approve-versions`.

A stage (``@stage(version=...)``) or a backend (a class with ``version: ClassVar[int] = ...``) is a unit.
Its sources are its own file and every file of ``models/`` that it uses, however indirectly; a role's
``load`` is not followed, for each backend has a version of its own. A source's digest covers its syntax
tree without docstrings, so that comments and formatting may change freely.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
APPROVED = Path(__file__).with_name("approved_versions.json")


@dataclass(frozen=True)
class Unit:
    """Something with a version: its name, its version, and the digests of its sources by path."""

    name: str
    version: int
    sources: dict[str, str]


def units_of(root: Path) -> dict[str, Unit]:
    """All units of a project by name, such as 'tasks/rig.py:rig'."""
    units = {}
    for folder in ("tasks", "models"):
        for path in sorted((root / folder).rglob("*.py")):
            versions = _versions(_tree(path))
            for declared, version in versions.items():
                name = f"{path.relative_to(root).as_posix()}:{declared}"
                sources = {p.relative_to(root).as_posix(): digest(p) for p in sorted(_reached(path, root))}
                units[name] = Unit(name, version, sources)
    return units


def complaints(units: dict[str, Unit], approved: dict[str, Any]) -> list[str]:
    """What differs between the units and what was approved. An empty approval complains about nothing."""
    if not approved:
        return []
    found = [f"{name} is approved and no longer there" for name in sorted(approved.keys() - units.keys())]
    for name, unit in units.items():
        if name not in approved:
            found.append(f"{name} is new")
            continue
        version, sources = approved[name]["version"], approved[name]["sources"]
        changed = sorted(
            path for path in sources | unit.sources if sources.get(path) != unit.sources.get(path)
        )
        if unit.version < version:
            found.append(f"{name} went back from version {version} to {unit.version}: versions only rise")
        elif unit.version > version:
            found.append(f"{name} was raised from version {version} to {unit.version}")
        elif changed:
            found.append(f"{name} is still version {version}, but changed: {', '.join(changed)}")
    return found


def digest(path: Path) -> str:
    """12 hexadecimal digits over a file's syntax tree without docstrings."""
    return _digest(path.read_text(encoding="utf-8"))


@cache
def _digest(source: str) -> str:
    return hashlib.sha256(json.dumps(_plain(_parsed(source))).encode()).hexdigest()[:12]


def _tree(path: Path) -> ast.Module:
    return _parsed(path.read_text(encoding="utf-8"))


@cache
def _parsed(source: str) -> ast.Module:
    """Kept by text: a file of models/ is a source of many units, and may be edited meanwhile."""
    return ast.parse(source)


def _plain(node: Any) -> Any:
    """A syntax tree as lists; empty fields are left out, which makes Python versions agree."""
    if isinstance(node, list):
        return [_plain(member) for member in node if not _is_docstring(member)]
    if not isinstance(node, ast.AST):
        return node if isinstance(node, (str, int, type(None))) else repr(node)
    fields = ((name, _plain(value)) for name, value in ast.iter_fields(node) if value not in (None, []))
    return [type(node).__name__, *fields]


def _is_docstring(node: Any) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _versions(tree: ast.Module) -> dict[str, int]:
    versions = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                # A protocol declares the version without a value.
                if isinstance(line, ast.AnnAssign) and line.value and _is_version(line):
                    versions[node.name] = _number(line.value)
        elif isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "stage":
                    (version,) = (word.value for word in decorator.keywords if word.arg == "version")
                    versions[node.name] = _number(version)
    return versions


def _is_version(line: ast.AnnAssign) -> bool:
    return ast.unparse(line.target) == "version" and "ClassVar" in ast.unparse(line.annotation)


def _number(value: ast.expr) -> int:
    if not (isinstance(value, ast.Constant) and isinstance(value.value, int)):
        raise ValueError(f"a version must be written as a number, got {ast.unparse(value)!r}")
    return value.value


def _reached(start: Path, root: Path) -> set[Path]:
    """A file and all files of models/ that its imports lead to."""
    reached: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for module, name in _imports(path.read_text(encoding="utf-8")):
            file = _source_of(module, name, root) if name else _module_file(module, root)
            waiting += [file] if file else []
    return reached


@cache
def _imports(source: str) -> list[tuple[str, str]]:
    """Modules that a text imports, each with the name that it takes from it; empty for the module itself."""
    found = []
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return found


def _source_of(module: str, name: str, root: Path) -> Path | None:
    """The file of models/ that `from module import name` takes the name from, through re-exports."""
    if file := _module_file(f"{module}.{name}", root) or _module_file(module, root):
        return file
    package = root.joinpath(*module.split("."), "__init__.py")
    if module.split(".")[0] != "models" or not package.is_file():
        return None
    for node in _tree(package).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module != module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _source_of(node.module, alias.name, root)
    return None


def _module_file(module: str, root: Path) -> Path | None:
    file = root.joinpath(*module.split(".")).with_suffix(".py")
    return file if module.split(".")[0] == "models" and file.is_file() else None


def main() -> None:
    """Approve the project as it stands."""
    units = units_of(ROOT)
    document = {name: {"version": unit.version, "sources": unit.sources} for name, unit in units.items()}
    APPROVED.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(document)} stages and backends approved in {APPROVED.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
