"""Source: a file or folder from outside, and how a job wants it read."""

from __future__ import annotations

import hashlib
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


def digest_of_source(path: Path) -> str:
    """The SHA-256 of a file, or of a folder's sorted names and digests.

    Raises:
        InputError: there is nothing at the path, or the folder is empty.
    """
    if path.is_file():
        return sha256_of_file(path)
    if not path.is_dir():
        raise InputError(
            "there is no such file or folder", where=path, hint="Check the path in the job table"
        )
    digest = hashlib.sha256()
    members = sorted(member for member in path.rglob("*") if member.is_file())
    if not members:
        raise InputError("the folder is empty", where=path, expected="a folder of frames or poses")
    for member in members:
        digest.update(f"{member.relative_to(path).as_posix()}\0{sha256_of_file(member)}\n".encode())
    return digest.hexdigest()
