"""The verb: what it opens, where it saves, and how it ends."""

from __future__ import annotations

import hashlib
import io
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from data_contracts.errors import ConfigError, InputError
from data_contracts.image import read_image, write_png
from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row
from data_contracts.rig import read_skeleton, write_skeleton
from data_contracts.store import ItemStore
from flows.cli import invoke
from flows.rig_editor.command import open_session, serve
from flows.run import RunRequest
from flows.run_folder import RunFolder
from tasks.rig import RigConfig, rig
from tests.flows.rig_editor.drawn_subject import HEIGHT, WIDTH, session_of, write_subject
from tests.tasks.character_scene import JOINT_XY, media_and_matte, skeleton

BUNRAKU = Path(sys.executable).with_name("bunraku")


def test_without_out_it_saves_beside_the_picture_and_goes_on_there(tmp_path: Path) -> None:
    picture = write_subject(tmp_path)
    session = open_session(picture, rig=tmp_path / "rig.json", mask=tmp_path / "mask.png")
    assert session.out == tmp_path / "doll-rig"
    figure = session.state()["figure"]
    figure["joints"]["head"] = [150.0, 99.0]
    session.save(figure)
    again = open_session(picture)
    assert again.state()["figure"]["joints"]["head"] == [150.0, 99.0]
    np.testing.assert_array_equal(again.subject.alpha, session.subject.alpha)
    assert again.subject.mask_by_hand
    named = open_session(picture, rig=tmp_path / "rig.json")
    assert named.state()["figure"]["joints"]["head"] != [150.0, 99.0], "a rig that is named counts first"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"subject": "nothing.png"}, ConfigError, "there is no such picture or run"),
        ({"subject": "text.png"}, InputError, r"text\.png: not a picture"),
        ({"subject": "thin.png"}, InputError, "too narrow to work on"),
        ({"subject": "."}, ConfigError, "a run needs --job"),
        ({"job": "fox"}, ConfigError, "a picture takes none"),
        ({"subject": ".", "job": "fox"}, ConfigError, "this is not the folder of a run"),
        ({"rig": "text.png"}, InputError, r"text\.png: the rig"),
        ({"rig": "nothing.json"}, InputError, r"nothing\.json: the rig cannot be read"),
        ({"rig": "wide.json"}, InputError, r"wide\.json: the rig is for a picture of another shape"),
        ({"mask": "text.png"}, InputError, r"text\.png: not a picture"),
        ({"mask": "thin.png"}, InputError, r"thin\.png: the mask"),
        ({"out": "text.png"}, ConfigError, "nothing can be saved there .*is a file"),
        ({"out": "text.png/below"}, ConfigError, "nothing can be saved there .*is a file"),
    ],
)
def test_what_cannot_be_opened_is_refused(
    tmp_path: Path, options: dict[str, str], error: type[Exception], message: str
) -> None:
    write_subject(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    write_png(tmp_path / "thin.png", np.tile(np.arange(3000, dtype=np.uint8)[:, None, None], (1, 20, 3)))
    write_skeleton(tmp_path / "wide.json", skeleton(width_px=900))
    given: dict[str, Any] = {"subject": "doll.png", "rig": "rig.json", "mask": "mask.png"} | options
    paths = {name: value if name == "job" else tmp_path / value for name, value in given.items()}
    with pytest.raises(error, match=message):
        open_session(**paths)


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = write_subject(tmp_path)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(ConfigError, match=r"nothing can be saved there .*is not writable.*--out"):
        open_session(picture, rig=tmp_path / "rig.json", mask=tmp_path / "mask.png")


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    session, said, stop = session_of(tmp_path), io.StringIO(), threading.Event()
    console = Console(file=said, width=300)
    thread = threading.Thread(target=serve, args=(session, console), kwargs={"stop": stop})
    thread.start()
    while not (found := re.search(r"http://\S+", said.getvalue())):
        assert thread.is_alive()
    with urllib.request.urlopen(found[0], timeout=20) as answer:
        assert b"Bunraku rig editor" in answer.read()
    session.save(session.state()["figure"])
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert f"Saved     {tmp_path / 'out' / 'rig.json'}" in said.getvalue()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(found[0], timeout=5)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_kill_end_it_in_order(tmp_path: Path, ending: signal.Signals) -> None:
    picture = write_subject(tmp_path)
    given = ["--rig", tmp_path / "rig.json", "--mask", tmp_path / "mask.png", "--no-open"]
    with subprocess.Popen(
        [BUNRAKU, "rig", "edit", picture, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        told = [process.stdout.readline() for _ in range(3)]
        assert re.search(r"http://127\.0\.0\.1:\d+/\S{20,}/", told[0]), told
        time.sleep(0.5)
        process.send_signal(ending)
        said, wrong = process.communicate(timeout=30)
    assert (process.returncode, wrong) == (0, "")
    assert "Nothing was saved." in said


def test_mistakes_on_the_command_line_have_exit_code_1(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["rig", "edit", str(tmp_path / "nothing.png"), "--no-open"]) == 1
    assert "there is no such picture or run" in capfd.readouterr().err
    assert invoke(["rig", "edit", str(tmp_path), "--port", "99999"]) == 1


def run_with_a_doll(folder: Path) -> Path:
    """A run's folder as it is after the stage rig: one job, whose joints were found a little beside."""
    (folder / "inputs").mkdir()
    picture = write_subject(folder / "inputs")
    (folder / "inputs" / "jig.bvh").write_text("x")
    (folder / "inputs" / "jobs.csv").write_text("job_id,reference,driving\nfox,doll.png,jig.bvh\n")
    out = folder / "run"
    request = RunRequest(jobs=folder / "inputs" / "jobs.csv", out=out)
    run = RunFolder(out, ItemStore(out / "store"))
    run.write_description({"request": request.model_dump(mode="json")})
    run.write(request.read_jobs(), Job)
    item = folder / "made"
    item.mkdir()
    media, matte = media_and_matte(item)
    write_skeleton(item / "doll.json", skeleton(joints_xy_px=JOINT_XY + 3))
    found = rig(media, matte, RigConfig.model_validate({"given": {"folder": item}}), item)
    for stage, record in (("segment", matte), ("rig", found)):
        kind = type(record)
        key = hashlib.sha256(stage.encode()).hexdigest()
        for ref in record.files():
            target = run.store.folder(stage, key) / ref.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((item / ref.path).read_bytes())
        row = Row[kind](item="doll", key=key, parents=[], status="ok", record=record)  # type: ignore[valid-type]
        run.write(Manifest[kind](stage=stage, rows=[row]), kind)  # type: ignore[valid-type]
    assert picture.is_file()
    return out


def test_a_runs_job_opens_with_what_the_run_has_found(tmp_path: Path) -> None:
    out = run_with_a_doll(tmp_path)
    session = open_session(out, job="fox")
    assert session.out == out / "rigs" / "fox"
    assert (session.subject.rgb.shape, session.subject.notes) == ((HEIGHT, WIDTH, 3), ())
    np.testing.assert_allclose(session.subject.skeleton.joints_xy_px, 2 * (JOINT_XY + 3), atol=0.05)
    told = session.save(session.state()["figure"])
    assert list(told["columns"]) == ["rig"], "the run's own matte is no person's"
    assert f"--jobs {tmp_path / 'inputs' / 'jobs.csv'} --out {out}" in told["next"] and "fox" in told["next"]
    assert read_skeleton(out / "rigs" / "fox" / "rig.json").width_px == WIDTH
    with pytest.raises(ConfigError, match=r"the run has no such job .*expected fox; got owl"):
        open_session(out, job="owl")


@pytest.mark.slow
def test_a_job_whose_items_are_gone_is_looked_at_anew(tmp_path: Path) -> None:
    out = run_with_a_doll(tmp_path)
    for folder in (out / "store").iterdir():
        for path in folder.rglob("*.*"):
            path.unlink()
    session = open_session(out, rig=tmp_path / "inputs" / "rig.json", job="fox")
    assert read_image(tmp_path / "inputs" / "mask.png")[..., 0].mean() == pytest.approx(
        session.subject.alpha.mean(), rel=0.05
    )
