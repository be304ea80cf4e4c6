"""Jobs that appear in another job's picture: whose staging is theirs, and which tables are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_contracts.job import Job
from data_contracts.job_table import read_job_table
from data_contracts.manifest import Manifest


def table(folder: Path, *rows: str) -> Manifest[Job]:
    for name in ("fox.png", "owl.png", "hall.png", "jig.mp4", "waltz.bvh"):
        (folder / name).write_text(name)
    header = "job_id,reference,driving,scene,camera,size,fps,joins,person,swap_sides,shift"
    (folder / "jobs.csv").write_text("\n".join([header, *rows]))
    return read_job_table(folder / "jobs.csv")


LEAD = "duet,fox.png,jig.mp4,hall.png,preset:pan,320,12,,1,,"


def test_who_joins_has_the_staging_of_the_picture_and_its_own_part(tmp_path: Path) -> None:
    jobs = table(tmp_path, LEAD, "owl,owl.png,waltz.bvh,,,,,duet,,,-0.25")
    lead, owl = (row.record for row in jobs.rows)
    assert lead is not None and owl is not None
    assert lead.joins is None and owl.joins == "duet"
    for name in ("scene", "camera", "size", "fps", "num_frames"):
        assert getattr(owl, name) == getattr(lead, name)
    assert (lead.person, owl.person, owl.shift) == (1, None, -0.25)
    assert owl.driving.endswith("waltz.bvh")
    assert jobs["owl"].key == owl.digest()


def test_a_picture_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    jobs = table(tmp_path, LEAD, "owl,gone.png,jig.mp4,,,,,duet,,,", "alone,owl.png,jig.mp4,,,,,,,,")
    assert [row.status for row in jobs.rows] == ["quarantined", "quarantined", "ok"]
    assert "'owl' is quarantined" in jobs["duet"].error_message
    assert "no such file" in jobs["owl"].error_message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("owl,owl.png,jig.mp4,,,,,nobody,,,", r"row 2, joins: there is no such job to join.*got nobody"),
        ("owl,owl.png,jig.mp4,,,,,owl,,,", "no such job to join"),
        ("owl,owl.png,jig.mp4,,,640,,duet,,,", r"size of one picture cannot be two things.*size 640"),
        ("owl,owl.png,jig.mp4,,,,,duet,0,,", "person is wrong"),
        ("owl,owl.png,jig.mp4,,,,,duet,,40-12,", "a range of frames runs backwards"),
        ("owl,owl.png,jig.mp4,,,,,duet,,,3", "shift is wrong"),
    ],
)
def test_what_cannot_be_joined_is_said(tmp_path: Path, row: str, message: str) -> None:
    bad = table(tmp_path, LEAD, row)["owl"]
    assert bad.status == "quarantined"
    assert re.search(message, bad.error_message, re.DOTALL)


def test_one_who_joins_cannot_be_joined(tmp_path: Path) -> None:
    jobs = table(tmp_path, LEAD, "owl,owl.png,jig.mp4,,,,,duet,,,", "cub,fox.png,jig.mp4,,,,,owl,,,")
    assert "joins nobody itself" in jobs["cub"].error_message
    assert jobs.counts()["ok"] == 2, "the picture of the other two is whole"


def test_a_character_in_a_driving_clip_follows_that_clip(tmp_path: Path) -> None:
    lead = "duet,fox.png,jig.mp4,driving,,,,,1,,"
    jobs = table(tmp_path, lead, "owl,owl.png,waltz.bvh,,,,,duet,2,,")
    assert "follows a person of that clip" in jobs["owl"].error_message
    assert table(tmp_path, lead, "owl,owl.png,jig.mp4,,,,,duet,2,,").counts()["ok"] == 2


@pytest.mark.parametrize(("first", "second"), [("", ""), ("1", ""), ("", "2"), ("2", "2")])
def test_two_characters_in_a_driving_clip_follow_two_people(tmp_path: Path, first: str, second: str) -> None:
    lead = f"duet,fox.png,jig.mp4,driving,,,,,{first},,"
    jobs = table(tmp_path, lead, f"owl,owl.png,jig.mp4,,,,,duet,{second},,")
    assert "cannot follow the same person" in jobs["owl"].error_message
    assert not jobs["duet"].usable


def test_a_crowd_is_refused(tmp_path: Path) -> None:
    guests = [f"owl{n},owl.png,jig.mp4,,,,,duet,,," for n in range(8)]
    jobs = table(tmp_path, LEAD, *guests)
    assert {row.status for row in jobs.rows} == {"quarantined"}
    assert "at most 8" in jobs["owl7"].error_message
    assert table(tmp_path, LEAD, *guests[:7]).counts()["ok"] == 8
