from pathlib import Path
from typing import Any

import pytest

from data_contracts.job import Job
from data_contracts.manifest import Row
from data_contracts.media import Media
from data_contracts.record import FileRef
from flows.sources import Sources, camera_request

REF = FileRef(path="x", sha256="0" * 64, bytes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "fox.png": "fox",
        "a/fox.png": "other fox",
        "b/copy.png": "fox",
        "jig.mp4": "jig",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def job(folder: Path, job_id: str, reference: str = "fox.png", **fields: Any) -> Job:
    return Job(job_id=job_id, reference=str(folder / reference), driving=str(folder / "jig.mp4"), **fields)


def test_what_jobs_share_is_one_item(folder: Path) -> None:
    jobs = [job(folder, "one"), job(folder, "two", "b/copy.png"), job(folder, "three", "a/fox.png")]
    sources = Sources.of(jobs)
    assert [item.name for item in sources.items] == ["fox", "jig", "fox-2"]
    assert sources.reference == {"one": "fox", "two": "fox", "three": "fox-2"}
    assert set(sources.driving.values()) == {"jig"}


def test_a_driving_clip_at_two_rates_is_two_items_and_a_reference_is_one(folder: Path) -> None:
    sources = Sources.of([job(folder, "slow", fps=12.0), job(folder, "fast", fps=24.0)])
    assert len(set(sources.driving.values())) == 2
    assert len(set(sources.reference.values())) == 1


def media(kind: Any) -> Row[Media]:
    record = Media(kind=kind, content=REF, name="jig", num_frames=9, fps=12.0)
    return Row[Media](item="jig", key="0" * 64, parents=[], status="ok", record=record)


def test_the_camera_that_a_job_asks_for(folder: Path) -> None:
    (folder / "path.txt").write_text("0 0 0 0 0 0 0 1\n")
    extracted = camera_request(job(folder, "a"), media("clip"))
    still = camera_request(job(folder, "a"), media("motion"))
    preset = camera_request(job(folder, "a", camera="preset:orbit?angle_deg=9", seed=4), media("clip"))
    given = camera_request(job(folder, "a", camera=str(folder / "path.txt")), media("clip"))
    assert extracted is not None and extracted.origin == "extracted"
    assert still is not None and (still.origin, still.preset) == ("preset", "static")
    assert preset is not None and (preset.parameters, preset.seed) == ({"angle_deg": 9.0}, 4)
    assert given is not None and given.trajectory is not None
    assert given.path(given.trajectory) == folder / "path.txt"
    assert {(r.num_frames, r.fps) for r in (extracted, still, preset, given)} == {(9, 12.0)}


def test_jobs_of_other_seeds_share_the_camera_of_their_clip(folder: Path) -> None:
    asked = [camera_request(job(folder, f"s{seed}", seed=seed), media("clip")) for seed in (1, 2)]
    shaken = [camera_request(job(folder, "a", camera="preset:shake", seed=s), media("clip")) for s in (1, 2)]
    assert len({request.digest() for request in asked if request}) == 1
    assert len({request.digest() for request in shaken if request}) == 2


def test_colmaps_two_files_are_both_part_of_the_request(folder: Path) -> None:
    (folder / "colmap").mkdir()
    (folder / "colmap" / "images.txt").write_text("images")
    (folder / "colmap" / "cameras.txt").write_text("one lens")
    asked = job(folder, "a", camera=str(folder / "colmap"))
    first = camera_request(asked, media("clip"))
    (folder / "colmap" / "cameras.txt").write_text("another lens")
    second = camera_request(asked, media("clip"))
    assert first is not None and second is not None
    assert first.digest() != second.digest()


def test_the_camera_is_unknown_until_the_driver_is_ingested(folder: Path) -> None:
    failed = Row[Media](item="jig", key="", parents=[], status="quarantined", error_message="broken")
    assert camera_request(job(folder, "a"), failed) is None
