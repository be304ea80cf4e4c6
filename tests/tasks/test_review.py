"""Review: a person's word stands, and undecided pairs follow the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data_contracts.decision import Decision
from data_contracts.pair import Pair
from data_contracts.record import FileRef
from data_contracts.verdict import Verdict
from tasks.review import ReviewConfig, review


def make_pair() -> Pair:
    ref = FileRef(path="a.mp4", sha256="a" * 64, bytes=1)
    facts: dict[str, Any] = {
        **dict.fromkeys(("synthesized", "source", "reference", "figure", "character"), ref),
        **dict.fromkeys(("source_sha256", "character_sha256"), "b" * 64),
        **dict.fromkeys(("segment", "start_frame", "seed"), 0),
        **dict.fromkeys(("num_frames", "fps", "width_px", "height_px"), 64),
    }
    return Pair(**facts, signal="rgb", source_name="walk", character_name="fox")


PASSED = Verdict(by="filter", accepted=True, reason="the mean score is 4.50, over 4", mean_score=4.5)
FAILED = Verdict(by="filter", accepted=False, reason="the mean score is 3.00, not over 4", mean_score=3.0)


def decide(verdict: Verdict, decision: Decision | None, **settings: Any) -> Verdict:
    return review(make_pair(), verdict, decision, ReviewConfig(**settings), Path())


def test_a_reviewers_word_stands() -> None:
    rejected = decide(PASSED, Decision(pair="p", verdict="reject", note="two left hands"))
    assert (rejected.by, rejected.accepted, rejected.mean_score) == ("review", False, 4.5)
    assert "two left hands" in rejected.rejection
    assert decide(FAILED, Decision(pair="p", verdict="accept")).accepted


def test_undecided_pairs_follow_the_settings() -> None:
    assert decide(PASSED, None).accepted
    held = decide(PASSED, None, default="hold")
    assert not held.accepted
    assert "waiting" in held.rejection
    assert not decide(FAILED, None).accepted
