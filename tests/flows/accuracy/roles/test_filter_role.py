"""The filter role: pairs of known error are written as the pipeline writes them, and counted rightly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_contracts.video import read_clip
from flows.accuracy.graded_clips import DRAWN, Loaded, TrueClip, film_graded
from flows.accuracy.known_pairs import TOLERATED, true_error_db, write_pair, write_truth
from flows.accuracy.role import Case
from flows.accuracy.roles import filter as filter_role
from flows.accuracy.roles.filter import F1, F1_DB, PRECISION, RECALL, Faulty, Made
from models.measures.degradations import FAULTS
from tasks.filter import FilterConfig

SIDE = 128
CASE = Case("puppet world, train split", DRAWN, Faulty(TrueClip(None, DRAWN, DRAWN, 8), (0.3, 2.0)))


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return film_graded(8, 24.0, SIDE)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, loaded: Loaded) -> None:
    monkeypatch.setattr(filter_role, "load", lambda source: loaded)


@pytest.mark.slow
def test_every_fault_has_a_tolerance() -> None:
    assert set(TOLERATED) == set(FAULTS)
    assert all(0 < strength < 1 for strength in TOLERATED.values())


@pytest.mark.slow
def test_the_error_of_figure_and_place_are_told_apart(loaded: Loaded) -> None:
    truth = loaded.clip
    assert true_error_db(truth, truth) == (99.0, 99.0)
    off = truth.frames.astype(int)
    place = truth.alpha <= 0.5
    off[place] = np.where(off[place] > 127, off[place] - 10, off[place] + 10)
    figure, behind = true_error_db(truth._replace(frames=off.astype(np.uint8)), truth)
    assert figure == 99.0
    assert behind == pytest.approx(20 * np.log10(25.5))


def test_a_pair_is_written_as_the_pipeline_writes_it(loaded: Loaded, tmp_path: Path) -> None:
    conditions, pair = write_truth(loaded, tmp_path), write_pair(loaded.clip, 24.0, tmp_path, "it")
    assert conditions is not None
    assert conditions.num_frames == len(loaded.clip.frames)
    assert write_truth(replace(loaded, poses=None), tmp_path) is None
    assert (pair.num_frames, pair.width_px, pair.height_px) == (8, SIDE, SIDE)
    shown = read_clip(pair.path(pair.synthesized))
    # H.264 keeps bricks and boards of this size to within a few levels.
    assert np.abs(shown.astype(int) - loaded.clip.frames).mean() < 6


def test_pairs_below_and_above_the_tolerance(loaded: Loaded) -> None:
    made = filter_role._made(loaded, CASE)
    assert len(made) == 1 + 2 * len(FAULTS)
    assert len({pair.name for pair in made}) == len(made)
    assert sum(pair.tolerable for pair in made) == 1 + len(FAULTS)
    assert made[0].tolerable
    assert made[0].near


def test_counts(loaded: Loaded) -> None:
    made = [Made(str(n), loaded.clip, n < 3, n < 2) for n in range(5)]
    values = filter_role._values(made, [True, True, False, True, False])
    assert values[PRECISION.name] == pytest.approx(2 / 3)
    assert values[RECALL.name] == pytest.approx(2 / 3)
    assert values[F1.name] == pytest.approx(2 / 3)
    assert values[F1_DB.name] == pytest.approx(2 * 2 / (2 + 3))
    nothing = filter_role._values(made, [False] * 5)
    assert PRECISION.name not in nothing
    assert nothing[F1.name] == 0.0


def test_the_baseline_accepts_all(loaded: Loaded) -> None:
    values = filter_role.baseline(CASE)
    assert values[RECALL.name] == 1.0
    assert values[PRECISION.name] == pytest.approx(14 / 27)


@pytest.mark.slow
def test_the_true_pair_passes_and_a_ruined_one_does_not(loaded: Loaded, tmp_path: Path) -> None:
    given = loaded.fps, write_truth(loaded, tmp_path), FilterConfig(), tmp_path
    assert filter_role._accepted(Made("faultless", loaded.clip, True, True), *given)
    ruined = loaded.clip._replace(frames=np.zeros_like(loaded.clip.frames))
    assert not filter_role._accepted(Made("black", ruined, False, False), *given)
