from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import reached_code
from flows.reached_code import code_digest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    files = {
        "roles/__init__.py": "",
        "roles/one.py": "from models import matting\ndef f():\n    from models.late import late\n",
        "models/__init__.py": "from models.shared import x",
        "models/shared.py": "x = 1",
        "models/late.py": "import numpy\nlate = 1",
        "models/matting/__init__.py": "",
        "models/other.py": "y = 1",
        "configs/deep/profile.yaml": "a: 1",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(reached_code, "ROOT", tmp_path)
    for cached in (reached_code._reached, reached_code._imported):
        cached.cache_clear()
    yield tmp_path
    for cached in (reached_code._reached, reached_code._imported):
        cached.cache_clear()


@pytest.mark.parametrize(
    "name",
    ["roles/__init__.py", "roles/one.py", "models/__init__.py", "models/shared.py", "models/late.py",
     "models/matting/__init__.py"],
)  # fmt: skip
def test_an_edit_of_anything_that_imports_lead_to_changes_the_digest(project: Path, name: str) -> None:
    before = code_digest("roles.one")
    assert code_digest("roles.one") == before
    (project / name).write_text("z = 2")
    assert code_digest("roles.one") != before


def test_what_is_not_reached_does_not_matter_unless_it_is_named(project: Path) -> None:
    profile = project / "configs/deep/profile.yaml"
    before = code_digest("roles.one"), code_digest("roles.one", profile)
    (project / "models/other.py").write_text("y = 2")
    assert (code_digest("roles.one"), code_digest("roles.one", profile)) == before
    profile.write_text("a: 2")
    assert code_digest("roles.one") == before[0]
    assert code_digest("roles.one", profile) != before[1]


def test_a_role_reaches_its_backends_and_measures() -> None:
    reached = {
        path.relative_to(reached_code.ROOT).as_posix()
        for path in reached_code._reached("flows.accuracy.roles.segment")
    }
    assert {
        "flows/accuracy/roles/segment.py",
        "flows/accuracy/figure_pictures.py",
        "models/matting/classical.py",
        "models/matting/motion.py",
        "models/measures/masks.py",
    } <= reached


@pytest.mark.slow
def test_a_take_reaches_what_films_it() -> None:
    reached = {
        path.relative_to(reached_code.ROOT).as_posix()
        for path in reached_code._reached("flows.world.write_take")
    }
    assert {
        "models/world/filming/film.py",
        "models/world/figures/quadruped.py",
        "models/world/motions/bvh.py",
        "models/world/places/street.py",
        "models/compiling.py",
        "data_contracts/lossless_video.py",
    } <= reached
    assert not any(path.startswith(("tasks/", "models/matting/")) for path in reached)
