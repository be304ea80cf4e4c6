"""Progress of a run: lines in the terminal, and state.json for `bunraku status`."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from data_contracts.manifest import Manifest
from flows.order import Outcome
from flows.run_folder import RunFolder, RunState, StageState
from flows.runner import Progress

_WRITE_EVERY_S = 1.0
_SAY_EVERY_S = 5.0


class RunProgress:
    """Keeps a run's state, writes it beside the manifests, and tells the terminal."""

    def __init__(self, folder: RunFolder, console: Console, listener: Progress | None = None) -> None:
        self.state = RunState(pid=os.getpid(), started=_now())
        self._folder = folder
        self._console = console
        self._listener = listener
        self._lock = threading.Lock()
        self._written = self._said = 0.0
        self._save()

    def begin(self, stage: str, items: int, skipped: int) -> None:
        """A stage begins."""
        with self._lock:
            self.state.stages[stage] = StageState(items=items, done=skipped, skipped=skipped)
            self._said = time.monotonic()
            self._save()
        if self._listener:
            self._listener.begin(stage, items, skipped)

    def advance(self, stage: str, outcome: Outcome) -> None:
        """One item of it is done."""
        with self._lock:
            state = self.state.stages[stage]
            state.done += 1
            state.cached += outcome.cached
            state.failed += outcome.record is None
            now = time.monotonic()
            if now - self._written > _WRITE_EVERY_S:
                self._save()
            if now - self._said > _SAY_EVERY_S:
                self._said = now
                self._console.print(f"  {stage:<20} {state.done}/{state.items} …", style="dim")

    def end(self, manifest: Manifest[Any], seconds: float) -> None:
        """The stage is done and its manifest is written."""
        with self._lock:
            state = self.state.stages[manifest.stage]
            state.seconds, state.finished = seconds, True
            # Equal items advanced as one; each of them has a row.
            state.done, state.cached = state.items, sum(row.cached for row in manifest.rows)
            state.failed = manifest.counts()["quarantined"]
            self._save()
        if state.items:
            self._console.print(_line(manifest, state, seconds))
        if self._listener:
            self._listener.end(manifest, seconds)

    def close(self) -> None:
        """The run has ended."""
        with self._lock:
            self.state.finished = _now()
            self._save()

    def _save(self) -> None:
        self._written = time.monotonic()
        self._folder.write_state(self.state)


def _line(manifest: Manifest[Any], state: StageState, seconds: float) -> str:
    counts = manifest.counts()
    made = state.items - state.cached - state.skipped
    facts = [f"{made} made" if made else "", f"{state.cached} cached" if state.cached else ""]
    facts += [
        f"[{'red' if status == 'quarantined' else 'yellow'}]{counts[status]} {status}[/]"
        for status in ("quarantined", "filtered", "skipped")
        if counts[status]
    ]
    share = f"{counts['ok']}/{state.items} ok"
    return f"  {manifest.stage:<20} {share:<12} {seconds:7.1f} s   {', '.join(filter(None, facts))}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
