from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from flows.accuracy import run
from flows.accuracy.roles import ROLES, load_role
from tests.flows.accuracy import example_role


def test_every_role_is_one_and_its_measures_have_names_of_their_own() -> None:
    for name in ROLES:
        role = load_role(name)
        names = [measure.name for measure in role.measures]
        assert len(set(names)) == len(names)
        assert role.backends, name
        assert {target.measure for target in role.targets} <= set(names)
        module = importlib.import_module(role.measure.__module__)
        assert getattr(module, role.measure.__name__) is role.measure, "workers find it by its name"


@pytest.mark.slow
def test_the_verb_writes_all_files_and_tells_the_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def world(out: Path, **_: Any) -> Path:
        return out / "world"

    monkeypatch.setattr(run, "fixed_world", world)
    monkeypatch.setattr(run, "load_role", lambda name: example_role.ROLE)
    monkeypatch.setattr(run, "module_of", lambda name: example_role.__name__)
    out, docs = tmp_path / "out", tmp_path / "accuracy.md"
    options = ["--quick", "--role", "segment", "--out", str(out), "--workers", "2", "--docs", str(docs)]
    assert cli.invoke(["accuracy", *options, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == json.loads((out / "accuracy.json").read_text())
    assert {row["backend"] for row in rows} == {"classical", "owns", "elsewhere"}
    assert (out / "report.html").is_file() and (out / "trials.json").is_file()
    assert "<!-- table:targets -->" in docs.read_text()
    assert cli.invoke(["accuracy", *options]) == 0
    assert "example: 1 of 2 targets reached" in capsys.readouterr().out


def test_wrong_options_are_said_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    afile = tmp_path / "file"
    afile.touch()
    for options, said in (
        (["--role", "juggle"], "there is no such role"),
        (["--approve"], "only the quick table is approved"),
        (["--assets", str(tmp_path / "none")], "there is no folder of real inputs"),
        (["--docs", str(tmp_path)], "a folder is in the page's place"),
        (["--out", str(afile / "below")], "the folder of results cannot be made"),
    ):
        assert cli.invoke(["accuracy", *out, *options]) == 1
        assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()
