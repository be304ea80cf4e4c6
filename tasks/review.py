"""Review: apply a person's decision to a pair that passed the filter."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from data_contracts.decision import Decision
from data_contracts.pair import Pair
from data_contracts.verdict import Verdict
from tasks.stage import StageConfig, stage


class ReviewConfig(StageConfig):
    """Settings of review."""

    default: Literal["accept", "hold"] = "accept"
    """What happens to pairs that nobody decided about. hold: they wait outside of the dataset."""


@stage(version=1, timeout_s=30, chunk=64)
def review(
    pair: Pair, verdict: Verdict, decision: Decision | None, config: ReviewConfig, out_dir: Path
) -> Verdict:
    """Let a person's word stand over the filter's; without one, follow the filter and the settings."""
    if decision is not None:
        note = f": {decision.note}" if decision.note else ""
        word = "accepted" if decision.verdict == "accept" else "rejected"
        accepted, reason = decision.verdict == "accept", f"{word} by a reviewer{note}"
    elif not verdict.accepted:
        accepted, reason = False, verdict.reason
    elif config.default == "accept":
        accepted, reason = True, f"no reviewer's decision; {verdict.reason}"
    else:
        accepted, reason = False, "waiting for a reviewer's decision"
    return Verdict(by="review", accepted=accepted, reason=reason, mean_score=verdict.mean_score)
