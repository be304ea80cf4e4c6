"""Record: the typed row that a stage produces for one item, with references to its files.

A record is small (it becomes one row of a Parquet manifest); what is large lies in files beside it, in the
item's folder of the artifact store. A record is frozen: a mended file is a new input with a new digest.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, ClassVar, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from data_contracts.errors import ContractError

_READ_BYTES = 1 << 20


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class FileRef(BaseModel):
    """A file of an item: its path relative to the item's folder, its digest and its size."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)

    @classmethod
    def of(cls, path: Path, folder: Path) -> Self:
        """Refer to a file that a stage has just written below its ``out_dir``.

        Raises:
            ContractError: the file is not there, or not below the folder.
        """
        if not path.is_file():
            raise ContractError("a stage refers to a file that it did not write", where=path)
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ContractError("a file lies outside its item's folder", where=path, expected=folder)
        return cls(
            path=path.relative_to(folder).as_posix(), sha256=sha256_of_file(path), bytes=path.stat().st_size
        )


class Record(BaseModel):
    """Base of all row types. Subclasses are nouns: Media, Matte, PoseTrack, ..."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: ClassVar[int] = 1
    """Raised when a field changes its meaning; `data_contracts.manifest` migrates older files. A new field
    with a default needs no new version: older files give the default."""

    _folder: Path | None = PrivateAttr(default=None)

    @property
    def folder(self) -> Path:
        """The folder that the record's files lie in."""
        if self._folder is None:
            raise ContractError(f"this {type(self).__name__} has not been placed in a folder")
        return self._folder

    def placed(self, folder: Path) -> Self:
        """The same record, knowing where its files lie."""
        copy = self.model_copy()
        copy._folder = folder
        return copy

    @classmethod
    def read(cls, values: Any, folder: Path) -> Self:
        """Check the values of a stored record whose files lie in a folder."""
        record = cls.model_validate(values)
        record._folder = folder
        return record

    def path(self, ref: FileRef) -> Path:
        """The path of one of the record's files."""
        return self.folder / ref.path

    def files(self) -> list[FileRef]:
        """All files that the record refers to, those in lists and nested models too."""
        return [ref for name in type(self).model_fields for ref in _file_refs(getattr(self, name))]

    def digest(self) -> str:
        """The SHA-256 of the record's content: what goes into the keys of the items made from it.

        It covers the files' digests, and not where they lie: a parent that was computed again and came
        out the same does not make its children run again.
        """
        return hashlib.sha256(canonical_json([type(self).__name__, self.key_content()])).hexdigest()

    def key_content(self) -> dict[str, Any]:
        """What the digest covers. A record with fields that carry no content leaves them out."""
        return self.model_dump(mode="json")

    @property
    def rejection(self) -> str:
        """Why the item ends here on purpose ('' for all but verdicts): the row's status is 'filtered'."""
        return ""


def _file_refs(value: object) -> list[FileRef]:
    if isinstance(value, FileRef):
        return [value]
    if isinstance(value, BaseModel):
        return [ref for name in type(value).model_fields for ref in _file_refs(getattr(value, name))]
    if isinstance(value, (list, tuple)):
        return [ref for element in value for ref in _file_refs(element)]
    return []
