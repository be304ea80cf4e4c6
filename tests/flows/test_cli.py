"""The operator's verbs on one small real run: a good job, and one whose driving input is broken."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from data_contracts.manifest import Manifest
from data_contracts.store import ItemStore
from data_contracts.video import probe, read_clip
from flows.cli import invoke
from flows.pipeline import STAGES
from flows.run_folder import RunFolder
from tests.flows.command_line import bunraku, bunraku_here
from tests.flows.small_jobs import FIELDS, write_small_jobs


class SmallRun:
    """A run of two jobs in a folder."""

    def __init__(self, folder: Path) -> None:
        self.table = write_small_jobs(folder, "girl_waves", "robot_waves")
        self.out = folder / "out"
        self.motion = self.table.parent / "broken.bvh"
        self.motion.write_text("HIERARCHY\nROOT hips\n{\n")
        text = self.table.read_text().replace("robot.png,greeting.bvh", "robot.png,broken.bvh")
        self.table.write_text(text)

    def manifest(self, stage_name: str) -> Manifest[Any]:
        stage = next(stage for stage in STAGES if stage.name == stage_name)
        manifest = RunFolder(self.out, ItemStore(self.out / "store")).read(stage.name, stage.record_type)
        assert manifest is not None
        return manifest

    def made(self) -> Counter[str]:
        """How many items each stage made in the last run, rather than found."""
        counts: Counter[str] = Counter()
        for stage in STAGES:
            rows = self.manifest(stage.name).rows
            counts[stage.name] = sum(not row.cached and bool(row.key) for row in rows)
        return +counts


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    small = SmallRun(tmp_path_factory.mktemp("small"))
    done = bunraku("run", "embedded", "--jobs", small.table, "--out", small.out)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Jobs with a video: 1 of 2" in done.stdout
    assert "report.html" in done.stdout
    return small


pytestmark = pytest.mark.slow


def test_every_stage_has_its_manifest_and_every_item_its_row(run: SmallRun) -> None:
    for stage in STAGES:
        manifest = run.manifest(stage.name)
        manifest.check(len(manifest.rows))
        unused = ("erase_figure", "join_figures")  # no job here replaces anybody, or joins another
        assert bool(manifest.rows) == (stage.name not in unused)
    assert run.manifest("refine").counts() == {"ok": 1, "filtered": 0, "quarantined": 0, "skipped": 1}
    assert "broken" in run.manifest("refine")["robot_waves"].error_message


def test_the_video_is_what_the_job_asked_for(run: SmallRun) -> None:
    path = run.out / "videos" / "girl_waves.mp4"
    info = probe(path)
    assert max(info.width, info.height) == FIELDS["size"]
    assert (info.num_frames, round(info.fps)) == (FIELDS["num_frames"], FIELDS["fps"])
    frames = read_clip(path).astype(float)
    assert frames.std() > 20, "there is a picture"
    assert abs(frames[1:] - frames[:-1]).mean() > 0.5, "something moves"


def test_failures_tell_what_where_and_why(run: SmallRun) -> None:
    done = bunraku("failures", "--out", run.out, "--json")
    assert done.returncode == 2
    (failure,) = json.loads(done.stdout)
    assert (failure["stage"], failure["item"], failure["error_class"]) == ("ingest", "broken", "InputError")
    assert "broken.bvh" in failure["message"]


def test_status_and_plan_print_json(run: SmallRun) -> None:
    status = json.loads(bunraku_here("status", "--out", run.out, "--json").stdout)
    assert status["state"] == "finished"
    assert [stage["stage"] for stage in status["stages"]] == [stage.name for stage in STAGES]
    planned = json.loads(
        bunraku_here("plan", "embedded", "--jobs", run.table, "--out", run.out, "--json").stdout
    )
    actions = Counter(item["action"] for item in planned)
    assert actions["run"] == 0
    assert actions["quarantined"] == 1
    assert {item["why"] for item in planned if item["action"] == "cached"} == {"in the store"}


def test_a_changed_setting_is_planned_with_its_reason(run: SmallRun, tmp_path: Path) -> None:
    profile = tmp_path / "softer.yaml"
    profile.write_text("optimize_splats: {fit: {steps: 7}}\n")
    done = bunraku_here("plan", profile, "--jobs", run.table, "--out", run.out, "--json")
    planned = json.loads(done.stdout)
    to_run = {item["stage"]: item["why"] for item in planned if item["action"] == "run"}
    assert "config.fit.steps changed from" in to_run["optimize_splats"]
    assert "would be made anew" in to_run["render_background"]
    assert "build_scene" not in to_run


def test_a_plan_names_the_first_bad_jobs(tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text("reference,driving\n" + "".join(f"gone{n}.png,gone.bvh\n" for n in range(7)))
    done = bunraku_here("plan", "embedded", "--jobs", table, "--out", tmp_path / "run")
    assert "gone4.png" in done.stderr
    assert "gone5.png" not in done.stderr
    assert "2 more jobs are bad: --why" in done.stderr


def test_a_plan_says_which_backends_cannot_run_here(tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text("reference,driving\ngone.png,gone.bvh\n")
    done = bunraku_here("plan", "hub", "--jobs", table, "--out", tmp_path / "run", "--json")
    assert json.loads(done.stdout)[0]["action"] == "quarantined"
    assert "cannot run on this machine: estimate_depth.depth = " in done.stderr


def test_a_second_run_makes_nothing(run: SmallRun) -> None:
    done = bunraku_here("run", "embedded", "--jobs", run.table, "--out", run.out, "--local")
    assert done.returncode == 2
    assert run.made() == Counter()


def test_rerun_from_a_stage_makes_it_and_what_changed_with_it(run: SmallRun) -> None:
    before = run.manifest("refine")["girl_waves"]
    done = bunraku("rerun", "--from", "animate", "--items", "girl_waves", "--out", run.out, "--local")
    assert done.returncode == 2, done.stdout + done.stderr
    assert run.made()["animate"] == 1
    assert "draw_conditions" not in run.made()
    after = run.manifest("refine")["girl_waves"]
    assert after.record.digest() == before.record.digest(), "the same bytes come out again"


def test_a_mended_input_and_a_rerun_finish_the_job(run: SmallRun) -> None:
    kept = run.motion.read_text()
    run.motion.write_text((run.table.parent / "greeting.bvh").read_text())
    try:
        done = bunraku_here("rerun", "--failed", "--out", run.out, "--local")
        assert done.returncode == 0, done.stdout + done.stderr
        assert (run.out / "videos" / "robot_waves.mp4").is_file()
        assert json.loads(bunraku_here("failures", "--out", run.out, "--json").stdout) == []
    finally:
        run.motion.write_text(kept)


def test_somebody_who_joins_a_picture_makes_anew_only_what_it_is_seen_in(run: SmallRun) -> None:
    before = run.manifest("refine")["girl_waves"].record
    table = run.table.with_name("together.csv")
    first, girl, *_ = run.table.read_text().splitlines()
    guest = dict.fromkeys(first.split(","), "") | {"job_id": "guest", "driving": "greeting.bvh"}
    guest["reference"] = "robot.png"
    table.write_text(f"{first},joins\n{girl},\n{','.join(guest.values())},girl_waves\n")
    out = run.out.with_name("together")
    shared_store = run.out / "store"
    done = bunraku_here("run", "embedded", "--jobs", table, "--out", out, "--store", shared_store, "--local")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Jobs with a video: 1 of 1; pairs accepted: 0;" in done.stdout
    folder = RunFolder(out, ItemStore(shared_store))
    made = {
        (stage.name, row.item)
        for stage in STAGES
        if (manifest := folder.read(stage.name, stage.record_type)) is not None
        for row in manifest.rows
        if not row.cached
    }
    shared = {("join_figures", "girl_waves"), ("refine", "girl_waves"), ("export", "dataset")}
    # In a scene of nobody's own the first one steps aside for the guest; everything before it is kept.
    assert made == shared | {
        (stage, who) for stage in ("draw_conditions", "animate") for who in ("girl_waves", "guest")
    }
    together, alone = read_clip(out / "videos" / "girl_waves.mp4"), read_clip(before.path(before.video))
    changed = (abs(together.astype(int) - alone) > 40).any((0, 3)).any(0)
    assert changed.mean() > 0.1, "somebody stands there"
    assert not changed[:5].any(), "and not everywhere"


def test_the_report_is_written_again(run: SmallRun) -> None:
    (run.out / "report.html").unlink()
    assert bunraku_here("report", "--out", run.out).returncode == 0
    assert "girl_waves" in (run.out / "report.html").read_text()


def test_the_dataset_reads_with_plain_pyarrow(run: SmallRun) -> None:
    import pyarrow.dataset as ds

    table = ds.dataset(sorted((run.out / "dataset").rglob("*.parquet")), format="parquet").to_table()
    record = run.manifest("export")["dataset"].record
    assert table.num_rows == record.num_pairs > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nowhere", "--jobs", "x.csv", "--out", "OUT"], "no such profile"),
        (["run", "embedded", "--jobs", "x.csv", "--out", "OUT"], "no such job table"),
        (["run", "embedded", "--out", "OUT"], "needs its jobs"),
        (["run", "embedded"], "Missing option"),
        (["status", "--out", "OUT"], "not the folder of a run"),
        (["rerun", "--out", "OUT", "--failed"], "not the folder of a run"),
        (["dance"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_1(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke([str(tmp_path) if word == "OUT" else word for word in arguments]) == 1
    assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_doctor_names_each_backend_and_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["doctor", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    usable = {(line["stage"], line["backend"]) for line in lines if line["usable"]}
    assert {("segment.still", "classical"), ("optimize_splats", "cpu"), ("animate", "puppet")} <= usable
    assert all(line["missing"] for line in lines if not line["usable"])


def test_launchers_that_start_modules_start_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "train", "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and "--world" in done.stdout, done.stderr


def test_the_commands_start_loads_no_arrays_and_no_networks() -> None:
    code = "import sys, flows.cli; print({'cv2', 'numpy', 'prefect', 'torch'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "set()\n", done.stderr
