"""Summary: what a run and its jobs came to, in sentences."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.manifest import Status
from flows.report.chain import Chain
from flows.report.ledger import LedgerRow
from flows.report.wording import between, counted, listed, moment
from flows.run_folder import RunState

_PLACES = {"jobs": "the job table"}


@dataclass(frozen=True)
class Header:
    """What stands on top of the page."""

    title: str
    facts: dict[str, str]
    versions: dict[str, str]


def header_of(
    run: Path, description: Mapping[str, Any], state: RunState | None, jobs: Sequence[Mapping[str, Any]]
) -> Header:
    """Name, profile, times, seeds and versions of a run; what is not known is left out."""
    request = description.get("request") or {}
    facts = {"Profile": str(request.get("profile", ""))}
    if state:
        facts["Started"] = moment(state.started)
        facts["Took"] = between(state.started, state.finished)
    facts["Commit"] = str(description.get("commit") or "")
    facts["Seeds"] = _seeds({int(job["seed"]) for job in jobs if job.get("seed") is not None})
    facts["Machine"] = str(description.get("platform") or "")
    versions = description.get("versions") or {}
    return Header(
        title=run.resolve().name,
        facts={label: value for label, value in facts.items() if value},
        versions={str(name): str(version) for name, version in versions.items()},
    )


def _seeds(seeds: set[int]) -> str:
    return ", ".join(map(str, sorted(seeds))) if len(seeds) <= 6 else f"{len(seeds)} different"


def run_sentence(jobs: Mapping[Status, int], failed_stages: Sequence[str], state: RunState | None) -> str:
    """The run in one or two sentences.

    Args:
        jobs: jobs by their outcome.
        failed_stages: the stage of each failed item.
        state: how far the run came, where that is known.
    """
    total = sum(jobs.values())
    made = jobs["ok"] + jobs["filtered"]
    if not total:
        text = "No jobs are known."
    elif made == total:
        text = "The job has its video" if total == 1 else f"All {total:,} jobs have their videos"
        text += (
            f"; {counted(jobs['filtered'], 'pair was', 'pairs were')} rejected." if jobs["filtered"] else "."
        )
    else:
        text = f"{made:,} of {counted(total, 'job')} {'has its video' if made == 1 else 'have their videos'}."
    if failed_stages:
        stages = listed([_PLACES.get(stage, stage) for stage in dict.fromkeys(failed_stages)])
        text += f" {counted(len(failed_stages), 'item')} failed, in {stages}."
    if state and state.alive:
        text += " The run is still at work."
    elif state and not state.finished:
        text += " The run was broken off: start it again, and it goes on where it stopped."
    return text


def job_outcome(chain: Chain) -> tuple[Status, str]:
    """What became of a job, and a sentence about it."""
    verdict, failed = chain.verdict, chain.stopped_by
    if chain.result and chain.result.status == "ok":
        if failed:
            return "quarantined", f"The video is there, but {failed.stage} failed: {failed.error_message}"
        if verdict and verdict.record:
            reason = str(verdict.record.get("reason", ""))
            if verdict.record.get("accepted"):
                return "ok", f"Accepted: {reason}"
            return "filtered", f"Rejected: {reason}"
        return "ok", "The video is there."
    if failed:
        return "quarantined", f"{_failed_in(failed)}: {failed.error_message}"
    return "skipped", "The run did not come to this job's video."


def _failed_in(row: LedgerRow) -> str:
    return "A bad row in the job table" if row.stage == "jobs" else f"{row.stage} failed on {row.item}"


def rerun_command(run: Path, row: LedgerRow, description: Mapping[str, Any]) -> str:
    """The command that tries a failed item again."""
    out = shlex.quote(str(run))
    if row.stage != "jobs":
        return f"bunraku rerun --out {out} --failed --items {shlex.quote(row.item)}"
    # A row of the job table is read anew by every run: mend it there.
    request = description.get("request") or {}
    given = [str(request.get("profile", "embedded"))]
    for name in ("jobs", "references", "drivings", "root", "store"):
        if request.get(name):
            given += [f"--{name}", str(request[name])]
    return f"bunraku run {shlex.join(given)} --out {out}"
