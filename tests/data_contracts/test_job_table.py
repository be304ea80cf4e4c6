import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts.errors import ConfigError
from data_contracts.job import preset_of
from data_contracts.job_table import cross_jobs, read_job_table


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "refs").mkdir(parents=True)
    (folder / "drivings").mkdir()
    for name in ("refs/fox.png", "refs/owl.jpg", "refs/notes.txt", "drivings/waltz.bvh", "drivings/jig.mp4"):
        (folder / name).write_bytes(b"x")
    (tmp_path / "outside.png").write_bytes(b"x")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "empty").mkdir()
    os.mkfifo(folder / "pipe")
    return folder


ROWS = [
    {"job_id": "a", "reference": "refs/fox.png", "driving": "drivings/waltz.bvh", "camera": None, "seed": 3},
    {
        "job_id": "b",
        "reference": "refs/owl.jpg",
        "driving": "drivings/jig.mp4",
        "camera": "preset:orbit?angle_deg=15",
    },
]


def write_csv(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_the_three_table_formats_give_the_same_jobs(root: Path, kind: str) -> None:
    path = root / f"jobs.{kind}"
    if kind == "csv":
        path.write_text(
            "job_id,reference,driving,camera,seed\n"
            "a,refs/fox.png,drivings/waltz.bvh,,3\n"
            "b,refs/owl.jpg,drivings/jig.mp4,preset:orbit?angle_deg=15,\n"
        )
    elif kind == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in ROWS))
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    first, second = (row.record for row in read_job_table(path).rows)
    assert first is not None
    assert second is not None
    assert (first.job_id, first.reference, first.seed) == ("a", str(root / "refs/fox.png"), 3)
    assert (first.camera, first.size, first.fps) == ("extracted", 512, None)
    assert preset_of(second.camera) == ("orbit", {"angle_deg": 15.0})


def test_a_preset_without_its_prefix_is_told_how_one_is_written(root: Path) -> None:
    table = "reference,driving,camera\nrefs/fox.png,drivings/jig.mp4,pan\n"
    (row,) = read_job_table(write_csv(root / "jobs.csv", table)).rows
    assert "camera: there is no such file" in row.error_message
    assert "A preset is written preset:NAME." in row.error_message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,refs/cat.png,drivings/jig.mp4,", "no such file"),
        ("x,../outside.png,drivings/jig.mp4,", "leaves the root"),
        ("x,refs/fox.png,drivings/jig.mp4,many", "seed is wrong"),
        ("x,refs/fox.png,drivings/jig.mp4,-1", "seed is wrong"),
        ("x,,drivings/jig.mp4,1", "reference is missing"),
        ("x,refs/fox.png,drivings/jig.mp4", "3 fields, the header has 4"),
        ("x,refs/fox.png,drivings/jig.mp4,1,2", "5 fields, the header has 4"),
        ("x,loop.png,drivings/jig.mp4,1", "cannot be followed"),
        ("x,refs/" + "y" * 300 + ",drivings/jig.mp4,1", "cannot be followed"),
        ("x,refs/fox.png,empty,1", "holds no files"),
        ("x,refs/fox.png,pipe,1", "neither a file nor a folder"),
        ("長" * 70 + ",refs/fox.png,drivings/jig.mp4,1", "at most 200 bytes"),
        ("x,refs/fox.png,,", "driving is missing"),
        ("a/b,refs/fox.png,drivings/jig.mp4,1", "job_id is wrong"),
        ("good,refs/fox.png,drivings/jig.mp4,1", "taken by an earlier row"),
    ],
)
def test_a_bad_row_is_quarantined_and_the_others_are_not(root: Path, row: str, message: str) -> None:
    table = f"job_id,reference,driving,seed\ngood,refs/fox.png,drivings/jig.mp4,1\n{row}\n"
    manifest = read_job_table(write_csv(root / "jobs.csv", table))
    manifest.check(2)
    good, bad = manifest.rows
    assert (good.status, bad.status, bad.error_class) == ("ok", "quarantined", "InputError")
    assert message in bad.error_message
    assert "row 2" in bad.error_message


def test_an_absolute_path_may_lie_anywhere_and_root_may_be_given(root: Path, tmp_path: Path) -> None:
    text = f"reference,driving\n{tmp_path / 'outside.png'},drivings/jig.mp4\n"
    assert read_job_table(write_csv(root / "jobs.csv", text)).rows[0].status == "ok"
    elsewhere = write_csv(tmp_path / "jobs.csv", "reference,driving\nrefs/fox.png,drivings/jig.mp4\n")
    assert read_job_table(elsewhere, root).rows[0].item == "fox×jig"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("jobs.csv", "reference\nrefs/fox.png\n", "missing: driving"),
        ("jobs.csv", "reference,driving,mood\na,b,c\n", "unknown: 'mood'"),
        ("jobs.csv", "reference,driving\n", "no rows"),
        ("jobs.csv", "", "is empty"),
        ("jobs.csv", "reference,driving,driving\na,b,c\n", "stands twice"),
        ("jobs.csv", 'reference,driving\n"a,b\nc,d\n', "line 3.*quotes"),
        ("jobs.csv", "reference;driving\na;b\n", "not separated by commas .*';'"),
        ("jobs.csv", "reference\tdriving\na\tb\n", "not separated by commas"),
        ("jobs.jsonl", "{\n", "not JSON"),
        ("jobs.jsonl", "[1]\n", "not a JSON object"),
        ("jobs.jsonl", '{"reference": "a", "driving": "b", "mood": 1}\n', "unknown: 'mood'"),
        ("jobs.parquet", "no parquet", "cannot be read"),
        ("jobs.xlsx", "x", "unknown type"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_as_a_whole(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        read_job_table(write_csv(tmp_path / name, text))


def test_a_table_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes("reference,driving\nFüchsin.png,jig.mp4\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"not UTF-8.*Save it as CSV in UTF-8"):
        read_job_table(path)


def test_folders_give_their_cross_product(root: Path) -> None:
    manifest = cross_jobs(root / "refs", root / "drivings", {"size": 256})
    assert [row.item for row in manifest.rows] == ["fox×jig", "fox×waltz", "owl×jig", "owl×waltz"]
    assert all(row.record is not None and row.record.size == 256 for row in manifest.rows)
    with pytest.raises(ConfigError, match="holds no pictures"):
        cross_jobs(root / "drivings", root / "drivings", {})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 32}, "every job: size is wrong .*equal to 64; got 32"),
        ({"fps": 0}, "every job: fps is wrong"),
        ({"camera": "preset:orbit?angle_deg=x"}, "angle_deg.*not a number"),
    ],
)
def test_a_wrong_field_of_every_job_is_said_once(root: Path, fields: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        cross_jobs(root / "refs", root / "drivings", fields)


@pytest.mark.parametrize("name", ["..", ".", "-rf", ".fox"])
def test_an_id_that_a_shell_or_a_file_system_would_misread_is_refused(root: Path, name: str) -> None:
    text = f"job_id,reference,driving\n{name},refs/fox.png,drivings/jig.mp4\n"
    (row,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert not row.usable
    assert "the first no dot or dash" in row.error_message


def test_a_hidden_file_still_names_its_job(root: Path) -> None:
    (root / "refs" / ".fox.png").write_bytes(b"")
    text = "reference,driving\nrefs/.fox.png,drivings/jig.mp4\n"
    (row,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert row.item == "fox×jig"


def test_a_table_that_excel_wrote_reads_as_any_other(root: Path) -> None:
    text = "\ufeffjob_id, reference,driving,prompt\r\n"
    text += '"a","refs/fox.png","drivings/jig.mp4","a fox, ""dancing"""\r\n\r\n'
    (row,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert row.record is not None
    assert (row.record.job_id, row.record.prompt) == ("a", 'a fox, "dancing"')


def test_names_made_from_long_names_of_any_script_fit_a_file_system(root: Path) -> None:
    (root / ("長" * 80 + ".png")).write_bytes(b"x")
    text = f"reference,driving\n{'長' * 80}.png,drivings/jig.mp4\n"
    (row,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert row.status == "ok"
    assert len(row.item.encode()) < 200


def test_a_camera_folder_without_poses_and_a_preset_without_a_number_say_their_row(root: Path) -> None:
    text = "reference,driving,camera\nrefs/fox.png,drivings/jig.mp4,refs\n"
    text += "refs/fox.png,drivings/jig.mp4,preset:orbit?angle_deg=wide\n"
    folder, preset = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert "row 1" in folder.error_message
    assert "images.txt" in folder.error_message
    assert "row 2" in preset.error_message
    assert "not a number" in preset.error_message


def test_a_rig_and_a_mask_are_found_beside_the_table_and_bad_ones_are_rows(root: Path) -> None:
    (root / "rig.json").write_text("{}")
    table = "reference,driving,rig,mask\n"
    for given in (
        "rig.json,refs/owl.jpg",
        ",",
        "nothing.json,",
        "refs/fox.png,",
        ",rig.json",
        ",empty",
        ",../outside.png",
    ):
        table += f"refs/fox.png,drivings/jig.mp4,{given}\n"
    good, without, *bad = read_job_table(write_csv(root / "jobs.csv", table)).rows
    assert good.record is not None and without.record is not None
    assert (good.record.rig, good.record.mask) == (str(root / "rig.json"), str(root / "refs/owl.jpg"))
    assert (without.record.rig, without.record.mask) == (None, None)
    for number, (row, message) in enumerate(
        zip(
            bad,
            (
                "rig: there is no such file",
                "rig: this is no file of that kind .*json.*got .*fox.png",
                "mask: this is no file of that kind .*png.*got .*rig.json",
                "mask: .*the folder holds no files",
                "mask: the path leaves the root",
            ),
            strict=True,
        ),
        3,
    ):
        assert re.search(f"row {number}, {message}", row.error_message), row.error_message


def test_a_job_may_stand_its_character_in_the_driving_clip(root: Path) -> None:
    table = "reference,driving,scene,camera\n"
    for camera in ("", "extracted", "preset:pan"):
        table += f"refs/fox.png,drivings/jig.mp4,driving,{camera}\n"
    first, second, moved = read_job_table(write_csv(root / "jobs.csv", table)).rows
    for row in (first, second):
        assert row.record is not None and row.record.replaces and row.record.camera == "extracted"
    assert re.search("row 3: scene is wrong .*a picture, as the job names a camera", moved.error_message)


def test_a_text_may_hold_what_unicode_takes_for_the_end_of_a_line(root: Path) -> None:
    row = {"reference": "refs/fox.png", "driving": "drivings/jig.mp4", "prompt": "a fox\u2028dances\x85"}
    table = write_csv(root / "jobs.jsonl", json.dumps(row, ensure_ascii=False))
    (job,) = read_job_table(table).rows
    assert job.record is not None and job.record.prompt == "a fox\u2028dances"


def test_empty_fields_are_no_fields_in_any_format(root: Path) -> None:
    row = {"reference": "refs/fox.png", "driving": "drivings/jig.mp4", "camera": "", "joins": " ", "rig": ""}
    pq.write_table(pa.Table.from_pylist([row]), root / "jobs.parquet")
    write_csv(root / "jobs.jsonl", json.dumps(row))
    for name in ("jobs.parquet", "jobs.jsonl"):
        (job,) = read_job_table(root / name).rows
        assert job.record is not None and job.record.camera == "extracted" and job.record.joins is None


def test_an_empty_line_before_the_columns_is_passed_over(root: Path) -> None:
    text = "\n,\nreference,driving\nrefs/fox.png,drivings/jig.mp4\n"
    (job,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert job.usable


@pytest.mark.parametrize("name", ["cafe\u0301", "\u0928\u0943\u0924\u094d\u092f", "女の子", "fox_2"])
def test_an_id_in_any_script_names_its_job(root: Path, name: str) -> None:
    text = f"job_id,reference,driving\n{name},refs/fox.png,drivings/jig.mp4\n"
    (row,) = read_job_table(write_csv(root / "jobs.csv", text)).rows
    assert row.record is not None and row.item == row.record.job_id == name


def test_bytes_that_are_no_text_cost_their_row(root: Path) -> None:
    (root / os.fsdecode(b"f\xfcchsin.png")).write_bytes(b"x")
    good = {"reference": "refs/fox.png", "driving": "drivings/jig.mp4"}
    bad = [
        {"reference": "f\udcfcchsin.png"},
        {"prompt": "\ud800"},
        {"job_id": "\ud800"},
        {"rig": "\ud800.json"},
    ]
    table = write_csv(root / "jobs.jsonl", "\n".join(json.dumps({**good, **row}) for row in [{}, *bad]))
    first, *others = read_job_table(table).rows
    assert first.usable
    assert [row.status for row in others] == ["quarantined"] * len(bad)
    for row, message in zip(others, ("reference", "prompt", "job_id", "rig"), strict=True):
        assert message in row.error_message.encode().decode()
