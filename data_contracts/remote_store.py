"""RemoteStore: items in object storage, or anywhere that fsspec reaches, for several machines."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec

from data_contracts.errors import ConfigError

RECORD_FILE = "record.json"
"""The file of an item that is written last: that it exists means that the item is whole."""


class RemoteStore:
    """Items by their place (stage and key) below an fsspec URL, such as s3://bucket/folder."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _root(self) -> tuple[Any, str]:
        filesystem, root = fsspec.core.url_to_fs(self.url)
        return filesystem, root.rstrip("/")

    def require_reachable(self) -> None:
        """Refuse a store that does not answer, before any work is done for it.

        Raises:
            ConfigError: its URL is wrong, its driver is not installed, or it cannot be looked into.
        """
        try:
            filesystem, root = self._root
            # A look at the root alone is answered by some drivers without asking anybody.
            filesystem.exists(f"{root}/{RECORD_FILE}")
        except Exception as error:  # every driver has errors of its own
            raise ConfigError(
                "the remote store cannot be reached",
                where=self.url,
                expected="a URL of fsspec, such as s3://bucket/folder",
                got=f"{type(error).__name__}: {error}",
                hint="Check the URL and the credentials; S3 needs the extra 's3' (docs/operating.md)",
            ) from error

    def upload(self, folder: Path, place: str) -> None:
        """Copy an item there, its record last."""
        filesystem, root = self._root
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for path in sorted(files, key=lambda path: path.name == RECORD_FILE):
            target = f"{root}/{place}/{path.relative_to(folder).as_posix()}"
            filesystem.makedirs(target.rpartition("/")[0], exist_ok=True)
            filesystem.put_file(path.as_posix(), target)

    def download(self, place: str, folder: Path) -> bool:
        """Copy an item into an empty folder here. Returns whether it was there."""
        filesystem, root = self._root
        origin = f"{root}/{place}"
        if not filesystem.exists(f"{origin}/{RECORD_FILE}"):
            return False
        for name in filesystem.find(origin):
            path = folder / name.removeprefix(origin).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            filesystem.get_file(name, path.as_posix())
        return True

    def forget(self, place: str) -> None:
        """Take an item's record away: without one it is not there, and the next upload replaces it."""
        filesystem, root = self._root
        record = f"{root}/{place}/{RECORD_FILE}"
        if filesystem.exists(record):
            filesystem.rm_file(record)
