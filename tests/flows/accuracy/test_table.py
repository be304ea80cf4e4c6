from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.accuracy.results import Results
from flows.accuracy.table import Row
from tests.flows.accuracy.example_results import example_results


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return example_results(tmp_path / "scratch")


def row(results: Results, backend: str, dataset: str, measure: str) -> Row | None:
    key = (backend, dataset, measure)
    return next((row for row in results.rows if row[1:4] == key), None)


def test_a_value_is_the_mean_over_cases_with_its_interval(results: Results) -> None:
    found = row(results, "classical", "puppet world, easy", "score")
    assert found is not None and found.ci_low is not None and found.ci_high is not None
    assert found.value == pytest.approx(0.85)
    assert 0.7 <= found.ci_low < 0.85 < found.ci_high <= 1
    assert (found.n, found.baseline, found.oracle) == (4, pytest.approx(0.115), 1.0)


def test_baseline_and_oracle_are_of_the_cases_that_count(results: Results) -> None:
    # 'owns' gives up on cases 1 and 3, so that 0 and 2 are left.
    found = row(results, "owns", "puppet world, easy", "score")
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(0.9), 2)
    assert found.baseline == pytest.approx(0.11)
    failures = row(results, "owns", "puppet world, easy", "failures")
    assert failures is not None
    assert (failures.value, failures.n, failures.baseline, failures.oracle) == (0.5, 4, None, None)


def test_a_measure_without_oracle_has_none(results: Results) -> None:
    found = row(results, "classical", "real | hard", "error")
    assert found is not None
    assert (found.baseline, found.oracle) == (500, None)


def test_cases_that_do_not_apply_make_no_row(results: Results) -> None:
    assert row(results, "elsewhere", "puppet world, easy", "score") is not None
    assert [r for r in results.rows if r.backend == "elsewhere" and r.dataset.startswith("real")] == []


def test_no_crash_makes_no_row_and_unusable_backends_are_named(results: Results) -> None:
    assert {r.measure for r in results.rows} == {"score", "error", "failures"}
    assert results.roles[0].unusable == {"absent": "weights <b>that</b> nobody has"}


def test_targets_are_the_embedded_backends(results: Results) -> None:
    told = {(v.backend, v.dataset, v.measure.name): v.met for v in results.roles[0].verdicts}
    assert told == {
        ("classical", "puppet world, easy", "score"): True,
        ("classical", "real | hard", "error"): False,
    }


def test_the_json_has_these_keys_and_no_others(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path)
    rows = json.loads((tmp_path / "accuracy.json").read_text())
    keys = {"role", "backend", "dataset", "measure", "value", "ci_low", "ci_high", "n", "baseline", "oracle"}
    assert len(rows) == len(results.rows)
    assert all(set(row) == keys for row in rows)
    trials = json.loads((tmp_path / "trials.json").read_text())
    assert sum(bool(one["failure"]) for one in trials) == 3
    assert all(one["values"] or one["failure"] or one["crash"] for one in trials)
