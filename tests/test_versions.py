"""Nobody changes what a stage or backend does and forgets its version, which is part of every cache key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.approve_versions import APPROVED, ROOT, complaints, digest, units_of

WHAT_TO_DO = """
Cached items are found by these versions, so a change that is not in them is not run.
- Does the output's meaning change? Raise the `version` of the stage or backend named above.
- Then, and also where the output stays the same: `make approve-versions`, and commit the file it writes."""

BACKEND = """
from typing import ClassVar
from models.depth.planes import plane

class Box:
    version: ClassVar[int] = 1

    def estimate(self):
        return plane(2)
"""
STAGE = """
from models.depth import load, to_metres
from tasks.stage import stage

@stage(version=3, timeout_s=60)
def estimate_depth(config):
    return to_metres(load(config)())
"""
PACKAGE = """
from models.depth.box import Box
from models.depth.units import to_metres

def load(config):
    return Box().estimate
"""


@pytest.mark.slow
def test_stages_and_backends_are_as_their_versions_were_approved() -> None:
    found = complaints(units_of(ROOT), json.loads(APPROVED.read_text(encoding="utf-8")))
    assert not found, "\n" + "\n".join(found) + WHAT_TO_DO


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "models/depth/__init__.py": PACKAGE,
        "models/depth/box.py": BACKEND,
        "models/depth/planes.py": "def plane(x):\n    return x + 1\n",
        "models/depth/units.py": "def to_metres(x):\n    return x\n",
        "tasks/estimate_depth.py": STAGE,
        "tasks/stage.py": "def stage(**facts): ...\n",
    }
    for name, source in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return tmp_path


def approve(project: Path) -> dict[str, object]:
    return {
        name: {"version": unit.version, "sources": unit.sources} for name, unit in units_of(project).items()
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_units_and_the_files_that_they_use(project: Path) -> None:
    units = units_of(project)
    assert {name: unit.version for name, unit in units.items()} == {
        "tasks/estimate_depth.py:estimate_depth": 3,
        "models/depth/box.py:Box": 1,
    }
    assert list(units["models/depth/box.py:Box"].sources) == ["models/depth/box.py", "models/depth/planes.py"]
    stage_sources = units["tasks/estimate_depth.py:estimate_depth"].sources
    assert list(stage_sources) == ["models/depth/units.py", "tasks/estimate_depth.py"]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("tasks/estimate_depth.py", "tasks/estimate_depth.py:estimate_depth"),
        ("models/depth/units.py", "tasks/estimate_depth.py:estimate_depth"),
        ("models/depth/box.py", "models/depth/box.py:Box"),
        ("models/depth/planes.py", "models/depth/box.py:Box"),
    ],
)
def test_a_change_without_a_new_version_is_found(project: Path, name: str, unit: str) -> None:
    approved = approve(project)
    edit(project / name, "return ", "return 2 * ")
    (found,) = complaints(units_of(project), approved)
    assert found.startswith(f"{unit} is still version")
    assert found.endswith(name)


def test_comments_docstrings_and_layout_may_change(project: Path) -> None:
    approved = approve(project)
    path = project / "models/depth/planes.py"
    path.write_text(
        '"""Planes."""\n\n\ndef plane(\n    x,\n):\n    """Why."""\n    # because\n    return (x + 1)\n'
    )
    assert complaints(units_of(project), approved) == []


def test_a_raised_version_asks_for_approval_once(project: Path) -> None:
    approved = approve(project)
    edit(project / "models/depth/box.py", "= 1", "= 2")
    assert complaints(units_of(project), approved) == [
        "models/depth/box.py:Box was raised from version 1 to 2"
    ]
    assert complaints(units_of(project), approve(project)) == []


def test_new_lost_and_lowered_units_are_found(project: Path) -> None:
    approved = approve(project)
    edit(project / "tasks/estimate_depth.py", "version=3", "version=2")
    edit(project / "models/depth/box.py", "class Box", "class Room")
    found = "\n".join(complaints(units_of(project), approved))
    assert "went back from version 3 to 2" in found
    assert "box.py:Room is new" in found
    assert "box.py:Box is approved and no longer there" in found


def test_two_digests_of_numbers_differ(tmp_path: Path) -> None:
    sources = ["x = 1", "x = 1.0", "x = True", "x = '1'", "x = b'1'", "x = None"]
    digests = set()
    for source in sources:
        (tmp_path / "x.py").write_text(source)
        digests.add(digest(tmp_path / "x.py"))
    assert len(digests) == len(sources)
