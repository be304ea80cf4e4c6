"""ItemStore: content-addressed items, whole or not there at all.

    <root>/<stage>/<first two digits of the key>/<key>/    record.json and the item's files
    <root>/.partial/<stage>-<random>/                       being written, or left by a killed process
    <root>/.retired/<key>-<n>/                              moved aside by a person's wish, or damaged

An item is written to a partial folder, checked against its record, flushed to the disk, and renamed. It is
never overwritten. It is believed to be there only when every file that its record names is there with the
right size, and, where asked, with the right digest.

With a ``remote`` (any fsspec URL, S3 for one) the folder is a cache before it: items are uploaded with
their record last, and fetched when they are missing here.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from data_contracts.errors import ConfigError, ContractError
from data_contracts.record import Record, sha256_of_file
from data_contracts.remote_store import RECORD_FILE, RemoteStore

R = TypeVar("R", bound=Record)

_KEY = re.compile(r"[0-9a-f]{64}")


class Cost(BaseModel):
    """What it cost to make an item."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    peak_memory_mb: float
    device: str


@dataclass(frozen=True)
class StoredItem(Generic[R]):
    """An item of the store: its record, placed in its folder, and what it cost."""

    record: R
    cost: Cost


class ItemStore:
    """Items by stage and key, in a folder that several processes share.

    Args:
        root: the folder; it is made when the first item is written.
        remote: an fsspec URL that holds the items for several machines, or ''.
    """

    def __init__(self, root: Path, remote: str = "") -> None:
        self.root = root
        self.remote = remote
        self._remote = RemoteStore(remote) if remote else None

    def require_writable(self) -> None:
        """Refuse a place that nothing can be written to, before any work is done for it.

        Raises:
            ConfigError: the folder cannot be made or written.
        """
        try:
            (self.root / ".partial").mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.root / ".partial").close()
        except OSError as error:
            raise ConfigError(
                "the artifact store cannot be written",
                where=self.root,
                got=error.strerror or error,
                hint="Check its permissions and the room on its disk, or give another folder",
            ) from error

    def require_reachable(self) -> None:
        """Refuse a remote store that does not answer, before any work is done for it.

        Raises:
            ConfigError: its URL is wrong, its driver is not installed, or it cannot be looked into.
        """
        if self._remote:
            self._remote.require_reachable()

    def folder(self, stage: str, key: str) -> Path:
        """Where an item lies, or would lie."""
        if not _KEY.fullmatch(key):
            raise ContractError("a key is 64 hexadecimal digits", got=key)
        return Path(f"{self.root}/{_place(stage, key)}")

    @contextmanager
    def partial(self, stage: str) -> Iterator[Path]:
        """An empty folder to write an item in; it is removed at the end unless it was committed."""
        parent = self.root / ".partial"
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{stage}-", dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, stage: str, key: str, partial: Path, record: R, cost: Cost) -> R:
        """Publish what lies in a partial folder as the item of this key, and return its placed record.

        When another process was faster, its item stays and this one is dropped.

        Raises:
            ContractError: a file that the record names is not there or was changed.
        """
        self.seal(partial, record, cost)
        flush([partial])
        return self.publish(stage, key, partial, record)

    def seal(self, partial: Path, record: Record, cost: Cost) -> None:
        """First step of a commit: check the files and write the record beside them."""
        _check_files(record, partial, digests=False)
        _write_record(partial / RECORD_FILE, record, cost)

    def publish(self, stage: str, key: str, partial: Path, record: R) -> R:
        """Last step of a commit, after `flush`: the sealed folder takes its place."""
        target = self._settle(stage, key, partial)
        if self._remote:
            self._remote.upload(target, _place(stage, key))
        return record.placed(target)

    def find(
        self, stage: str, key: str, record_type: type[R], *, verify: bool = False
    ) -> StoredItem[R] | None:
        """The item of a key, or None. An item with missing or changed files is moved aside and is None.

        Args:
            stage: the stage that made it.
            key: its key.
            record_type: the type that its record must have.
            verify: compare the digests of all files, not only their sizes.
        """
        folder = self.folder(stage, key)
        try:
            raw = _read_record(folder)
        except (FileNotFoundError, NotADirectoryError):
            if not self._fetch(stage, key):
                return None
            raw = _read_record(folder)
        except OSError as error:
            raise ConfigError(
                "an item of the artifact store cannot be read",
                where=folder,
                got=error.strerror or error,
                hint="Check its permissions and its disk; or delete the folder, then it is made anew",
            ) from error
        try:
            item = _parse_record(raw, record_type, folder)
            _check_files(item.record, folder, digests=verify)
        except ContractError:
            self._set_aside(stage, key)
            return None
        return item

    def retire(self, stage: str, key: str) -> bool:
        """Move an item aside, so that it is made anew. Returns whether it was there.

        The remote store forgets it as well.
        """
        if self._remote:
            self._remote.forget(_place(stage, key))
        return self._set_aside(stage, key)

    def _settle(self, stage: str, key: str, partial: Path) -> Path:
        """Rename a whole folder to its item's place. What lies there already stays, if it has its record."""
        target = self.folder(stage, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.rename(target)
        except OSError:
            if not (target / RECORD_FILE).is_file():
                self._set_aside(stage, key)
                partial.rename(target)
        return target

    def _set_aside(self, stage: str, key: str) -> bool:
        folder = self.folder(stage, key)
        if not folder.exists():
            return False
        aside = self.root / ".retired"
        aside.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # another run was faster
            folder.rename(Path(tempfile.mkdtemp(prefix=f"{stage}-{key[:12]}-", dir=aside)) / key)
        return True

    def sweep(self, older_than_s: float = 24 * 3600.0) -> int:
        """Delete partial folders that killed processes left; returns how many.

        The age keeps what other runs write into a shared store just now.
        """
        stale = [
            folder
            for folder in (self.root / ".partial").glob("*")
            if time.time() - folder.stat().st_mtime > older_than_s
        ]
        for folder in stale:
            shutil.rmtree(folder, ignore_errors=True)
        return len(stale)

    def _fetch(self, stage: str, key: str) -> bool:
        """Bring an item from the remote store. Returns whether it is here now."""
        if self._remote is None:
            return False
        with self.partial(stage) as partial:
            if not self._remote.download(_place(stage, key), partial):
                return False
            self._settle(stage, key, partial)
        return True


def _place(stage: str, key: str) -> str:
    return f"{stage}/{key[:2]}/{key}"


def _read_record(folder: Path) -> bytes:
    # Looked up for every item of every run; building one more Path costs as much as reading the file.
    with open(f"{folder}/{RECORD_FILE}", "rb") as stream:  # noqa: PTH123
        return stream.read()


def _write_record(path: Path, record: Record, cost: Cost) -> None:
    document = {
        "type": type(record).__name__,
        "schema_version": record.schema_version,
        "record": record.model_dump(mode="json"),
        "cost": cost.model_dump(mode="json"),
    }
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _parse_record(raw: bytes, record_type: type[R], folder: Path) -> StoredItem[R]:
    try:
        document = orjson.loads(raw)
        kind = (document["type"], document["schema_version"])
        record = record_type.read(document["record"], folder)
        cost = Cost.model_validate(document["cost"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise ContractError("the item's record cannot be read", where=folder, got=error) from error
    if kind != (record_type.__name__, record_type.schema_version):
        raise ContractError(
            "the item has another type", where=folder, expected=record_type.__name__, got=kind
        )
    return StoredItem(record, cost)


def _check_files(record: Record, folder: Path, *, digests: bool) -> None:
    for ref in record.files():
        path = folder / ref.path
        try:
            size = path.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            raise ContractError("a file of the item is missing", where=path) from None
        if size != ref.bytes:
            raise ContractError(
                "a file of the item has another size", where=path, expected=ref.bytes, got=size
            )
        if digests and sha256_of_file(path) != ref.sha256:
            raise ContractError("a file of the item was changed", where=path, expected=f"sha256 {ref.sha256}")


def flush(folders: Sequence[Path]) -> None:
    """Bring sealed folders to the disk: a power cut leaves an item whole, or not there at all.

    Many small folders share one flush of everything: on the disks we measured, one for 128 items took
    about as long as those of a few items one by one.
    """
    if len(folders) > 1:
        os.sync()
        return
    for folder in folders:
        for path in [*folder.rglob("*"), folder]:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
