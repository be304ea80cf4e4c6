"""The score role: its matrix is whole, and what it reports is what the scorer did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from data_contracts.scores import DIMENSIONS, Dimension
from flows.accuracy.graded_clips import DRAWN, Loaded, TrueClip, film_graded, true_clips
from flows.accuracy.role import Case, Sources
from flows.accuracy.roles import score as score_role
from flows.accuracy.roles.score import FALL, FALSE_FALL, FOLLOWS, STAYS, TRUE_SCORE, Graded, Rates
from models.measures.degradations import FAULTS
from models.measures.layers import Clip
from models.scoring.colour_texture import ColourTextureConfig

SIDE = 128
SOURCE = TrueClip(None, DRAWN, DRAWN, 8)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return film_graded(8, 24.0, SIDE)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, loaded: Loaded) -> None:
    monkeypatch.setattr(score_role, "_load", lambda source: loaded)


@pytest.mark.slow
def test_every_fault_has_a_proxy_and_every_proxy_a_fault() -> None:
    assert set(FOLLOWS) == set(STAYS) == set(FAULTS)
    assert {name for names in FOLLOWS.values() for name in names} == set(DIMENSIONS)
    assert all(FOLLOWS[fault] and not set(FOLLOWS[fault]) & set(STAYS[fault]) for fault in FAULTS)


@pytest.mark.slow
@pytest.mark.parametrize(("quick", "rates"), [(True, 0), (False, 1)])
def test_without_a_world_the_drawn_dance_is_measured(tmp_path: Path, quick: bool, rates: int) -> None:
    sources = Sources(tmp_path, None, quick)
    cases = score_role.cases(sources)
    assert len(cases) == len(FAULTS) + rates
    assert sum(isinstance(case.content, Rates) for case in cases) == rates
    assert len({case.name for case in cases}) == len(cases)
    assert true_clips(sources, 3, 8) == [SOURCE]
    assert all(hash(case) for case in cases)


def test_quick_asks_every_fault_once_of_the_clips_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [SOURCE, SOURCE.__class__(None, "other", "other", 8)]
    monkeypatch.setattr(score_role, "true_clips", lambda *_: clips)
    for quick, times in ((True, 1), (False, 2)):
        contents = [case.content for case in score_role.cases(Sources(tmp_path, None, quick))]
        graded = [content for content in contents if isinstance(content, Graded)]
        assert sorted(one.fault for one in graded) == sorted(FAULTS * times)
        assert {one.source for one in graded} == set(clips)


def test_the_dance_at_a_lower_rate_is_the_same_dance(loaded: Loaded) -> None:
    half = loaded.every(2)
    assert half.fps == loaded.fps / 2 and len(half.driver_frames) == 4
    assert loaded.poses is not None and half.poses is not None
    assert (half.clip.frames == loaded.clip.frames[::2]).all()
    assert (half.poses.keypoints_xy_px == loaded.poses.keypoints_xy_px[::2]).all()
    assert half.poses.fps == half.fps


def test_the_true_clip_is_scored_once_for_all_its_faults(
    monkeypatch: pytest.MonkeyPatch, loaded: Loaded, tmp_path: Path
) -> None:
    scored: list[Clip] = []

    def scores(clip: Clip, true: Loaded, backend: object) -> Mapping[Dimension, float]:
        scored.append(clip)
        return dict.fromkeys(DIMENSIONS, 5.0 - len(scored))

    score_role._true_scores.cache_clear()
    monkeypatch.setattr(score_role, "_scores", scores)
    for fault in ("noise", "blur"):
        graded = Graded(SOURCE, fault, (0.0, 1.0))  # type: ignore[arg-type]
        score_role.measure(Case("puppet world, faults", fault, graded), ColourTextureConfig(), tmp_path)
    score_role._true_scores.cache_clear()
    assert len(scored) == 3 and scored[0] is loaded.clip


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["noise", "torn"])
def test_the_proxies_follow_a_fault(fault: str, tmp_path: Path) -> None:
    case = Case("puppet world, faults", fault, Graded(SOURCE, fault, (0.0, 0.4, 1.0)))  # type: ignore[arg-type]
    values = score_role.measure(case, ColourTextureConfig(), tmp_path)
    ranks = [value for name, value in values.items() if name.startswith("rank")]
    assert ranks == [1.0] * len(FOLLOWS[fault])  # type: ignore[index]
    assert values[FALL.name] > 1.0
    assert values[TRUE_SCORE.name] > 4.0
    told = score_role.oracle(case)
    assert all(value == 1.0 for name, value in told.items() if name.startswith("rank"))
    assert FALSE_FALL.name not in told


def test_the_numbers_are_the_scorers(loaded: Loaded) -> None:
    made: list[float] = []

    def scorer(clip: Clip, true: Loaded) -> Mapping[Dimension, float]:
        """Falls, rises, and falls with the strength; the others by a tenth each time."""
        made.append(5.0 - [0.0, 1.0, 0.5, 2.0][len(made)])
        return {name: made[-1] if name in FOLLOWS["blur"] else 5.0 - 0.1 * len(made) for name in DIMENSIONS}

    values = score_role._values(Graded(SOURCE, "blur", (0.0, 0.2, 0.5, 1.0)), scorer)
    assert values["rank, imaging quality"] == pytest.approx(0.8)  # 1 - 6 * 2 / (4 * 15)
    assert values[FALL.name] == 2.0
    assert values[FALSE_FALL.name] == pytest.approx(0.2)
    assert values[TRUE_SCORE.name] == pytest.approx(4.9)


def test_a_constant_score_has_no_rank(loaded: Loaded) -> None:
    values = score_role._values(
        Graded(SOURCE, "blur", (0.0, 1.0)), lambda clip, true: dict.fromkeys(DIMENSIONS, 3.0)
    )
    assert values["rank, imaging quality"] == 0.0
    assert values[FALL.name] == 0.0


def test_the_baseline_needs_no_scores(loaded: Loaded) -> None:
    values = score_role.baseline(
        Case("puppet world, faults", "noise", Graded(SOURCE, "noise", (0.0, 0.4, 1.0)))
    )
    assert values["rank, imaging quality"] == 1.0  # noise does change from frame to frame
