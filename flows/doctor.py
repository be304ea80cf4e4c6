"""Doctor: which backends are usable on this machine, and what is missing for the others."""

from __future__ import annotations

import shutil
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from configs.profile import Profile
from flows.views import print_json, print_table


def backends(model: type[BaseModel] = Profile) -> Iterator[tuple[str, type[BaseModel]]]:
    """All backends that a profile can name, with the path of the setting that names them."""
    hints = typing.get_type_hints(model, include_extras=False)
    for name in model.model_fields:
        for member in _members(hints[name]):
            if "kind" in member.model_fields:
                yield name, member
            yield from ((f"{name}.{path}", backend) for path, backend in backends(member))


def _members(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) in (typing.Union, typing.Annotated):
        return [member for part in typing.get_args(hint) for member in _members(part)]
    return [hint] if isinstance(hint, type) and issubclass(hint, BaseModel) else []


def examine() -> list[dict[str, str]]:
    """One line for each backend: role, kind, and what is missing ('' if it is usable)."""
    lines = {}
    for path, backend in backends():
        kind = backend.model_fields["kind"].default
        lines[path.removesuffix(".backend"), kind] = _missing(backend)
    return [{"stage": stage, "backend": kind, "missing": text} for (stage, kind), text in lines.items()]


def _missing(backend: type[BaseModel]) -> str:
    try:
        config: Any = backend()
    except ValueError:
        config = backend.model_construct()
    check = getattr(config, "missing", None)
    return (check() or "") if check else ""


def show_doctor(*, as_json: bool) -> int:
    """Print the state of all backends. Returns the exit code."""
    lines = examine()
    if as_json:
        print_json([{**line, "usable": not line["missing"]} for line in lines])
        return 0
    rows = [(line["stage"], line["backend"], line["missing"] or "usable") for line in lines]
    print_table("Backends", ("stage", "backend", "state"), rows)
    notes = _notes()
    if notes:
        print_table("This machine", ("what", "state"), notes)
    return 0


def _notes() -> list[tuple[str, str]]:
    import torch

    from models.torchvision_ops import register_missing_ops

    cuda = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none: backends run on the CPU"
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return [
        ("GPU", cuda),
        ("torch", torch.__version__),
        (
            "torchvision",
            "built for another torch: works, without its own operators (models/torchvision_ops.py)"
            if register_missing_ops()
            else "matches torch",
        ),
        ("browser for tests of the report", browser or "none: those tests are skipped"),
    ]
