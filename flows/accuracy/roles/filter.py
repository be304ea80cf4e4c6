"""Filter: precision and recall of the pairs that score and filter let pass, against their known error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from configs.profile import load_profile
from data_contracts.conditions import Conditions
from flows.accuracy.graded_clips import Loaded, TrueClip, load, true_clips
from flows.accuracy.known_pairs import TOLERATED, TOLERATED_DB, true_error_db, write_pair, write_truth
from flows.accuracy.role import PUPPET_WORLD, Case, Measure, Role, Sources, Values
from models.measures.degradations import FAULTS, Fault, degrade
from models.measures.layers import Clip
from tasks.filter import FilterConfig
from tasks.filter import filter as filter_pair
from tasks.score import score

MULTIPLES = (0.35, 0.7, 1.4, 3.0)
"""Strengths of the faults, in what is tolerated of each: as many below as above."""
QUICK_MULTIPLES = (0.5, 2.0)

_OF_TAKE = "over one take's pairs, each with one known fault of one strength, and the faultless one."
PRECISION = Measure(
    "precision", "higher", f"Share of the accepted pairs whose fault is tolerable, {_OF_TAKE}"
)
RECALL = Measure("recall", "higher", f"Share of the tolerable pairs that are accepted, {_OF_TAKE}")
F1 = Measure("F1", "higher", "Harmonic mean of precision and recall.", target=0.85)
F1_DB = Measure(
    "F1, PSNR",
    "higher",
    f"The same, where a good pair is one whose figure and place have {TOLERATED_DB:g} dB against the truth: "
    "an error of single frames, which flicker and stutter hardly touch and a slightly displaced figure "
    "exhausts.",
)


@dataclass(frozen=True)
class Faulty:
    """One take, of which pairs with known faults are made."""

    source: TrueClip
    multiples: tuple[float, ...]
    faults: tuple[Fault, ...] = FAULTS


class Made(NamedTuple):
    """One pair to judge."""

    name: str
    clip: Clip
    tolerable: bool
    near: bool
    """Whether its PSNR is tolerable."""


def cases(sources: Sources) -> Sequence[Case]:
    """Takes of one figure. Thresholds were set on another world's train split: all of this one is new.

    In the quick table each fault is on one of the takes in turn.
    """
    count, frames, multiples = (2, 12, QUICK_MULTIPLES) if sources.quick else (8, 24, MULTIPLES)
    clips = true_clips(sources, count, frames)
    every = len(clips) if sources.quick else 1
    return [
        Case(
            f"{PUPPET_WORLD}, {clip.split} split",
            clip.take,
            Faulty(clip, multiples, FAULTS[number % every :: every]),
        )
        for number, clip in enumerate(clips)
    ]


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Write each pair, score it and filter it, all with the embedded profile."""
    cv2.setNumThreads(1)
    loaded = load(case.content.source)
    made = _made(loaded, case)
    conditions = write_truth(loaded, folder)
    return _values(made, [_accepted(pair, loaded.fps, conditions, backend, folder) for pair in made])


def baseline(case: Case) -> Values:
    """All pairs are accepted."""
    made = _made(load(case.content.source), case)
    return _values(made, [True] * len(made))


def _accepted(
    made: Made, fps: float, conditions: Conditions | None, config: FilterConfig, folder: Path
) -> bool:
    pair = write_pair(made.clip, fps, folder, made.name)
    scores = score(pair, conditions, load_profile("embedded").score, folder)
    return filter_pair(pair, scores, config, folder).accepted


def _made(loaded: Loaded, case: Case) -> list[Made]:
    graded: Faulty = case.content
    seed = sum(graded.source.take.encode())
    pairs = [Made("faultless", loaded.clip, True, True)]
    for fault in graded.faults:
        number = FAULTS.index(fault)
        for multiple in graded.multiples:
            clip = degrade(loaded.clip, fault, _strength(fault, multiple), seed * len(FAULTS) + number)
            near = min(true_error_db(clip, loaded.clip)) >= TOLERATED_DB
            pairs.append(Made(f"{fault}-{multiple:g}", clip, multiple <= 1.0, near))
    return pairs


def _strength(fault: Fault, multiple: float) -> float:
    return min(1.0, multiple * TOLERATED[fault])


def _values(made: Sequence[Made], accepted: Sequence[bool]) -> Values:
    good, kept = np.array([pair.tolerable for pair in made]), np.array(accepted)
    right = float((good & kept).sum())
    values = {RECALL.name: right / good.sum(), F1.name: _f1(good, kept)}
    if kept.any():
        values[PRECISION.name] = right / kept.sum()
    return {**values, F1_DB.name: _f1(np.array([pair.near for pair in made]), kept)}


def _f1(good: np.ndarray[Any, np.dtype[np.bool_]], kept: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """2 · both / (good + kept); the faultless pair is always good, so that it is never 0 / 0."""
    return 2.0 * float((good & kept).sum()) / float(good.sum() + kept.sum())


ROLE = Role(
    name="filter",
    measures=(F1, PRECISION, RECALL, F1_DB),
    backends=(FilterConfig(),),
    cases=cases,
    measure=measure,
    baseline=baseline,
)
