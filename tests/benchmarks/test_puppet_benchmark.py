"""The puppet's benchmark measures what it says, against baselines that do the same work."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from models.puppet.lattice import lattice_over
from tests.benchmarks import puppet
from tests.benchmarks.puppet_baselines import TwoSteps, animated_drawings
from tests.tasks.character_scene import figure, skeleton


def rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize("angle", [0.0, 0.7, -2.8])
def test_the_plain_solver_turns_a_mesh_whose_pins_are_turned(angle: float) -> None:
    mesh = lattice_over(np.ones((10, 40), np.float32), 5)
    pins = np.array([0, 4, 11, len(mesh.vertices) - 1])
    goal = mesh.vertices @ rotation(angle).T + [30, -4]
    moved = TwoSteps(pins, mesh.triangles, mesh.vertices).solve(goal[pins])
    np.testing.assert_allclose(moved, goal, atol=1e-5)


def test_the_plain_solver_keeps_lengths_where_a_strip_is_stretched() -> None:
    mesh = lattice_over(np.ones((10, 60), np.float32), 5)
    x = mesh.vertices[:, 0]
    pins = np.flatnonzero((x == x.min()) | (x == x.max()))
    bent = mesh.vertices[pins] - [0, 0]
    bent[mesh.vertices[pins, 0] > 0] = (mesh.vertices[pins][mesh.vertices[pins, 0] > 0] - [60, 5]) @ rotation(
        0.9
    ).T
    bent[mesh.vertices[pins, 0] > 0] += [52, 25]
    moved = TwoSteps(pins, mesh.triangles, mesh.vertices).solve(bent)
    np.testing.assert_allclose(moved[pins], bent, atol=1e-3)
    edges = mesh.edges()
    stretch = np.linalg.norm(moved[edges[:, 0]] - moved[edges[:, 1]], axis=1) / np.linalg.norm(
        mesh.vertices[edges[:, 0]] - mesh.vertices[edges[:, 1]], axis=1
    )
    assert stretch.min() > 0.6 and stretch.max() < 1.5


@pytest.mark.slow
@pytest.mark.parametrize("installed", [True, False])
def test_the_figures_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], installed: bool
) -> None:
    def theirs(pins_xy: np.ndarray, triangles: np.ndarray, vertices: np.ndarray) -> TwoSteps:
        pins = [int(np.linalg.norm(vertices - pin, axis=1).argmin()) for pin in pins_xy]
        return TwoSteps(np.array(pins), triangles, vertices)

    rgb, alpha = figure()
    monkeypatch.setattr(puppet, "figures", lambda assets: [puppet.Figure("doll", rgb, alpha, skeleton())])
    monkeypatch.setattr(puppet, "animated_drawings", lambda: theirs if installed else None)
    monkeypatch.setattr(puppet, "ROUNDS", 1)
    monkeypatch.setattr(puppet, "MESH_VERTICES", 300)
    monkeypatch.setattr("sys.argv", ["puppet", str(tmp_path / "bench" / "puppet.json")])
    puppet.main()
    told = SimpleNamespace(**json.loads((tmp_path / "bench" / "puppet.json").read_text()))
    assert told.frames_per_s_512 > 1 and told.solve_ms > 0 and told.init_s > 0
    assert told.ratio_two_steps_solve > 1
    if installed:
        assert told.ratio_animated_drawings_solve > 1
    else:
        assert told.ratio_animated_drawings_solve is None
        assert "AnimatedDrawings is not installed" in capsys.readouterr().out
    assert told.figures[0]["same_mesh_vertices"] <= 300


def test_animated_drawings_is_used_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert animated_drawings() is None or animated_drawings().__name__ == "ARAP"
    package = tmp_path / "animated_drawings" / "model"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "arap.py").write_text("class ARAP: installed = True\n")
    for name in ("animated_drawings", "animated_drawings.model", "animated_drawings.model.arap"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    found = animated_drawings()
    assert found is not None and found.installed
