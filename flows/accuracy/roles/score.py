"""Score: how far the proxies follow known faults of true clips, and keep still where they should."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from data_contracts.scores import DIMENSIONS, Dimension
from flows.accuracy.graded_clips import DRAWN, Loaded, TrueClip, load, true_clips
from flows.accuracy.role import PUPPET_WORLD, Case, Measure, Role, Sources, Values
from models.measures.degradations import FAULTS, Fault, degrade
from models.measures.layers import Clip
from models.scoring.clip_scores import score_clip
from models.scoring.colour_texture import ColourTextureConfig
from models.scoring.dinov2 import DinoV2Config
from models.scoring.reference_metrics import psnr

IMAGING, AESTHETIC, TEMPORAL, MOTION, BACKGROUND, SUBJECT = DIMENSIONS

FOLLOWS: Mapping[Fault, tuple[Dimension, ...]] = {
    "noise": (IMAGING, TEMPORAL),
    "blur": (IMAGING,),
    "blocks": (IMAGING,),
    "darkness": (AESTHETIC,),
    "flicker": (TEMPORAL,),
    "boil": (TEMPORAL,),
    "drift": (SUBJECT,),
    "torn": (SUBJECT,),
    "jitter": (MOTION,),
    "stutter": (MOTION,),
    "freeze": (MOTION,),
    "swap": (BACKGROUND,),
    "jump": (MOTION,),
}
"""Which proxies are there to see which fault."""

STAYS: Mapping[Fault, tuple[Dimension, ...]] = {
    "noise": (AESTHETIC, MOTION, BACKGROUND, SUBJECT),
    "blur": (AESTHETIC, TEMPORAL, MOTION),
    "blocks": (AESTHETIC, MOTION),
    "darkness": (TEMPORAL, MOTION),
    "flicker": (AESTHETIC, MOTION),
    "boil": (IMAGING, AESTHETIC),
    "drift": (IMAGING, TEMPORAL, MOTION, BACKGROUND),
    "torn": (IMAGING, BACKGROUND),
    "jitter": (IMAGING, AESTHETIC, BACKGROUND, SUBJECT),
    "stutter": (IMAGING, AESTHETIC, BACKGROUND, SUBJECT),
    "freeze": (IMAGING, AESTHETIC, TEMPORAL, BACKGROUND, SUBJECT),
    "swap": (MOTION, SUBJECT),
    "jump": (IMAGING, AESTHETIC, BACKGROUND, SUBJECT),
}
"""Which proxies the fault is none of the business of. What is in neither list may go either way: blur is not
a change of a figure's colours, but it does change its texture."""

STRENGTHS = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0)
QUICK_STRENGTHS = (0.0, 0.2, 0.5, 1.0)
FILMED_FPS, RATE_STEPS = 48.0, (6, 4, 3, 2, 1)
"""The dance is filmed once and taken at lower rates by leaving frames out: 8, 12, 16, 24 and 48 a second."""
RATES_S = 1.3
"""Its length: a little more than once to and fro."""

_RANK = {
    name: Measure(
        f"rank, {name.removeprefix('proxy_').replace('_', ' ')}",
        "higher",
        "Spearman's rank correlation of the fault's strength with the loss of this score, over the faults "
        "that it is there for: 1 is perfect, 0 a score that sees nothing.",
        target=0.9,
    )
    for name in DIMENSIONS
}
FALL = Measure(
    "fall",
    "higher",
    "Points (of 4) that a proxy loses from the true clip to the strongest fault that it is there for.",
)
FALSE_FALL = Measure(
    "false fall",
    "lower",
    "Points by which the proxies that a fault is none of the business of change at the middle strength.",
)
TRUE_SCORE = Measure("true clip", "higher", "Lowest of the six scores of the true clip: 5 is best.")
RATE_SPREAD = Measure(
    "rate spread",
    "lower",
    "Points between the best and the worst score of one dance at 8 to 48 frames a second, in the dimension "
    "that changes most; not in the quick table.",
)


@dataclass(frozen=True)
class Graded:
    """One true clip and one fault in several strengths."""

    source: TrueClip
    fault: Fault
    strengths: tuple[float, ...]


@dataclass(frozen=True)
class Rates:
    """The dance at several frame rates: every so many of its frames."""

    source: TrueClip
    steps: tuple[int, ...]


Scorer = Callable[[Clip, Loaded], Mapping[Dimension, float]]


def cases(sources: Sources) -> Sequence[Case]:
    """Every fault on every true clip, and the dance at all rates.

    The quick table has faults alone, each on one of the clips in turn.
    """
    count, frames, strengths = (2, 12, QUICK_STRENGTHS) if sources.quick else (8, 24, STRENGTHS)
    clips = true_clips(sources, count, frames)
    every = len(clips) if sources.quick else 1
    found = [
        Case(f"{PUPPET_WORLD}, faults", f"{clip.take}, {fault}", Graded(clip, fault, strengths))
        for number, clip in enumerate(clips)
        for fault in FAULTS[number % every :: every]
    ]
    if sources.quick:
        return found
    dance = TrueClip(None, DRAWN, DRAWN, round(RATES_S * FILMED_FPS), FILMED_FPS)
    return [*found, Case(f"{PUPPET_WORLD}, frame rates", "dance", Rates(dance, RATE_STEPS))]


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """The six proxies with a feature backend."""

    def scorer(clip: Clip, loaded: Loaded) -> Mapping[Dimension, float]:
        return _true_scores(loaded, backend) if clip is loaded.clip else _scores(clip, loaded, backend)

    return _values(case.content, scorer)


def _scores(clip: Clip, loaded: Loaded, backend: Any) -> Mapping[Dimension, float]:
    scores = score_clip(
        clip.frames, clip.alpha, loaded.fps, backend, loaded.driver, loaded.reference, loaded.poses
    ).dimensions()
    return {name: scores[name] for name in DIMENSIONS}


@lru_cache(maxsize=1)
def _true_scores(loaded: Loaded, backend: Any) -> Mapping[Dimension, float]:
    """All faults of one clip begin with the clip itself: it is scored once."""
    return _scores(loaded.clip, loaded, backend)


def baseline(case: Case) -> Values:
    """The mean difference of neighbouring frames, in levels, taken off 5 in place of every score."""

    def scorer(clip: Clip, loaded: Loaded) -> Mapping[Dimension, float]:
        change = float(np.abs(np.diff(clip.frames.astype(np.float32), axis=0)).mean())
        return dict.fromkeys(DIMENSIONS, max(1.0, 5.0 - change / 10.0))

    return _values(case.content, scorer)


def oracle(case: Case) -> Values:
    """PSNR against the true clip, which no score knows: 5 at 50 dB, 1 at 10 dB."""
    if isinstance(case.content, Rates):
        return {RATE_SPREAD.name: 0.0}

    def scorer(clip: Clip, loaded: Loaded) -> Mapping[Dimension, float]:
        decibels = psnr(_flat(clip.frames), _flat(loaded.clip.frames))
        return dict.fromkeys(DIMENSIONS, 1.0 + float(np.clip(decibels, 10.0, 50.0) - 10.0) / 10.0)

    values = _values(case.content, scorer)
    return {name: value for name, value in values.items() if name != FALSE_FALL.name}


def _values(graded: Graded | Rates, scorer: Scorer) -> Values:
    cv2.setNumThreads(1)
    if isinstance(graded, Rates):
        return {RATE_SPREAD.name: _rate_spread(graded, scorer)}
    loaded = _load(graded.source)
    fault, strengths = graded.fault, graded.strengths
    rows = [scorer(degrade(loaded.clip, fault, strength, _seed(graded)), loaded) for strength in strengths]
    middle = min(range(len(strengths)), key=lambda index: abs(strengths[index] - 0.45))
    return {
        **{_RANK[name].name: _rank(strengths, [row[name] for row in rows]) for name in FOLLOWS[fault]},
        FALL.name: max(rows[0][name] - rows[-1][name] for name in FOLLOWS[fault]),
        FALSE_FALL.name: float(np.mean([abs(rows[0][name] - rows[middle][name]) for name in STAYS[fault]])),
        TRUE_SCORE.name: min(rows[0].values()),
    }


def _rank(strengths: Sequence[float], scores: Sequence[float]) -> float:
    """Rank correlation of strength and loss; 0 for scores that do not change."""
    if max(scores) == min(scores):
        return 0.0
    return -float(spearmanr(strengths, scores).statistic)


def _rate_spread(rates: Rates, scorer: Scorer) -> float:
    dances = [_load(rates.source).every(step) for step in rates.steps]
    rows = [scorer(dance.clip, dance) for dance in dances]
    return max(max(row[name] for row in rows) - min(row[name] for row in rows) for name in DIMENSIONS)


def _seed(graded: Graded) -> int:
    """A seed of its own for every clip and fault."""
    return sum(graded.source.take.encode()) * len(FAULTS) + FAULTS.index(graded.fault)


def _flat(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return frames.reshape(-1, frames.shape[2], 3)


@lru_cache(maxsize=2)
def _load(source: TrueClip) -> Loaded:
    """The faults of one clip come one after the other: it is read once, and the dance drawn once."""
    return load(source)


ROLE = Role(
    name="score",
    measures=(*_RANK.values(), FALL, FALSE_FALL, TRUE_SCORE, RATE_SPREAD),
    backends=(ColourTextureConfig(), DinoV2Config()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
