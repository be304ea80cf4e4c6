"""What the report says, checked against a run whose every row is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.store import ItemStore
from flows.pipeline import STAGES
from flows.report.chain import chain_of, job_names
from flows.report.content import RunContent, content_of
from flows.report.graph import graph_of, implied_edges
from flows.report.ledger import Ledger
from flows.report.stage_notes import NOTES, in_order
from flows.report.wording import counted, duration, listed
from flows.run_folder import RunFolder
from tests.flows.report.example_run import ExampleRun, example_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ExampleRun:
    run = example_run(tmp_path_factory.mktemp("example"))
    run.write()
    return run


@pytest.fixture(scope="module")
def content(run: ExampleRun) -> RunContent:
    return content_of(run.folder)


@pytest.mark.slow
def test_jobs_and_what_became_of_them(content: RunContent) -> None:
    assert {job.name: job.outcome for job in content.jobs} == {
        "fox×waltz": "ok",
        "fox×walk": "filtered",
        "blob×waltz": "quarantined",
        "row 5": "quarantined",
    }
    sentences = {job.name: job.sentence for job in content.jobs}
    assert sentences["fox×waltz"] == "Accepted: mean 4.40 is over 4"
    assert sentences["fox×walk"] == "Rejected: mean 3.20 is not over 4"
    assert sentences["blob×waltz"].startswith("rig failed on blob: blob.png: no figure")
    assert content.job_counts == {"ok": 1, "filtered": 1, "quarantined": 2, "skipped": 0}
    assert content.summary == "2 of 4 jobs have their videos. 2 items failed, in the job table and rig."


@pytest.mark.slow
def test_failures_with_what_they_held_up_and_how_to_try_again(content: RunContent, run: ExampleRun) -> None:
    table, rig = content.failures
    assert (table.stage, table.error_class, table.held_up) == ("jobs", "ConfigError", 0)
    assert table.command.startswith("bunraku run embedded --jobs '/data/my jobs.csv' --out ")
    assert (rig.stage, rig.item, rig.error_class, rig.attempts) == ("rig", "blob", "InputError", 2)
    assert rig.held_up == 7, "draw_conditions to review"
    assert rig.command == f"bunraku rerun --out {run.folder.path} --failed --items blob"


def test_costs_count_shared_and_stored_items_once(content: RunContent) -> None:
    stages = {stage.name: stage for stage in content.stages}
    assert stages["ingest"].cached == 1
    assert (stages["ingest"].spent_s, stages["ingest"].saved_s) == pytest.approx((2.4, 0.8))
    assert stages["extend_splats"].spent_s == pytest.approx(3 * 21.4)
    assert content.facts["Took"] == "2 min 05 s"
    assert content.facts["Saved by the store"] == "800 ms"
    assert content.facts["Seeds"] == "7"
    assert content.versions == {"bunraku": "0.1.0", "numpy": "2.4.0"}


def test_counts_of_a_stage_and_its_failed_rows_first(content: RunContent) -> None:
    rig = next(stage for stage in content.stages if stage.name == "rig")
    assert rig.counts == {"ok": 1, "filtered": 0, "quarantined": 1, "skipped": 0}
    assert [row.item for row in rig.rows] == ["blob", "fox"]
    assert rig.manifest == "manifests/rig/rig.parquet"


def test_edges_come_from_the_rows_and_the_drawing_holds_every_stage(content: RunContent) -> None:
    assert ("rig", "draw_conditions") in content.edges
    assert ("ingest", "refine") not in content.edges
    assert [stage.name for stage in content.stages] == [
        n for n in NOTES if n not in ("erase_figure", "join_figures", "export")
    ]
    graph = graph_of(content.stages, content.edges)
    places = {(box.x, box.y) for box in graph.boxes}
    assert len(places) == len(graph.boxes) == len(content.stages)
    assert all(0 <= box.x < graph.width and 0 <= box.y < graph.height for box in graph.boxes)
    assert {(edge.source, edge.target) for edge in graph.edges} == set(content.edges)
    box = next(box for box in graph.boxes if box.stage.name == "rig")
    assert box.shares() == [("ok", 0.0, 0.5), ("quarantined", 0.5, 0.5)]


def test_an_edge_is_implied_where_a_longer_way_leads_there_too() -> None:
    assert implied_edges([("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]) == {("a", "c")}


def test_a_job_finds_its_own_rows_among_those_of_others(run: ExampleRun) -> None:
    ledger = Ledger.read(run.folder)
    assert job_names(ledger) == ["fox×waltz", "fox×walk", "blob×waltz", "row 5"]
    chain = chain_of(ledger, "fox×walk")
    found = {name: row.item for name, row in vars(chain).items() if row is not None}
    assert (found["reference"], found["matte"], found["driving"]) == ("fox", "fox", "walk")
    assert (found["rig"], found["pose"], found["background"]) == ("fox", "walk", "fox")
    assert (found["result"], found["verdict"]) == ("fox×walk", "fox×walk")
    assert chain.verdict is not None
    assert chain.verdict.stage == "filter", "review was skipped"
    blob = chain_of(ledger, "blob×waltz")
    assert blob.reference is not None
    assert (blob.reference.item, blob.stopped_by and blob.stopped_by.stage) == ("blob", "rig")


def test_files_of_records_are_found_in_the_store(run: ExampleRun) -> None:
    row = Ledger.read(run.folder).row("refine", "fox×waltz")
    assert row is not None
    video = row.file("video")
    assert video is not None
    assert video.read_bytes()[4:8] == b"ftyp"
    assert row.file("no such field") is None


@pytest.mark.slow
def test_a_run_that_stopped_half_way_says_what_is_missing(tmp_path: Path) -> None:
    run = example_run(tmp_path)
    run.write(["ingest", "segment", "track_camera"], finished=False)
    content = content_of(run.folder)
    assert [stage.name for stage in content.stages] == ["ingest", "segment", "track_camera"]
    assert [job.name for job in content.jobs] == ["fox×waltz", "fox×walk", "blob×waltz"]
    assert {job.outcome for job in content.jobs} == {"skipped"}
    assert "broken off" in content.summary
    (missing,) = content.missing
    assert missing.startswith("The run has no manifest of track_pose, rig, ")
    driving = content.jobs[0].chain.driving
    assert driving is not None
    assert driving.item == "waltz", "found through the camera, for want of a pose"


@pytest.mark.slow
def test_damaged_and_absent_files_of_a_run_are_told(tmp_path: Path) -> None:
    run = example_run(tmp_path)
    run.write()
    run.folder.manifest_path("score").write_bytes(b"no parquet")
    (tmp_path / "run.json").unlink()
    (tmp_path / "state.json").write_text("{")
    content = content_of(run.folder)
    told = "\n".join(content.missing)
    assert "The manifest of score cannot be read: ArrowInvalid" in told
    assert "run.json" in told
    assert "state.json cannot be read" in told
    assert content.jobs[0].chain.scores is None
    assert content.jobs[0].outcome == "ok"


def test_an_empty_folder_gives_a_report_that_says_so(tmp_path: Path) -> None:
    content = content_of(RunFolder(tmp_path, ItemStore(tmp_path / "store")))
    assert (content.stages, content.jobs, content.failures) == ([], [], [])
    assert content.summary == "No jobs are known."


def test_stages_stand_in_pipeline_order_and_unknown_ones_last() -> None:
    assert in_order({"my_stage", "refine", "ingest"}) == ["ingest", "refine", "my_stage"]


def test_every_stage_of_the_pipeline_has_its_note() -> None:
    assert list(NOTES) == ["jobs", *(stage.name for stage in STAGES)]


def test_wording() -> None:
    assert [duration(s) for s in (0, 0.02, 1.25, 61.25, 125, 7320)] == [
        "0 s", "20 ms", "1.2 s", "1 min 01 s", "2 min 05 s", "2 h 02 min"
    ]  # fmt: skip
    assert (counted(1, "job"), counted(2000, "job")) == ("1 job", "2,000 jobs")
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c"
    ]  # fmt: skip
