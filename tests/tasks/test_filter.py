"""Filter: what decides, and that the reason says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data_contracts.pair import Pair
from data_contracts.record import FileRef
from data_contracts.scores import DIMENSIONS, Scores
from data_contracts.verdict import Verdict
from tasks.filter import FilterConfig
from tasks.filter import filter as filter_pair


def make_pair(limbs: bool = True) -> Pair:
    ref = FileRef(path="a.mp4", sha256="a" * 64, bytes=1)
    facts: dict[str, Any] = {
        **dict.fromkeys(("synthesized", "source", "reference", "figure", "character"), ref),
        **dict.fromkeys(("source_sha256", "character_sha256"), "b" * 64),
        **dict.fromkeys(("segment", "start_frame", "seed"), 0),
        **dict.fromkeys(("num_frames", "fps", "width_px", "height_px"), 64),
    }
    return Pair(**facts, signal="rgb", source_name="walk", character_name="fox", limbs=limbs)


def make_scores(value: float = 4.5, **changes: float) -> Scores:
    values = {**dict.fromkeys(DIMENSIONS, value), **changes}
    return Scores(
        **values,
        mean=sum(values.values()) / 6,
        motion_amount=0.2,
        driver_motion_amount=0.3,
        features="colour_texture",
    )


def judge(scores: Scores, **settings: Any) -> Verdict:
    return filter_pair(make_pair(), scores, FilterConfig(**settings), Path())


def test_keeps_only_means_over_four() -> None:
    assert judge(make_scores(4.01)).accepted
    at_four = judge(make_scores(4.0))
    assert not at_four.accepted
    assert "not over 4" in at_four.rejection
    assert judge(make_scores(4.0), mean_over=3.9).accepted
    assert judge(make_scores(4.5)).rejection == ""


def test_the_reason_names_the_lowest_dimension() -> None:
    verdict = judge(make_scores(3.5, proxy_background_consistency=2.5))
    assert "proxy_background_consistency 2.50" in verdict.reason


def test_a_single_broken_dimension_is_not_bought_off() -> None:
    frozen = make_scores(5.0, proxy_motion_smoothness=1.0)
    assert frozen.mean > 4
    verdict = judge(frozen)
    assert not verdict.accepted
    assert "proxy_motion_smoothness is 1.00" in verdict.reason
    assert judge(frozen, floor=1.0).accepted


def test_a_figure_that_moves_as_a_whole_gives_no_pair_however_well_it_looks() -> None:
    pair = make_pair(limbs=False)
    verdict = filter_pair(pair, make_scores(5.0), FilterConfig(), Path())
    assert not verdict.accepted
    assert "moves as a whole" in verdict.reason
    assert filter_pair(pair, make_scores(5.0), FilterConfig(whole_figures=True), Path()).accepted


def test_the_papers_rule_alone_has_no_floors() -> None:
    pale = make_scores(4.8, proxy_aesthetic_quality=3.9, proxy_subject_consistency=3.5)
    assert not judge(pale).accepted
    assert "proxy_subject_consistency is 3.50, under its floor of 3.6" in judge(pale).reason
    assert judge(pale, floor=1.0, floors={}).accepted


def test_floors_of_single_dimensions() -> None:
    scores = make_scores(4.5, proxy_imaging_quality=4.2)
    assert not judge(scores, floors={"proxy_imaging_quality": 4.3}).accepted
    assert judge(
        make_scores(5, proxy_motion_smoothness=1.5), floors={"proxy_motion_smoothness": 1.0}
    ).accepted
    with pytest.raises(ValidationError):
        FilterConfig.model_validate({"floors": {"beauty": 3}})
