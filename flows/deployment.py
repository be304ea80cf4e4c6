"""The Prefect flow of a run: what `bunraku run` calls, and what prefect.yaml deploys.

Prefect schedules and shows; the run's folder and store are the truth (see `flows.prefect_shards`).
"""

from __future__ import annotations

import typing
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from rich.console import Console

from data_contracts.manifest import Manifest
from flows.order import Outcome
from flows.pipeline import STAGES
from flows.prefect_server import temporary_server_followed
from flows.prefect_shards import PrefectShards
from flows.run import RunRequest, RunSummary, execute


class PrefectProgress:
    """A run's progress and its result table as artifacts of the flow run."""

    def __init__(self) -> None:
        artifact = create_progress_artifact(0.0, description="Stages done")
        self._artifact = typing.cast(UUID, artifact)  # Prefect's calls are also coroutines, elsewhere
        self._table: list[dict[str, Any]] = []

    def begin(self, stage: str, items: int, skipped: int) -> None:
        """A stage begins: nothing to say before it ends."""

    def advance(self, stage: str, outcome: Outcome) -> None:
        """One item is done: too small a thing for a call to the server."""

    def end(self, manifest: Manifest[Any], seconds: float) -> None:
        """A stage is done."""
        cached = sum(row.cached for row in manifest.rows)
        row: dict[str, Any] = {"stage": manifest.stage, "cached": cached, "seconds": round(seconds, 2)}
        row.update({str(status): count for status, count in manifest.counts().items()})
        self._table.append(row)
        update_progress_artifact(self._artifact, 100.0 * len(self._table) / len(STAGES))

    def close(self) -> None:
        """Publish the result table."""
        create_table_artifact(table=self._table, key="bunraku-stages", description="Items of each stage")


@flow(name="bunraku", persist_result=False, validate_parameters=True)
def bunraku(request: RunRequest) -> State[RunSummary]:
    """Animate characters and synthesise pairs: one run over one table of jobs."""
    progress = PrefectProgress()
    summary = execute(request, PrefectShards(), Console(), progress)
    progress.close()
    message = (
        f"{summary.videos} videos of {summary.jobs} jobs, {summary.accepted_pairs} accepted pairs, "
        f"{summary.failed_items} failed items: {summary.out}/report.html"
    )
    name = "Completed with failures" if summary.failed_items else "Completed"
    return Completed(name=name, message=message, data=summary)


def run_with_prefect(request: RunRequest) -> RunSummary:
    """Carry out a run as a Prefect flow run, shards side by side on as many threads as workers."""
    threads: Any = ThreadPoolTaskRunner(max_workers=request.workers)
    with temporary_server_followed():
        state: Any = bunraku.with_options(task_runner=threads)(request, return_state=True)
    return typing.cast(RunSummary, state.result())
