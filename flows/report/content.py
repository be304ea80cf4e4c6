"""Content: what the report says, as plain data made from a run's manifests. No HTML here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from data_contracts.errors import ConfigError
from data_contracts.manifest import STATUSES, Status
from flows.report.chain import Chain, chain_of, job_names
from flows.report.ledger import Ledger, LedgerRow
from flows.report.stage_notes import NOTES, in_order, note_of
from flows.report.summary import header_of, job_outcome, rerun_command, run_sentence
from flows.report.wording import counted, duration
from flows.run_folder import RunFolder, RunState

MAX_ROWS = 500
"""Rows of a stage that the page lists; the manifest has them all."""


@dataclass(frozen=True)
class StageContent:
    """One stage in figures."""

    name: str
    does: str
    counts: dict[Status, int]
    cached: int
    spent_s: float
    """Seconds that its items took in this run."""
    saved_s: float
    """Seconds that the items found in the store took when they were made."""
    peak_memory_mb: float
    rows: list[LedgerRow]
    """Failed ones first, at most `MAX_ROWS`."""
    unlisted: int
    manifest: str
    """Path below the run's folder."""

    @property
    def items(self) -> int:
        """How many items went in."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Failure:
    """One item that failed, and what to do about it."""

    stage: str
    item: str
    error_class: str
    message: str
    attempts: int
    held_up: int
    """Later items that were skipped because of it."""
    command: str


@dataclass(frozen=True)
class JobContent:
    """One job: what it asked for, and what became of it."""

    name: str
    asked: dict[str, Any]
    outcome: Status
    sentence: str
    chain: Chain
    guests: list[Chain] = field(default_factory=list)
    """What the characters that joined its picture went through."""


@dataclass(frozen=True)
class RunContent:
    """Everything that the page shows, except pictures."""

    title: str
    summary: str
    facts: dict[str, str]
    """Label -> value, for the header."""
    versions: dict[str, str]
    job_counts: dict[Status, int]
    stages: list[StageContent]
    edges: list[tuple[str, str]]
    failures: list[Failure]
    jobs: list[JobContent]
    missing: list[str] = field(default_factory=list)
    """What a whole run would have and this one has not."""


def content_of(folder: RunFolder) -> RunContent:
    """Read a run's folder.

    A run that stopped half way gives a report all the same; ``missing`` says what it lacks.
    """
    ledger = Ledger.read(folder)
    missing = [f"The manifest of {stage} cannot be read: {why}" for stage, why in ledger.unreadable.items()]
    description = _or_empty(folder, missing)
    state = _state(folder, missing)
    stages = [_stage(name, rows, folder) for name, rows in ledger.rows.items()]
    missing += _unreached(ledger, state)
    failures = _failures(ledger, folder, description)
    jobs = [_job(ledger, name) for name in job_names(ledger)]
    counts: dict[Status, int] = {status: sum(job.outcome == status for job in jobs) for status in STATUSES}
    header = header_of(folder.path, description, state, [job.asked for job in jobs])
    return RunContent(
        title=header.title,
        summary=run_sentence(counts, [failure.stage for failure in failures], state),
        facts=header.facts | _costs(stages) | _dataset(ledger, folder),
        versions=header.versions,
        job_counts=counts,
        stages=stages,
        edges=ledger.edges(),
        failures=failures,
        jobs=jobs,
        missing=missing,
    )


def _or_empty(folder: RunFolder, missing: list[str]) -> dict[str, Any]:
    try:
        return folder.read_description()
    except ConfigError as error:
        missing.append(f"run.json: {error}")
        return {}


def _state(folder: RunFolder, missing: list[str]) -> RunState | None:
    try:
        state = folder.read_state()
    except ConfigError as error:
        missing.append(f"state.json cannot be read: {error}")
        return None
    if state is None:
        missing.append("state.json is not there: when the run began and ended is not known.")
    return state


def _unreached(ledger: Ledger, state: RunState | None) -> list[str]:
    found = set(ledger.rows) | set(ledger.unreadable)
    absent = [name for name in in_order(set(NOTES) - {"jobs"}) if name not in found]
    if not absent:
        return []
    why = "it is still at work" if state and state.alive else "it ended before"
    return [f"The run has no manifest of {', '.join(absent)}: {why}."]


def _stage(name: str, rows: list[LedgerRow], folder: RunFolder) -> StageContent:
    # Items that two jobs share have one key and cost once.
    made = {row.key: row.seconds for row in rows if row.key and not row.cached}
    cached = {row.key: row.seconds for row in rows if row.key and row.cached}
    urgency: dict[Status, int] = {"quarantined": 0, "skipped": 1, "filtered": 2, "ok": 3}
    listed = sorted(rows, key=lambda row: urgency[row.status])[:MAX_ROWS]
    return StageContent(
        name=name,
        does=note_of(name).does,
        counts={status: sum(row.status == status for row in rows) for status in STATUSES},
        cached=sum(row.cached for row in rows),
        spent_s=sum(made.values()),
        saved_s=sum(cached.values()),
        peak_memory_mb=max((row.peak_memory_mb for row in rows), default=0.0),
        rows=listed,
        unlisted=len(rows) - len(listed),
        manifest=folder.manifest_path(name).relative_to(folder.path).as_posix(),
    )


def _failures(ledger: Ledger, folder: RunFolder, description: dict[str, Any]) -> list[Failure]:
    skipped: dict[str, int] = {}
    for row in ledger:
        if row.status == "skipped":
            skipped[row.error_message] = skipped.get(row.error_message, 0) + 1
    return [
        Failure(
            stage=row.stage,
            item=row.item,
            error_class=row.error_class,
            message=row.error_message,
            attempts=row.attempt,
            # The words that `flows.prepare` gives to skipped rows.
            held_up=skipped.get(f"{row.item!r} was quarantined: {row.error_message}", 0),
            command=rerun_command(folder.path, row, description),
        )
        for row in ledger
        if row.status == "quarantined"
    ]


def _job(ledger: Ledger, name: str) -> JobContent:
    chain = chain_of(ledger, name)
    outcome, sentence = job_outcome(chain)
    guests = [row.item for row in ledger.rows.get("jobs", ()) if row.record.get("joins") == name]
    return JobContent(
        name=name,
        asked=dict(chain.job.record) if chain.job else {},
        outcome=outcome,
        sentence=sentence,
        chain=chain,
        guests=[chain_of(ledger, guest) for guest in guests],
    )


def _dataset(ledger: Ledger, folder: RunFolder) -> dict[str, str]:
    row = ledger.row("export", "dataset")
    if row is None or row.folder is None or not row.record:
        return {}
    inside = row.folder.is_relative_to(folder.path)
    place = row.folder.relative_to(folder.path) if inside else row.folder
    return {"Dataset": f"{counted(int(row.record.get('num_pairs') or 0), 'pair')} in {place}"}


def _costs(stages: list[StageContent]) -> dict[str, str]:
    spent = sum(stage.spent_s for stage in stages)
    saved = sum(stage.saved_s for stage in stages)
    peak = max((stage.peak_memory_mb for stage in stages), default=0.0)
    facts = {"Work done": duration(spent)}
    if saved:
        facts["Saved by the store"] = duration(saved)
    if peak:
        facts["Most memory"] = f"{peak:,.0f} MB"
    return facts
