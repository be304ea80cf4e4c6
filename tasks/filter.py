"""Filter: keep a pair only if it scores well enough (D8)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from data_contracts.pair import Pair
from data_contracts.scores import DIMENSIONS, Dimension, Scores
from data_contracts.verdict import Verdict
from tasks.stage import StageConfig, stage

FLOORS: dict[Dimension, float] = {
    "proxy_imaging_quality": 3.3,
    "proxy_aesthetic_quality": 4.0,
    "proxy_background_consistency": 3.8,
    "proxy_subject_consistency": 3.6,
}
"""Where true clips stay above the general floor and tolerable faults do, too: docs/scores.md."""


class FilterConfig(StageConfig):
    """Settings of the filter."""

    mean_over: float = Field(4.0, ge=1, le=5)
    """A pair is kept only if the mean of its six scores is over this (DreamActor-M2: 4)."""
    floor: float = Field(3.0, ge=1, le=5)
    """No score may lie under this: five good ones must not pay for a frozen figure."""
    floors: dict[Dimension, float] = Field(default_factory=lambda: dict(FLOORS))
    """Floors of single dimensions in place of the general one. The paper's rule alone, without floors, is
    ``floor: 1``, ``floors: {}`` and ``whole_figures: true``."""
    whole_figures: bool = False
    """Keep pairs whose figure moves as a whole, because its limbs are not known. They look well and teach the
    wrong thing: a clip of a dance, and somebody who does not dance."""


@stage(version=3, timeout_s=30, chunk=64)
def filter(pair: Pair, scores: Scores, config: FilterConfig, out_dir: Path) -> Verdict:
    """Decide by the scores, and say which of them decided."""
    low = [
        f"{name} is {value:.2f}, under its floor of {floor:g}"
        for name, value in scores.dimensions().items()
        if value < (floor := config.floors.get(name, config.floor))
    ]
    if scores.mean <= config.mean_over:
        worst = min(DIMENSIONS, key=lambda name: scores.dimensions()[name])
        low.insert(
            0,
            f"the mean score is {scores.mean:.2f}, not over {config.mean_over:g} "
            f"(lowest: {worst} {scores.dimensions()[worst]:.2f})",
        )
    if not (pair.limbs or config.whole_figures):
        low.insert(0, "the figure moves as a whole: its limbs are not known, and do not follow the source")
    reason = "; ".join(low) or f"the mean score is {scores.mean:.2f}, over {config.mean_over:g}"
    return Verdict(by="filter", accepted=not low, reason=reason, mean_score=scores.mean)
