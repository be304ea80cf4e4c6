"""Bad input in a real run: each costs its own row, with a reason; the good jobs beside it are unharmed."""

from __future__ import annotations

import csv
import fcntl
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from data_contracts.errors import InputError
from data_contracts.job import Job
from data_contracts.job_table import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from data_contracts.manifest import Manifest, Row
from data_contracts.media import Media
from data_contracts.record import FileRef
from data_contracts.source import Source
from data_contracts.store import ItemStore
from data_contracts.video import probe
from flows.cli import invoke
from flows.pipeline import STAGES
from flows.run_folder import RunFolder
from flows.sources import Sources, camera_request
from tasks.ingest import IngestConfig, ingest
from tasks.track_camera import TrackCameraConfig, track_camera
from tests.flows.bad_inputs import write_inputs
from tests.flows.bad_jobs import BAD_JOBS, GOOD, GOOD_JOBS
from tests.flows.command_line import Done, bunraku, bunraku_here

FORESEEN = {"InputError", "NoFigureError", "EstimationError", "ConfigError"}


@dataclass
class Run:
    """A run over all of the jobs, good and bad."""

    table: Path
    out: Path
    done: Done

    def rows(self, stage: str) -> Manifest[Any]:
        record_type = next(s.record_type for s in STAGES if s.name == stage)
        manifest = RunFolder(self.out, ItemStore(self.out / "store")).read(stage, record_type)
        assert manifest is not None
        return manifest

    @cached_property
    def failures(self) -> list[dict[str, Any]]:
        done = bunraku_here("failures", "--json", "--out", self.out)
        assert done.returncode == 2, done.stderr
        listed: list[dict[str, Any]] = json.loads(done.stdout)
        return listed


def start(table: Path, out: Path, carry_out: Callable[..., Done] = bunraku_here) -> Done:
    # At 96 px limbs are a few pixels wide and lie beside their bones: the mean decides, without floors.
    profile = table.parent / "mean_alone.yaml"
    profile.write_text("filter: {floor: 1.0, floors: {}}\n", encoding="utf-8")
    return carry_out("run", profile, "--jobs", table, "--out", out, "--local", "--workers", "2")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("bad")
    (root / "in").mkdir()
    write_inputs(root / "in")
    (root / "outside.bvh").write_text("")
    good = [{"job_id": name, **GOOD, **fields} for name, fields in GOOD_JOBS.items()]
    bad = [{"job_id": f"bad_{n}", **GOOD, **case.fields} for n, case in enumerate(BAD_JOBS)]
    with (root / "in" / "jobs.csv").open("w", newline="", encoding="utf-8-sig") as stream:
        table = csv.DictWriter(stream, ["job_id", *GOOD])
        table.writeheader()
        table.writerows([*good, *bad])
    done = start(root / "in" / "jobs.csv", root / "out", bunraku)
    return Run(root / "in" / "jobs.csv", root / "out", done)


@pytest.mark.slow
def test_the_run_goes_on_to_its_end_and_says_how_many_failed(run: Run) -> None:
    assert run.done.returncode == 2, run.done.stdout + run.done.stderr
    said = f"Jobs with a video: {len(GOOD_JOBS)} of {len(GOOD_JOBS) + len(BAD_JOBS)};"
    assert said in " ".join(run.done.stdout.split())
    assert "Traceback" not in run.done.stdout + run.done.stderr
    assert (run.out / "report.html").is_file()


@pytest.mark.slow
def test_good_jobs_are_unharmed(run: Run) -> None:
    videos = sorted(path.stem for path in (run.out / "videos").glob("*.mp4"))
    assert videos == sorted(GOOD_JOBS)
    for name in GOOD_JOBS:
        info = probe(run.out / "videos" / f"{name}.mp4")
        assert (info.num_frames, info.height) == (4, 96), name
        assert info.width < info.height, f"{name} does not stand upright"
    rows = run.rows("refine")
    # The same picture under another name is the same work; one that lay on its side is another picture.
    assert rows["unusual_name"].key == rows["good"].key
    assert rows["phone"].key != rows["good"].key
    assert run.rows("export")["dataset"].record.num_pairs >= 1


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BAD_JOBS)))
def test_each_bad_job_fails_where_it_is_wrong_and_says_so(run: Run, number: int) -> None:
    case = BAD_JOBS[number]
    there = [failure for failure in run.failures if failure["stage"] == case.stage]
    found = [failure for failure in there if re.search(case.message, failure["message"])]
    assert len(found) == 1, [failure["message"] for failure in there]
    assert found[0]["error_class"] == case.error


@pytest.mark.slow
def test_nothing_failed_that_should_not_and_nothing_in_an_unforeseen_way(run: Run) -> None:
    failures = run.failures
    assert {failure["error_class"] for failure in failures} <= FORESEEN
    assert len(failures) == len(BAD_JOBS)
    for failure in failures:
        assert set(failure) >= {"stage", "item", "error_class", "message"}
        assert len(failure["message"]) < 1500, failure["item"]


@pytest.mark.slow
def test_files_of_the_run_that_were_damaged_are_mended_by_the_next_one(run: Run) -> None:
    key = run.rows("segment")["nobody"].key
    (run.out / "quarantine" / "segment" / f"{key}.json").write_text("{")
    matte = run.rows("segment")["girl"].record
    matte.path(matte.alpha).write_bytes(b"")
    (run.out / "manifests" / "rig" / "rig.parquet").write_bytes(b"PAR1")
    (run.out / "state.json").write_text("{")
    status = bunraku_here("status", "--out", run.out)
    assert status.returncode == 1
    assert "state.json: the run's progress cannot be read" in status.stderr
    failures = bunraku_here("failures", "--json", "--out", run.out)
    assert failures.returncode == 1
    assert "rig.parquet: this is not a Parquet manifest" in failures.stderr
    assert start(run.table, run.out).returncode == 2
    rows = run.rows("segment")
    assert sorted(row.item for row in rows.rows if row.key and not row.cached) == ["girl", "nobody"]
    assert all(row.cached for row in run.rows("rig").rows if row.key)
    assert bunraku_here("status", "--out", run.out).returncode == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "girl.png"], "is a file"),
        (["--out", "girl.png/out"], "the run's folder cannot be written .*Not a directory"),
        (["--out", "taken"], "taken/manifests: something else .*expected a folder.*Move it away"),
        (["--out", "copied"], "copied/dataset: something else .*expected a link.*Move it away"),
        (["--out", "out", "--store", "girl.png"], "the artifact store cannot be written"),
        (["--out", "out", "--remote", "nowhere://x"], "the remote store cannot be reached .*nowhere"),
        (["--out", "out", "--workers", "0"], "--workers"),
        (["--out", "out", "--workers", "9999"], "--workers"),
        (["--out", "out", "--references", "."], "a run needs its jobs"),
        (["--out", "out", "--decisions", "decisions.csv"], "decisions about pairs of no job .*got fox"),
    ],
)
def test_what_cannot_be_run_at_all_is_refused_before_anything_is_started(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("girl.png", "wave.bvh"):
        Path(name).write_bytes(b"x")
    Path("jobs.csv").write_text("reference,driving\ngirl.png,wave.bvh\n")
    Path("decisions.csv").write_text("pair,verdict\nfox,accept\n")
    Path("copied/dataset").mkdir(parents=True)
    Path("taken").mkdir()
    Path("taken/manifests").touch()
    assert invoke(["run", "embedded", "--local", "--jobs", "jobs.csv", *options]) == 1
    said = capsys.readouterr().err
    assert re.search(message, said)
    assert "Traceback" not in said
    assert not list(Path().glob("out/manifests"))


def test_a_folder_in_which_another_run_is_at_work_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("girl.png", "wave.bvh"):
        Path(name).write_bytes(b"x")
    Path("jobs.csv").write_text("reference,driving\ngirl.png,wave.bvh\n")
    Path("out").mkdir()
    with Path("out/run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert invoke(["run", "embedded", "--jobs", "jobs.csv", "--out", "out"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"another run is at work in this folder.*give another --out", " ".join(said.split()))
    assert "Traceback" not in said
    assert not list(Path().glob("out/manifests"))


def test_an_input_that_goes_away_while_a_run_is_planned_is_a_row_and_not_the_end_of_the_run(
    tmp_path: Path,
) -> None:
    gone = {name: str(tmp_path / name) for name in ("girl.png", "wave.bvh", "camera.txt")}
    job = Job(job_id="a", reference=gone["girl.png"], driving=gone["wave.bvh"], camera=gone["camera.txt"])
    picture, motion = Sources.of([job]).items
    assert picture.name == "girl"
    source = motion.parents["source"]
    assert isinstance(source, Source)
    with pytest.raises(InputError, match=r"wave\.bvh: there is no such file"):
        ingest(source, IngestConfig(), tmp_path)
    media = Media(
        kind="motion", content=FileRef(path="m", sha256="0" * 64, bytes=1), name="m", num_frames=2, fps=24
    )
    row = Row[Media](item="m", key="0" * 64, parents=[], status="ok", record=media)
    request = camera_request(job, row)
    assert request is not None
    with pytest.raises(InputError, match=r"camera\.txt: the trajectory cannot be read"):
        track_camera(request, None, None, TrackCameraConfig(), tmp_path)


@pytest.mark.slow
def test_awkward_files_of_other_projects_are_read_right_or_refused(assets: Path, tmp_path: Path) -> None:
    files = sorted((assets / "awkward").iterdir())
    pictures = [path for path in files if path.suffix in IMAGE_SUFFIXES]
    clips = [path for path in files if path.suffix in VIDEO_SUFFIXES]
    assert len(pictures) > 10
    assert len(clips) > 5
    broken = str(assets / "awkward" / "broken.png")
    lines = [{"reference": broken, "driving": broken, "scene": str(path)} for path in pictures]
    lines += [{"reference": broken, "driving": str(path)} for path in clips]
    lines = [
        {**line, "job_id": f"job-{n}", "size": 96, "num_frames": 6}
        for n, line in enumerate(lines)
        if line.get("scene") != broken
    ]
    (tmp_path / "jobs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = start(tmp_path / "jobs.jsonl", tmp_path / "out")
    assert done.returncode == 2, done.stdout + done.stderr
    run = Run(tmp_path / "jobs.jsonl", tmp_path / "out", done)
    assert {failure["error_class"] for failure in run.failures} <= FORESEEN
    refused = {
        failure["item"]: failure["message"] for failure in run.failures if failure["stage"] == "ingest"
    }
    assert {"12in16bit", "apng_delay", "broken", "truncated_jpeg", "xhdn0g08"} <= refused.keys()
    assert all("transparent" in refused.pop(name) for name in ("basn6a16", "tiff_16bit_RGBa"))
    assert len(refused) == 6  # broken.png as a driving clip too
    media = {row.item: row.record for row in run.rows("ingest").rows if row.record}
    for upright in ("exif_orient5_landscape", "exif_orient6_portrait", "rotate90", "rotate270"):
        turned = upright.startswith("rotate")
        assert (media[upright].width_px < media[upright].height_px) == (turned or "portrait" in upright)
    assert media["rgb_trns"].has_alpha
    assert media["h265_10bits"].num_frames == 6
    unmoved = {failure["item"] for failure in run.failures if failure["error_class"] == "NoFigureError"}
    assert {"newtonscradle", "unordered", "rotate90", "rotate270"} <= unmoved
