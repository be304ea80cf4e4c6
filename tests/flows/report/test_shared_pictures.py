"""What the report shows of a picture with several characters: one card, the first one's own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data_contracts.manifest import Status
from flows.report.chain import chain_of, job_names
from flows.report.content import _job
from flows.report.gallery import EmbeddedClips, _main
from flows.report.ledger import Ledger, LedgerRow
from flows.report.preview import Previews


def row(stage: str, item: str, *parents: str, status: Status = "ok", **record: Any) -> LedgerRow:
    return LedgerRow(
        stage=stage,
        item=item,
        key=f"{stage}/{item}",
        parents=parents,
        status=status,
        cached=False,
        error_class="InputError" if status == "quarantined" else "",
        error_message="no figure" if status == "quarantined" else "",
        attempt=1,
        seconds=1.0,
        peak_memory_mb=1.0,
        device="cpu",
        record=record,
    )


def duet(owls_rig: Status = "ok") -> Ledger:
    rows = [
        row("jobs", "fox", reference="/in/fox.png"),
        row("jobs", "owl", reference="/in/owl.png", joins="fox"),
        row("rig", "fox.png"),
        row("rig", "owl.png", status=owls_rig),
        row("draw_conditions", "fox", "rig/fox.png"),
        row("animate", "fox", "draw_conditions/fox"),
    ]
    if owls_rig == "ok":
        rows += [
            row("draw_conditions", "owl", "rig/owl.png", "rig/fox.png"),
            row("animate", "owl", "draw_conditions/owl"),
            row("join_figures", "fox", "animate/fox", "animate/owl"),
            row("refine", "fox", "join_figures/fox", "draw_conditions/fox"),
        ]
    else:
        rows += [row("refine", "fox", "animate/fox", "rig/owl.png", status="skipped")]
    by_stage: dict[str, list[LedgerRow]] = {}
    for entry in rows:
        by_stage.setdefault(entry.stage, []).append(entry)
    return Ledger(by_stage)


def test_a_guest_has_no_card_of_its_own_and_the_card_names_it() -> None:
    ledger = duet()
    assert job_names(ledger) == ["fox"]
    (owl,) = _job(ledger, "fox").guests
    assert owl.rig is not None and owl.rig.item == "owl.png"


def test_the_card_shows_whom_each_character_was_made_from(tmp_path: Path) -> None:
    views = _main(_job(duet(), "fox"), Previews(tmp_path), EmbeddedClips(tmp_path))
    captions = [view.caption for view in views]
    assert captions == ["Reference", "Driving motion", "Reference of owl", "Driving motion, of owl", "Result"]


def test_a_card_shows_the_first_characters_rig_and_everybodys_alpha() -> None:
    chain = chain_of(duet(), "fox")
    assert chain.rig is not None and chain.rig.item == "fox.png"
    assert chain.conditions is not None and chain.conditions.item == "fox"
    assert chain.animation is not None and chain.animation.stage == "join_figures"


def test_a_guest_that_failed_is_why_there_is_no_picture() -> None:
    job = _job(duet("quarantined"), "fox")
    assert job.outcome == "quarantined"
    assert job.sentence == "rig failed on owl.png: no figure"
