"""Source: a file or folder from outside, and how a job wants it read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from data_contracts.errors import InputError
from data_contracts.record import Record, sha256_of_file

SourceRole = Literal["reference", "driving", "scene"]


class Source(Record):
    """What ingest reads.

    ``location`` is where it lies now and no part of its content: the same bytes elsewhere are the same item.
    """

    location: str
    """Absolute path of the file or of the folder of frames."""
    sha256: str
    """Digest of the file's bytes, or of the folder's file names and digests."""
    suffix: str
    """Lower-case file suffix with its dot, '' for a folder."""
    role: SourceRole
    long_side_px: int = Field(ge=16, le=4096)
    """Pictures and clips are scaled down (never up) to this."""
    fps: float | None = Field(default=None, gt=0, le=240)
    """Resample clips and motions to this rate; None keeps their own. Only for driving inputs."""
    num_frames: int | None = Field(default=None, ge=1)
    """Take at most this many frames. Only for driving inputs."""

    def key_content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"location"})


def members_of_source(folder: Path) -> list[Path]:
    """The files of a folder of frames or poses, sorted: those directly in it that are not hidden.

    Raises:
        InputError: there are none, or the folder may not be read.
    """
    try:
        members = sorted(
            member for member in folder.iterdir() if member.is_file() and not member.name.startswith(".")
        )
    except OSError as error:
        raise _unreadable(folder, error) from error
    if not members:
        raise InputError(
            "the folder holds no files",
            where=folder,
            expected="a folder of frames or poses",
            hint="Where they lie in a folder inside of it, name that one",
        )
    return members


def require_readable(path: Path) -> None:
    """Refuse what cannot be taken in at all, before any work is planned on it.

    Raises:
        InputError: neither a file nor a folder with files, or it may not be read.
    """
    first = members_of_source(path)[0] if path.is_dir() else path
    if not first.is_file():
        raise InputError(
            "this is neither a file nor a folder", where=path, got="a device, a pipe or a socket"
        )
    try:
        first.open("rb").close()
    except OSError as error:
        raise _unreadable(first, error) from error


def digest_of_source(path: Path) -> str:
    """The SHA-256 of a file, or of the names and digests of a folder's files.

    Raises:
        InputError: there is nothing at the path, the folder holds no files, or they cannot be read.
    """
    try:
        if path.is_file():
            return sha256_of_file(path)
        if not path.is_dir():
            raise InputError(
                "there is no such file or folder", where=path, hint="Check the path in the job table"
            )
        digest = hashlib.sha256()
        for member in members_of_source(path):
            digest.update(b"%b\0%b\n" % (os.fsencode(member.name), sha256_of_file(member).encode()))
        return digest.hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        "the input cannot be read",
        where=path,
        got=error.strerror or type(error).__name__,
        hint="Check its permissions, and that its disk is there",
    )
