from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data_contracts.errors import StorageFull
from data_contracts.manifest import Manifest
from data_contracts.store import ItemStore
from flows.order import Item, Outcome
from flows.run_folder import RunFolder
from flows.runner import Runner
from flows.scheduler import Threads
from flows.supervisor import Supervisor
from tests.flows.example_stages import (
    ArithmeticConfig,
    Number,
    RoomConfig,
    double,
    increment,
    keep,
    poison,
    poison_in_chunks,
    write_page,
)


class Tally:
    """Counts what was made and what was only looked up."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.cached: list[str] = []

    def begin(self, stage: str, items: int, skipped: int) -> None:
        return None

    def advance(self, stage: str, outcome: Outcome) -> None:
        (self.cached if outcome.cached else self.made).append(stage)

    def end(self, manifest: Manifest[Any], seconds: float) -> None:
        return None


@contextmanager
def running(folder: Path, tally: Tally | None = None, *, verify: bool = False) -> Iterator[Runner]:
    store = ItemStore(folder / "store")
    with Supervisor(store, workers=2) as supervisor:
        yield Runner(RunFolder(folder, store), supervisor, Threads(2), tally or Tally(), verify=verify)


def numbers(*values: int) -> list[Item]:
    return [Item(f"n{value}", {"number": Number(value=value)}) for value in values]


@pytest.mark.slow
def test_stages_chain_and_a_second_run_makes_nothing(tmp_path: Path) -> None:
    def run(tally: Tally) -> Manifest[Any]:
        with running(tmp_path, tally) as runner:
            first = runner.stage(increment, numbers(1, 2, 3), ArithmeticConfig())
            items = [Item(row.item, {"number": row}) for row in first.rows]
            runner.stage(double, items, ArithmeticConfig())
            return runner.stage(write_page, items, ArithmeticConfig())

    first, second = Tally(), Tally()
    pages = run(first)
    assert [row.record.path(row.record.text).read_text() for row in pages.rows] == ["2\n", "3\n", "4\n"]
    assert len(first.made) == 9
    run(second)
    assert (len(second.made), len(second.cached)) == (0, 9)


@pytest.mark.slow
def test_a_changed_setting_reruns_what_depends_on_it_and_no_more(tmp_path: Path) -> None:
    def run(tally: Tally, add: int) -> None:
        with running(tmp_path, tally) as runner:
            first = runner.stage(increment, numbers(1, 10), ArithmeticConfig())
            second = runner.stage(
                increment, [Item(row.item, {"number": row}) for row in first.rows], ArithmeticConfig(add=add)
            )
            runner.stage(write_page, [Item(r.item, {"number": r}) for r in second.rows], ArithmeticConfig())

    run(Tally(), 5)
    tally = Tally()
    run(tally, 6)
    assert tally.made == ["increment", "increment", "write_page", "write_page"]


@pytest.mark.slow
def test_equal_results_of_a_parent_leave_children_alone(tmp_path: Path) -> None:
    def run(tally: Tally, value: int, add: int) -> None:
        with running(tmp_path, tally) as runner:
            first = runner.stage(increment, numbers(value), ArithmeticConfig(add=add))
            runner.stage(write_page, [Item("n", {"number": first.rows[0]})], ArithmeticConfig())

    run(Tally(), 1, 4)
    tally = Tally()
    run(tally, 2, 3)
    assert (tally.made, tally.cached) == (["increment"], ["write_page"])


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_is_no_items_fault(tmp_path: Path) -> None:
    config = RoomConfig(full=tmp_path / "full")
    config.full.touch()
    with running(tmp_path) as runner, pytest.raises(StorageFull, match=r"no room left.*Make room"):
        runner.stage(keep, numbers(1, 2, 3, 4), config)
    assert not (tmp_path / "quarantine").exists()
    config.full.unlink()
    with running(tmp_path) as runner:
        assert runner.stage(keep, numbers(1, 2, 3, 4), config).counts()["ok"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("stage", [poison, poison_in_chunks])
def test_each_kind_of_failure_costs_the_one_item_that_caused_it(tmp_path: Path, stage: Any) -> None:
    with running(tmp_path) as runner:
        manifest = runner.stage(stage, numbers(*range(1, 11)), ArithmeticConfig())
        after = runner.stage(
            write_page, [Item(r.item, {"number": r}) for r in manifest.rows], ArithmeticConfig()
        )
    classes = {row.item: row.error_class for row in manifest.rows if row.status == "quarantined"}
    assert classes == {
        "n4": "InputError",
        "n5": "StageCrash",
        "n6": "StageTimeout",
        "n7": "ZeroDivisionError",
    }
    assert "SIGKILL" in manifest["n5"].error_message
    assert manifest["n5"].attempt == 2, "a crash is tried once more"
    assert manifest.counts() == {"ok": 6, "filtered": 0, "quarantined": 4, "skipped": 0}
    assert after.counts() == {"ok": 6, "filtered": 0, "quarantined": 0, "skipped": 4}
    assert "'n4' was quarantined: item 4: four is not a number" in after["n4"].error_message


@pytest.mark.slow
def test_a_profile_may_set_a_stages_limit_without_making_its_items_anew(tmp_path: Path) -> None:
    with running(tmp_path) as runner:
        hanging = runner.stage(poison, numbers(6), ArithmeticConfig(timeout_s=0.5))["n6"]
    assert hanging.error_class == "StageTimeout"
    assert "its limit of 0.5 s" in hanging.error_message
    assert "`poison: {timeout_s: ...}`" in hanging.error_message
    with running(tmp_path) as runner:
        made = runner.stage(poison, numbers(1), ArithmeticConfig(timeout_s=0.5))
        again = runner.stage(poison, numbers(1), ArithmeticConfig(timeout_s=60))
    assert (made["n1"].key, made["n1"].status) == (again["n1"].key, "ok")


@pytest.mark.slow
def test_a_failed_item_waits_in_quarantine_until_it_is_put_back(tmp_path: Path) -> None:
    def run() -> tuple[Manifest[Any], Tally]:
        tally = Tally()
        with running(tmp_path, tally) as runner:
            return runner.stage(poison, numbers(4), ArithmeticConfig()), tally

    run()
    manifest, tally = run()
    assert tally.made == []
    assert (manifest["n4"].status, manifest["n4"].attempt) == ("quarantined", 1)
    RunFolder(tmp_path, ItemStore(tmp_path / "store")).put_back("poison", manifest["n4"].key)
    manifest, tally = run()
    assert tally.made == ["poison"]
    assert manifest["n4"].attempt == 2


@pytest.mark.slow
def test_a_damaged_item_is_made_again(tmp_path: Path) -> None:
    def run() -> tuple[Manifest[Any], Tally]:
        tally = Tally()
        with running(tmp_path, tally, verify=True) as runner:
            return runner.stage(write_page, numbers(1, 2), ArithmeticConfig()), tally

    manifest, _ = run()
    record = manifest["n1"].record
    record.path(record.text).write_text("9\n")
    manifest, tally = run()
    assert tally.made == ["write_page"]
    assert manifest["n1"].record.path(record.text).read_text() == "1\n"


def test_equal_items_are_made_once_and_each_has_its_row(tmp_path: Path) -> None:
    tally = Tally()
    with running(tmp_path, tally) as runner:
        items = [Item("a", {"number": Number(value=1)}), Item("b", {"number": Number(value=1)})]
        manifest = runner.stage(write_page, items, ArithmeticConfig())
    assert tally.made == ["write_page"]
    assert manifest["a"].key == manifest["b"].key


@pytest.mark.slow
def test_the_manifest_on_disk_is_the_one_that_was_returned(tmp_path: Path) -> None:
    with running(tmp_path) as runner:
        manifest = runner.stage(write_page, numbers(1, 2), ArithmeticConfig())
        read = runner.folder.read("write_page", write_page.record_type)
    assert read is not None
    assert [(r.item, r.key, r.status, r.record.digest()) for r in read.rows] == [
        (r.item, r.key, r.status, r.record.digest()) for r in manifest.rows
    ]
