"""RunFolder: what one run leaves behind for people and for the verbs that look at it later.

run.json                    profile, jobs, versions, seeds: enough to run it again
state.json                  progress of the run that is, or was last, at work
manifests/<stage>/<stage>.parquet
quarantine/<stage>/<key>.json   failed items, with traceback and attempts, until they are put back
videos/, report.html
"""

from __future__ import annotations

import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil
from pydantic import BaseModel

from data_contracts.errors import ConfigError
from data_contracts.manifest import Manifest, read_manifest, write_manifest
from data_contracts.record import Record
from data_contracts.store import ItemStore

R = TypeVar("R", bound=Record)

_CLOCKS_DIFFER_S = 5.0


class Quarantined(BaseModel):
    """A failed item that is not tried again until a person puts it back."""

    item: str
    error_class: str
    error_message: str
    traceback: str
    attempt: int
    put_back: bool = False


class StageState(BaseModel):
    """Progress of one stage."""

    items: int
    done: int = 0
    cached: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    finished: bool = False


class RunState(BaseModel):
    """Progress of a run."""

    pid: int
    started: str
    finished: str = ""
    stages: dict[str, StageState] = {}

    @property
    def alive(self) -> bool:
        """Whether the process that runs it is still there, and not a later one of the same number."""
        if self.finished:
            return False
        try:
            born = float(psutil.Process(self.pid).create_time())
        except psutil.Error:
            return False
        return born <= datetime.fromisoformat(self.started).timestamp() + _CLOCKS_DIFFER_S


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path, store: ItemStore) -> None:
        self.path = path
        self.store = store

    def require_writable(self) -> None:
        """Make the run's folder, and refuse a place that it or its store cannot be in.

        Raises:
            ConfigError: nothing can be written there, or the remote store does not answer.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.path).close()
        except OSError as error:
            raise ConfigError(
                "the run's folder cannot be written",
                where=self.path,
                got=error.strerror or error,
                hint="Give another --out, or check its permissions and the room on its disk",
            ) from error
        for name, kept, what in (
            *((name, Path.is_dir, "a folder") for name in ("manifests", "quarantine", "videos")),
            ("dataset", Path.is_symlink, "a link that runs make anew"),
        ):
            place = self.path / name
            if place.exists() and not kept(place):
                raise ConfigError(
                    "something else is in a place of the run's folder",
                    where=place,
                    expected=what,
                    hint="Move it away: a run takes nothing away that it has not made",
                )
        self.store.require_writable()
        self.store.require_reachable()

    @property
    def videos(self) -> Path:
        """Where the results of the jobs are put under the jobs' names."""
        return self.path / "videos"

    def manifest_path(self, stage: str) -> Path:
        """Where a stage's manifest lies."""
        return self.path / "manifests" / stage / f"{stage}.parquet"

    def write(self, manifest: Manifest[R], record_type: type[R]) -> None:
        """Write a stage's manifest."""
        write_manifest(manifest, record_type, self.manifest_path(manifest.stage))

    def read(self, stage: str, record_type: type[R]) -> Manifest[R] | None:
        """A stage's manifest, or None before the stage has run."""
        path = self.manifest_path(stage)
        if not path.exists():
            return None
        return read_manifest(path, stage, record_type, lambda key: self.store.folder(stage, key))

    def quarantined(self, stage: str, key: str) -> Quarantined | None:
        """The quarantine entry of an item, or None. A damaged one counts as none: the item is tried again."""
        try:
            return Quarantined.model_validate_json(self._quarantine_path(stage, key).read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def quarantine(self, stage: str, key: str, entry: Quarantined) -> None:
        """Remember a failed item."""
        write_whole(self._quarantine_path(stage, key), entry.model_dump_json(indent=1))

    def put_back(self, stage: str, key: str) -> None:
        """Let the next run try a quarantined item again; its attempts stay counted."""
        entry = self.quarantined(stage, key)
        if entry is not None:
            self.quarantine(stage, key, entry.model_copy(update={"put_back": True}))

    def _quarantine_path(self, stage: str, key: str) -> Path:
        return self.path / "quarantine" / stage / f"{key}.json"

    def write_state(self, state: RunState) -> None:
        """Write the run's progress."""
        write_whole(self.path / "state.json", state.model_dump_json(indent=1))

    def read_state(self) -> RunState | None:
        """The run's progress, or None before it ever ran.

        Raises:
            ConfigError: the file is damaged.
        """
        path = self.path / "state.json"
        try:
            return RunState.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise ConfigError(
                "the run's progress cannot be read",
                where=path,
                expected="the state of a run as JSON",
                got=_first_line(error),
                hint="The next run writes it anew; `bunraku failures` and `bunraku report` do not need it",
            ) from error

    def write_description(self, description: dict[str, Any]) -> None:
        """Write run.json."""
        write_whole(self.path / "run.json", json.dumps(description, indent=1))

    def read_description(self) -> dict[str, Any]:
        """Read run.json.

        Raises:
            ConfigError: this is not the folder of a run.
        """
        path = self.path / "run.json"
        try:
            description: Any = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise ConfigError(
                "this is not the folder of a run",
                where=self.path,
                expected="a folder with run.json",
                hint="Give the folder that was given to `bunraku run --out`",
            ) from None
        except ValueError as error:
            raise ConfigError(
                "run.json is not JSON",
                where=path,
                got=error,
                hint="Start the run again with `bunraku run` and the same --out: what is made stays made",
            ) from error
        if not isinstance(description, dict):
            raise ConfigError("run.json does not describe a run", where=path, got=type(description).__name__)
        return description


def _first_line(error: ValueError) -> str:
    return "; ".join(str(error).splitlines()[:3])


def write_whole(path: Path, text: str) -> None:
    """Write a small text file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_text(text)
    partial.replace(path)
