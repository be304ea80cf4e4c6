"""A job's own depth and standing things: which items there are, and what an edit makes anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from data_contracts.job import Job
from flows.sources import Sources
from tests.flows.keys_only import keys_of
from tests.flows.test_given_figures import OF_ITS_BACKGROUND, OF_THE_FIGURE, changed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("fox.png", "owl.png", "jig.mp4", "hall.png", "depth.npy", "copy.npy", "things.png"):
        (tmp_path / name).write_text("depth.npy" if name == "copy.npy" else name)
    return tmp_path


def job(folder: Path, job_id: str = "fox", joins: str | None = None, **given: str) -> Job:
    files = {"reference": "fox.png", "driving": "jig.mp4", **given}
    return Job(job_id=job_id, joins=joins, **{name: str(folder / path) for name, path in files.items()})


def test_depth_by_hand_makes_the_background_anew_and_no_figure(folder: Path) -> None:
    found, told = keys_of(job(folder)), keys_of(job(folder, depth="depth.npy"))
    of_the_depth = OF_ITS_BACKGROUND - {"complete_background"}
    assert changed(found, told) == of_the_depth | OF_THE_FIGURE
    (folder / "depth.npy").write_text("mended")
    assert changed(told, keys_of(job(folder, depth="depth.npy"))) == of_the_depth | OF_THE_FIGURE
    both = keys_of(job(folder, depth="depth.npy", standing="things.png"))
    assert changed(told, both) == of_the_depth | OF_THE_FIGURE


def test_each_combination_is_one_place(folder: Path) -> None:
    jobs = [
        job(folder, "plain", scene="hall.png"),
        job(folder, "measured", scene="hall.png", depth="depth.npy"),
        job(folder, "same", scene="hall.png", depth="copy.npy"),
        job(folder, "both", scene="hall.png", depth="depth.npy", standing="things.png"),
        job(folder, "own", standing="things.png"),
        job(folder, "guest", joins="measured", reference="owl.png", scene="hall.png"),
    ]
    assert Sources.of(jobs).place == {
        "plain": "hall",
        "measured": "hall+depth",
        "same": "hall+depth",
        "both": "hall+depth+things",
        "own": "fox+things",
    }
    keys = keys_of(*jobs)
    places = {"hall", "hall+depth", "hall+depth+things", "fox+things"}
    for stage in ("estimate_depth", "build_scene", "optimize_splats"):
        assert {item for name, item in keys if name == stage} == places
    assert {item for name, item in keys if name == "complete_background"} == {"hall", "fox"}


def test_a_clip_that_is_kept_has_no_depth_of_its_own(folder: Path) -> None:
    with pytest.raises(ValidationError, match="kept as it was filmed"):
        Job(job_id="a", reference="fox.png", driving="jig.mp4", scene="driving", depth="depth.npy")
