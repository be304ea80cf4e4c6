"""GivenFile: a file with which a person overrides what a stage would find: a rig, a mask, masks of a clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from data_contracts.errors import InputError
from data_contracts.record import Record
from data_contracts.source import digest_of_source


class GivenFile(Record):
    """A file from outside, or a folder of files. Where it lies is no part of its content: the same bytes are
    the same input."""

    location: str
    """Absolute path."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the file's bytes, or of the folder's file names and digests, which number a clip's frames."""

    def key_content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"location"})

    def unchanged(self) -> Path:
        """Where the file lies.

        Raises:
            InputError: it is gone, cannot be read, or is no longer the file that the run was planned with.
        """
        path = Path(self.location)
        if digest_of_source(path) != self.sha256:
            raise InputError(
                "the file has changed since the run was planned",
                where=path,
                expected=f"SHA-256 {self.sha256[:12]}...",
                hint="Start the run again; it will use the new content.",
            )
        return path
