"""The folder of a world: where everything lies, and the plan that it was made from."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.errors import ConfigError
from flows.run_folder import write_whole
from flows.world.take_order import package_versions, sources_digest
from models.world.planning import Production

FORMAT = "bunraku-world"


@dataclass(frozen=True)
class WorldFolder:
    """Paths below one world's folder."""

    path: Path

    @property
    def takes(self) -> Path:
        """One folder a take, named 'shot.identity'."""
        return self.path / "takes"

    @property
    def takes_manifest(self) -> Path:
        """All takes."""
        return self.path / "manifests" / "takes.parquet"

    @property
    def pairs_manifest(self) -> Path:
        """Which take is the truth of which job."""
        return self.path / "manifests" / "pairs.parquet"

    @property
    def jobs(self) -> Path:
        """Job table for `bunraku run`."""
        return self.path / "jobs.csv"

    @property
    def description(self) -> Path:
        """What the world was made from."""
        return self.path / "world.json"

    @contextmanager
    def opened(self, count: int, production: Production) -> Iterator[None]:
        """Make the folder ready for a world of this plan, and keep others from working in it.

        Raises:
            ConfigError: it is a file, cannot be written, holds something else or another world, or is in use.
        """
        self._check_content(production)
        try:
            self.takes.mkdir(parents=True, exist_ok=True)
            lock = (self.path / ".lock").open("w")
        except OSError as error:
            raise self._unwritable(error) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConfigError(
                    "another process makes a world in this folder", where=self.path, hint="Wait for it"
                ) from None
            try:
                # Whole or not at all: without its description a folder of takes is no world to go on with.
                write_whole(self.description, _description(count, production))
            except OSError as error:
                raise self._unwritable(error) from error
            yield

    def _check_content(self, production: Production) -> None:
        if self.path.is_file():
            raise ConfigError("a file is in the folder's place", where=self.path, hint="Give another --out")
        if not self.path.is_dir() or self._holds_nothing():
            return
        if self.description.is_file() and self._production() is None:
            raise ConfigError(
                "what the world was made from cannot be read",
                where=self.description,
                expected="the description that was written with the world",
                hint="Put the file back, or make the world anew with another --out",
            )
        before = self._production()
        if before is None:
            raise ConfigError(
                "the folder holds something that is no world",
                where=self.path,
                expected="an empty or a new folder, or a world to go on with",
                hint="Give another --out",
            )
        wanted = json.loads(production.model_dump_json())
        differing = sorted(name for name in {*before, *wanted} if before.get(name) != wanted.get(name))
        if differing:
            raise ConfigError(
                "the folder holds another world",
                where=self.path,
                expected=", ".join(f"{name} {before.get(name)}" for name in differing),
                got=", ".join(f"{name} {wanted.get(name)}" for name in differing),
                hint="Only --count may change; give another --out for another world",
            )

    def _holds_nothing(self) -> bool:
        """Nothing, or what a process has left that was stopped before it could describe its world."""
        ours = {".lock", *(path.name for path in self.path.glob(f".{self.description.name}.*.partial"))}
        if self.takes.is_dir() and not any(self.takes.iterdir()):
            ours.add(self.takes.name)
        return all(path.name in ours for path in self.path.iterdir())

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(
            "the world's folder cannot be written",
            where=self.path,
            got=error.strerror or error,
            hint="Make room there, or give another --out",
        )

    def _production(self) -> dict[str, Any] | None:
        try:
            value = json.loads(self.description.read_text(encoding="utf-8"))
            return dict(value["production"]) if value["format"] == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _description(count: int, production: Production) -> str:
    content = {
        "format": FORMAT,
        "version": 1,
        "count": count,
        "production": production.model_dump(mode="json"),
        "sources": sources_digest(),
        "packages": package_versions(),
    }
    return json.dumps(content, indent=1) + "\n"
