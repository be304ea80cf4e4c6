"""Chain: the rows of all stages that one job went through, found by following keys from child to parent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.report.ledger import Ledger, LedgerRow
from flows.report.stage_notes import NOTES

_JOB_STAGES = [name for name, note in NOTES.items() if note.lane == "jobs"]


@dataclass(frozen=True)
class Chain:
    """One job's rows; None where a stage's manifest is missing or did not come so far."""

    job: LedgerRow | None
    reference: LedgerRow | None
    matte: LedgerRow | None
    rig: LedgerRow | None
    driving: LedgerRow | None
    pose: LedgerRow | None
    camera: LedgerRow | None
    background: LedgerRow | None
    depth: LedgerRow | None
    scene: LedgerRow | None
    coarse: LedgerRow | None
    conditions: LedgerRow | None
    animation: LedgerRow | None
    result: LedgerRow | None
    pair: LedgerRow | None
    scores: LedgerRow | None
    verdict: LedgerRow | None
    stopped_by: LedgerRow | None
    """The row that failed first and kept the job from its result."""


def job_names(ledger: Ledger) -> list[str]:
    """The jobs of a run: as its job table says, or else as the stages of jobs do.

    A character that joins another job's picture is seen there.
    """
    if ledger.rows.get("jobs"):
        return [row.item for row in ledger.rows["jobs"] if not row.record.get("joins")]
    names = {row.item: None for stage in ["track_camera", *_JOB_STAGES] for row in ledger.rows.get(stage, ())}
    return list(names)


def chain_of(ledger: Ledger, job: str) -> Chain:
    """Everything that belongs to a job."""
    own = [row for stage in ledger.rows if (row := ledger.row(stage, job)) and stage not in _SOURCE_STAGES]
    lineage = ledger.lineage(own)

    def of(stage: str) -> LedgerRow | None:
        return next((row for row in reversed(lineage) if row.stage == stage), None)

    # Of a picture with several characters the job's own.
    conditions, animation = ledger.row("draw_conditions", job), ledger.row("animate", job)
    rig = ledger.parent(conditions, "rig") or of("rig")
    pose, background = ledger.parent(conditions, "track_pose") or of("track_pose"), of("complete_background")
    reference = ledger.parent(rig, "ingest") or ledger.parent(animation, "ingest")
    driving = ledger.parent(pose, "ingest") or ledger.parent(of("track_camera"), "ingest")
    return Chain(
        job=ledger.row("jobs", job),
        reference=reference or _ingested(lineage, lambda kind: kind == "still"),
        matte=ledger.parent(rig, "segment"),
        rig=rig,
        driving=driving or _ingested(lineage, lambda kind: kind != "still"),
        pose=pose,
        camera=of("track_camera"),
        background=background,
        depth=of("estimate_depth"),
        scene=of("expand_scene") or of("build_scene"),
        coarse=of("render_background") or of("erase_figure"),
        conditions=conditions,
        animation=ledger.row("join_figures", job) or animation,
        result=of("refine"),
        pair=of("synthesize_pairs"),
        scores=of("score"),
        verdict=_last_verdict(of("review"), of("filter")),
        stopped_by=next((row for row in lineage if row.status == "quarantined"), None),
    )


_SOURCE_STAGES = {name for name, note in NOTES.items() if note.lane == "inputs"} - {"jobs", "track_camera"}
"""Stages whose items are named after files, among which a file may be called like a job."""


def _ingested(lineage: list[LedgerRow], wanted: Callable[[str], bool]) -> LedgerRow | None:
    rows = (row for row in lineage if row.stage == "ingest")
    return next((row for row in rows if wanted(str(row.record.get("kind", "")))), None)


def _last_verdict(review: LedgerRow | None, filtered: LedgerRow | None) -> LedgerRow | None:
    return review if review and review.record else filtered
