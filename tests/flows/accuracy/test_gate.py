from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data_contracts.errors import ConfigError
from flows.accuracy import gate
from flows.accuracy.results import Results
from tests.flows.accuracy.example_results import example_results


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Results:
    monkeypatch.setattr(gate, "role_names", lambda: ["example"])
    return example_results(tmp_path / "scratch")


def changed(path: Path, dataset: str, measure: str, **values: Any) -> list[gate.Floor]:
    """The approved numbers with one of them changed."""
    entries = json.loads(path.read_text())
    for entry in entries:
        if (entry["dataset"], entry["measure"]) == (dataset, measure):
            entry.update(values)
    path.write_text(json.dumps(entries))
    return gate.read_floors(path)


def test_what_was_just_approved_is_no_breach(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "floor.json"
    assert gate.approve(results, path) == 6, "two measures and the failures of two data sets"
    floors = gate.read_floors(path)
    assert {floor.backend for floor in floors} == {"classical"}, "the embedded profile alone"
    assert all(floor.reason for floor in floors)
    assert gate.breaches(results, floors) == []


def test_worse_by_more_than_the_tolerance_is_a_breach_in_either_direction(
    results: Results, tmp_path: Path
) -> None:
    path = tmp_path / "floor.json"
    gate.approve(results, path)
    assert gate.breaches(results, changed(path, "puppet world, easy", "score", value=0.86)) == []
    (breach,) = gate.breaches(results, changed(path, "puppet world, easy", "score", value=0.88))
    assert "score is 0.850; approved 0.880 with a tolerance of 0.020" in str(breach)
    changed(path, "puppet world, easy", "score", value=0.1)
    (breach,) = gate.breaches(results, changed(path, "real | hard", "error", value=4.0))
    assert "error is 5.00; approved 4.00" in str(breach)
    changed(path, "real | hard", "error", value=9.0)
    assert gate.breaches(results, gate.read_floors(path)) == [], "better is fine"


def test_a_number_that_is_gone_is_a_breach_unless_its_inputs_are(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "floor.json"
    gate.approve(results, path)
    floors = changed(path, "real | hard", "error", backend="of old")
    (breach,) = gate.breaches(results, floors)
    assert "is gone" in str(breach)
    assert gate.breaches(example_results(tmp_path / "s", with_assets=False), floors) == []


def test_tolerances_that_a_person_set_stay(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "floor.json"
    gate.approve(results, path)
    changed(path, "puppet world, easy", "score", value=0.2, tolerance=0.3, reason="few cases")
    gate.approve(results, path)
    (floor,) = [f for f in gate.read_floors(path) if f.key[2:] == ("puppet world, easy", "score")]
    assert (floor.value, floor.tolerance, floor.reason) == (0.85, 0.3, "few cases")


def test_only_a_whole_quick_table_is_approved(tmp_path: Path) -> None:
    for odd in ({"quick": False}, {"with_assets": False}):
        with pytest.raises(ConfigError, match="cannot be approved"):
            gate.approve(example_results(tmp_path / "s", **odd), tmp_path / "floor.json")
    assert not (tmp_path / "floor.json").exists()


def test_a_floor_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no approved numbers"):
        gate.read_floors(tmp_path / "floor.json")
    (tmp_path / "floor.json").write_text('[{"role": "x"}]')
    with pytest.raises(ConfigError, match="cannot be read"):
        gate.read_floors(tmp_path / "floor.json")
