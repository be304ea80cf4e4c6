"""Filter and review: what decides, and that the reason says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data_contracts.decision import Decision, read_decisions
from data_contracts.errors import ConfigError
from data_contracts.pair import Pair
from data_contracts.record import FileRef
from data_contracts.scores import DIMENSIONS, Scores
from data_contracts.verdict import Verdict
from tasks.filter import FilterConfig
from tasks.filter import filter as filter_pair
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


def test_floors_of_single_dimensions() -> None:
    scores = make_scores(4.5, proxy_imaging_quality=4.2)
    assert not judge(scores, floors={"proxy_imaging_quality": 4.3}).accepted
    assert judge(
        make_scores(5, proxy_motion_smoothness=1.5), floors={"proxy_motion_smoothness": 1.0}
    ).accepted
    with pytest.raises(ValidationError):
        FilterConfig.model_validate({"floors": {"beauty": 3}})


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


def test_decisions_from_csv_and_jsonl(tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text(
        '\ufeffpair,verdict,note\n\n# later: c\na×b,accept,\nb,reject,"hands, feet"\n', encoding="utf-8"
    )
    lines = tmp_path / "decisions.jsonl"
    lines.write_text(
        '{"pair": "a×b", "verdict": "accept"}\n\n{"pair": "b", "verdict": "reject", "note": "hands, feet"}\n',
        encoding="utf-8",
    )
    assert read_decisions(table) == read_decisions(lines)
    assert read_decisions(table)["b"].note == "hands, feet"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("d.csv", "pair,verdict\na,perhaps\n", "line 2.*verdict"),
        ("d.csv", "pair,verdict\na,accept\n\na,reject\n", "line 4.*contradict"),
        ("d.csv", "pair,verdict,note\na,reject,hands, feet\n", "line 2.*number of fields"),
        ("d.csv", "name,verdict\na,accept\n", "pair"),
        ("d.csv", "pair,verdict,stars\na,accept,5\n", "stars"),
        ("d.jsonl", '{"pair": "a"\n', "line 1.*not JSON"),
        ("d.jsonl", "[1]\n", "not a JSON object"),
        ("d.txt", "a accept\n", "unknown suffix"),
    ],
)
def test_wrong_decisions_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_decisions(tmp_path / name)


def test_a_missing_decisions_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no decisions file"):
        read_decisions(tmp_path / "absent.csv")
