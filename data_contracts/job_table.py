"""The table of jobs: CSV, JSONL or Parquet; or all references of one folder with all drivings of another.

What is wrong with the whole table (unreadable, a column missing or unknown) is a ConfigError. What is wrong
with one row quarantines that row and leaves the others alone.
"""

from __future__ import annotations

import filecmp
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data_contracts.errors import BunrakuError, ConfigError, InputError
from data_contracts.job import DRIVING_SCENE, PRESET_PREFIX, Job, is_job_id, name_of
from data_contracts.job_rows import JOB_TABLE, REQUIRED, bad_row
from data_contracts.joined_jobs import joined
from data_contracts.manifest import Manifest, Row
from data_contracts.source import require_readable
from data_contracts.table_rows import WRONG_COUNT, table_rows

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".gif"})
MOTION_SUFFIXES = frozenset({".bvh", ".json"})

_FOLDER = ""
_GIVEN = {
    "rig": frozenset({".json", ".yaml", ".yml"}),
    "mask": IMAGE_SUFFIXES,
    "driving_mask": IMAGE_SUFFIXES | VIDEO_SUFFIXES | {_FOLDER},
    "depth": IMAGE_SUFFIXES | {".npy", ".json"},
    "standing": IMAGE_SUFFIXES,
}
"""Columns with files by hand, and how their names may end; whether a folder will do."""

_SHOWN_CHARACTERS = 200
_WHERE_PATHS_START = "Relative paths start at the job table's folder, or at --root"


def read_job_table(path: Path, root: Path | None = None) -> Manifest[Job]:
    """Read a table of jobs.

    Args:
        path: .csv, .jsonl (.ndjson) or .parquet.
        root: relative paths in the table are below this folder, and may not leave it; the table's own
            folder if None.

    Raises:
        ConfigError: the table as a whole cannot be used.
    """
    rows = [row for _, row in table_rows(path, JOB_TABLE)]
    if not rows:
        raise ConfigError("the job table has no rows", where=path)
    base = (root or path.parent).resolve()
    return Manifest[Job](stage="jobs", rows=_checked(rows, base, path.name))


def cross_jobs(references: Path, drivings: Path, defaults: Mapping[str, Any]) -> Manifest[Job]:
    """A job for each reference picture in one folder with each driving input in another.

    Args:
        references: folder of pictures.
        drivings: folder of videos, BVH and pose files, and folders of frames.
        defaults: further fields of every job.

    Raises:
        ConfigError: one of the folders is missing or holds nothing usable, or a further field is wrong.
    """
    pictures = _members(references, IMAGE_SUFFIXES, "pictures", folders=False)
    drivers = _members(drivings, VIDEO_SUFFIXES | MOTION_SUFFIXES, "driving inputs", folders=True)
    rows = [
        {"reference": str(picture), "driving": str(driver), **defaults}
        for picture in pictures
        for driver in drivers
    ]
    try:
        _job({"job_id": "any", **rows[0]}, references, "every job")
    except InputError as error:
        raise ConfigError.of(error) from None
    return Manifest[Job](stage="jobs", rows=_checked(rows, references, "cross product"))


def _members(folder: Path, suffixes: frozenset[str], what: str, *, folders: bool) -> list[Path]:
    if not folder.is_dir():
        raise ConfigError(f"the folder of {what} does not exist", where=folder)
    try:
        members = [
            path
            for path in sorted(folder.resolve().iterdir())
            if not path.name.startswith(".")
            and (path.suffix.lower() in suffixes if path.is_file() else folders and path.is_dir())
        ]
    except OSError as error:
        raise ConfigError(
            f"the folder of {what} cannot be read", where=folder, got=error.strerror or error
        ) from error
    if not members:
        raise ConfigError(
            f"the folder holds no {what}",
            where=folder,
            expected=f"files ending in {', '.join(sorted(suffixes))}",
        )
    return members


def _checked(rows: list[dict[str, Any]], base: Path, table: str) -> list[Row[Job]]:
    done: list[Row[Job]] = []
    joins: dict[str, str] = {}
    taken: set[str] = set()
    for number, row in enumerate(rows, 1):
        name = str(row.get("job_id") or _default_id(row, number, taken))
        where = f"{table}, row {number}"
        given, name = name, name if is_job_id(name) else f"row-{number}"
        unique = name if name not in taken else f"{name}#{number}"
        taken.add(unique)
        if row.get("joins"):
            joins[unique] = str(row["joins"])
        try:
            if unique != name:
                raise InputError("the job_id is taken by an earlier row", where=where, got=name)
            job = _job({**row, "job_id": given}, base, where)
        except BunrakuError as error:
            done.append(bad_row(unique, error))
        else:
            done.append(Row[Job](item=name, key=job.digest(), parents=[], status="ok", record=job))
    return joined(done, joins, table)


def _default_id(row: dict[str, Any], number: int, taken: set[str]) -> str:
    if not (row.get("reference") and row.get("driving")):
        return f"row-{number}"
    name = f"{name_of(str(row['reference']))}×{name_of(str(row['driving']))}"
    return name if name not in taken else f"{name}-{number}"


def _job(row: dict[str, Any], base: Path, where: str) -> Job:
    if WRONG_COUNT in row:
        raise InputError(
            "the row has too many or too few fields",
            where=where,
            expected="as many as the header, empty ones too",
            got=row[WRONG_COUNT],
            hint='Put a prompt with a comma in "quotes"',
        )
    for name in ("reference", "driving", "scene"):
        if row.get(name) and (name, row[name]) != ("scene", DRIVING_SCENE):
            row[name] = str(_located(str(row[name]), base, f"{where}, {name}"))
    for name, suffixes in _GIVEN.items():
        if row.get(name):
            row[name] = str(_given_located(str(row[name]), suffixes, base, f"{where}, {name}"))
    if row.get("scene") and row.get("reference") and _same_file(row["scene"], row["reference"]):
        raise InputError(
            "the scene is the reference itself, and would show its character twice",
            where=where,
            expected="another picture, or no scene: then the reference's own background is completed",
            got=_short(row["scene"]),
        )
    camera = str(row.get("camera", "extracted"))
    if camera != "extracted" and not camera.startswith(PRESET_PREFIX):
        row["camera"] = str(_camera_located(camera, base, f"{where}, camera"))
    try:
        return Job.model_validate(row)
    except ValidationError as error:
        raise _wrong_field(error, row, where) from None
    except InputError as error:
        raise _placed(error, where) from None


def _same_file(first: str, second: str) -> bool:
    """Whether two paths hold the same bytes: a copy of a picture shows the same."""
    paths = Path(first), Path(second)
    return all(path.is_file() for path in paths) and filecmp.cmp(*paths, shallow=False)


def _wrong_field(error: ValidationError, row: Mapping[str, Any], where: str) -> InputError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "row"
    if first["type"] == "missing":
        return InputError(
            f"{field} is missing", where=where, expected=f"{' and '.join(REQUIRED)} in each row"
        )
    expected = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return InputError(f"{field} is wrong", where=where, expected=expected, got=_short(repr(row.get(field))))


def _placed(error: InputError, where: str) -> InputError:
    """The same error, saying in which row it is."""
    place = f"{where}: {_short(error.where)}" if error.where else where
    return InputError(error.what, where=place, expected=error.expected, got=error.got, hint=error.hint)


def _camera_located(text: str, base: Path, where: str) -> Path:
    path = _located(text, base, where, hint=f"A preset is written preset:NAME. {_WHERE_PATHS_START}")
    if path.is_dir() and not (path / "images.txt").is_file():
        raise InputError(
            "the camera's folder holds no images.txt",
            where=where,
            expected="COLMAP's text export, a TUM, RealEstate10K or JSON file, 'extracted' or 'preset:NAME'",
            got=_short(str(path)),
        )
    return path


def _given_located(text: str, suffixes: frozenset[str], base: Path, where: str) -> Path:
    path = _located(text, base, where)
    if (_FOLDER if path.is_dir() else path.suffix.lower() or "no ending") not in suffixes:
        raise InputError(
            "this is no file of that kind",
            where=where,
            expected=f"{'a folder, or ' if _FOLDER in suffixes else ''}"
            f"a file ending in {', '.join(sorted(suffixes - {_FOLDER}))}",
            got=_short(str(path)),
        )
    return path


def _located(text: str, base: Path, where: str, hint: str = _WHERE_PATHS_START) -> Path:
    path = Path(text)
    try:
        if not path.is_absolute():
            path = (base / path).resolve()
            if not path.is_relative_to(base):
                raise InputError(
                    "the path leaves the root of the job table",
                    where=where,
                    expected=f"a path below {base}",
                    got=_short(text),
                    hint="Give an absolute path, or the folder above both with --root",
                )
        if not path.exists():
            raise InputError(
                "there is no such file or folder",
                where=where,
                got=_short(str(path)),
                hint=hint,
            )
    except (OSError, RuntimeError, ValueError) as error:  # too long, a loop of links, a zero byte
        raise InputError(
            "the path cannot be followed", where=where, got=_short(str(error)), hint="Check the path"
        ) from None
    try:
        require_readable(path)
    except InputError as error:
        raise _placed(error, where) from None
    return path


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
