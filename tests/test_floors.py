"""The house's floors: imports point downwards only, files stay small, heavy libraries stay lazy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FLOORS = ("data_contracts", "models", "tasks", "configs", "flows")
"""From the ground up: each may import itself and what stands before it."""

HEAVY = {
    "accelerate", "datasets", "diffusers", "gsplat", "mediapipe", "onnxruntime", "peft", "pycolmap", "rembg",
    "rtmlib", "timm", "torch", "torchmetrics", "torchvision", "transformers",
}  # fmt: skip
"""Libraries that take seconds to import: only inside the function or class that needs them."""

NOT_IN_MODELS = {
    "data_contracts.manifest", "data_contracts.store", "fsspec", "pebble", "prefect", "pyarrow", "typer",
}  # fmt: skip
"""A model knows arrays: no manifest, no store, no scheduler."""

VAGUE_NAMES = {"base2", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}

MAX_LINES = 300

_TEXT_SUFFIXES = {".py", ".html", ".css", ".js", ".yaml", ".cu", ".cpp", ".h"}


def violations(root: Path) -> list[str]:
    """Every breach of the floors' rules below a project's root, each as 'path:line: what, and what to do'."""
    found: list[str] = []
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*")):
            if not path.is_file() or path.suffix not in _TEXT_SUFFIXES:
                continue
            where = path.relative_to(root).as_posix()
            found += _shape_breaches(path, where)
            if path.suffix == ".py":
                tree = ast.parse(path.read_text(encoding="utf-8"), filename=where)
                found += [f"{where}:{breach}" for breach in _import_breaches(tree, where)]
    return found


def _shape_breaches(path: Path, where: str) -> Iterator[str]:
    count = len(path.read_text(encoding="utf-8").splitlines())
    if count > MAX_LINES:
        yield f"{where}:{count}: longer than {MAX_LINES} lines: split it by noun"
    vague = VAGUE_NAMES.intersection(path.stem.lower().split("_"))
    if vague:
        yield f"{where}:1: the name {path.stem!r} says nothing: name the noun or the verb that is inside"


def _import_breaches(tree: ast.Module, where: str) -> Iterator[str]:
    floor = where.split("/")[0]
    is_stage = floor == "tasks" and where != "tasks/stage.py" and _declares_a_stage(tree)
    at_import = set(_nodes_that_run_at_import(tree))
    for node in ast.walk(tree):
        told: set[str] = set()
        for name in _imported_names(node, where):
            for told_once, breach in _breaches_of(name, floor, is_stage, node in at_import):
                if told_once not in told:
                    yield f"{getattr(node, 'lineno', 1)}: {breach}"
                told.add(told_once)


def _breaches_of(name: str, floor: str, is_stage: bool, at_import: bool) -> Iterator[tuple[str, str]]:
    """Rules that the import of a dotted name breaks, with what is wrong."""
    package = name.split(".")[0]
    if package in FLOORS and FLOORS.index(package) > FLOORS.index(floor):
        yield "floor", f"{floor} imports {name}, which lies above it: move what is shared down"
    if is_stage and package == "tasks" and not _is_or_is_in(name, {"tasks", "tasks.stage"}):
        yield "stage", f"a stage imports {name}: stages pass nouns, not each other's code"
    if floor == "models" and _is_or_is_in(name, NOT_IN_MODELS):
        yield "model", f"a model imports {name}: arrays in, arrays out"
    if package == "prefect" and floor not in ("flows", "models"):
        yield "prefect", "prefect is known to flows only"
    if package in HEAVY and at_import:
        yield "heavy", f"{package} is imported with the module: do it where it is needed"


def _is_or_is_in(name: str, modules: set[str]) -> bool:
    """Whether a dotted name is one of the modules or lies in one ('tasks' itself holds nothing)."""
    return any(name == module or (module != "tasks" and name.startswith(f"{module}.")) for module in modules)


def _declares_a_stage(tree: ast.Module) -> bool:
    return any(
        isinstance(decorator, ast.Call) and ast.unparse(decorator.func).split(".")[-1] == "stage"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def _imported_names(node: ast.AST, where: str) -> list[str]:
    """Dotted names that an import statement asks for, relative ones made absolute."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    module = node.module or ""
    if node.level:
        package = where.split("/")[:-1]
        module = ".".join([*package[: len(package) - node.level + 1], *filter(None, [module])])
    return [module, *(f"{module}.{alias.name}" for alias in node.names)]


def _nodes_that_run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes outside of function bodies and of `if TYPE_CHECKING:`."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


@pytest.mark.slow
def test_the_house_keeps_its_floors() -> None:
    found = violations(ROOT)
    assert not found, "\n" + "\n".join(found)


PLANTED = {
    "upwards": ("models/depth/box.py", "from tasks.stage import StageConfig", "lies above it"),
    "upwards in a function": ("data_contracts/rig.py", "def f():\n    import models.rig", "lies above it"),
    "upwards for types only": (
        "configs/profile.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flows.runner import Runner",
        "lies above it",
    ),
    "upwards, relative": ("tasks/deep/x.py", "from ...flows import runner", "lies above it"),
    "stage to stage": (
        "tasks/rig.py",
        "from tasks.stage import stage\nfrom tasks.segment import clean\n@stage(version=1)\ndef rig(): ...",
        "stages pass nouns",
    ),
    "stage to stage, by package": (
        "tasks/rig.py",
        "from tasks import segment\nfrom tasks.stage import stage\n@stage(version=1)\ndef rig(): ...",
        "stages pass nouns",
    ),
    "manifest in a model": ("models/rig/x.py", "from data_contracts import manifest", "arrays in"),
    "prefect in a model": ("models/rig/x.py", "def f():\n    from prefect import task", "arrays in"),
    "prefect in a stage": ("tasks/x.py", "import prefect.context", "flows only"),
    "heavy at the top": ("models/depth/x.py", "import torch.nn.functional as F", "torch is imported"),
    "heavy in a try": ("models/x.py", "try:\n    import gsplat\nexcept ImportError:\n    pass", "gsplat is"),
    "heavy in a class body": ("models/x.py", "class A:\n    import timm", "timm is imported"),
    "heavy in the else of TYPE_CHECKING": (
        "models/x.py",
        "import typing\nif typing.TYPE_CHECKING:\n    import torch\nelse:\n    import rembg",
        "rembg is imported",
    ),
    "too long": ("flows/x.py", "x = 1\n" * (MAX_LINES + 1), "split it"),
    "too long a page": ("flows/x.css", "\n" * (MAX_LINES + 1), "split it"),
    "a vague name": ("models/image_utils.py", "", "says nothing"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_breach_is_found(tmp_path: Path, case: str) -> None:
    name, source, message = PLANTED[case]
    _plant(tmp_path, name, source)
    (found,) = violations(tmp_path)
    assert message in found
    assert found.startswith(f"{name}:")


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    _plant(tmp_path, "flows/run.py", "import prefect\nfrom tasks.rig import rig\nimport data_contracts.store")
    _plant(tmp_path, "tasks/pipeline.py", "from tasks.rig import rig\nSTAGES = [rig]")
    _plant(
        tmp_path,
        "tasks/rig.py",
        "from data_contracts.rig import Rig\nfrom models.rig import load\nfrom tasks.stage import stage\n"
        "@stage(version=1)\ndef rig(): ...",
    )
    _plant(
        tmp_path,
        "models/rig/x.py",
        "from typing import TYPE_CHECKING\nfrom models.rig import y\nif TYPE_CHECKING:\n    import torch\n"
        "class A:\n    def f(self):\n        import torch",
    )
    _plant(tmp_path, "models/depth/transformers.py", "from models.depth import transformers")
    assert violations(tmp_path) == []


def _plant(root: Path, name: str, source: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
