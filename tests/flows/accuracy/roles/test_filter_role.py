"""The filter role: pairs of known error are written as the pipeline writes them, and counted rightly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.video import read_clip
from flows.accuracy.graded_clips import DRAWN, Loaded, TrueClip
from flows.accuracy.known_pairs import TOLERATED, true_error_db, write_pair
from flows.accuracy.role import Case
from flows.accuracy.roles import filter as filter_role
from flows.accuracy.roles.filter import F1, F1_DB, PRECISION, RECALL, Faulty, Made
from models.measures.degradations import FAULTS, Clip
from models.scoring.clip_scores import Reference
from models.world.art.places import draw_studio
from models.world.choreography import dance
from models.world.dance_clip import draw_dance_clip
from tasks.filter import FilterConfig

SIDE = 128
CASE = Case("puppet world, train split", DRAWN, Faulty(TrueClip(None, DRAWN, DRAWN, 8), (0.3, 2.0)))


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    frames = list(draw_dance_clip(dance(8, 24.0), SIDE, 7))
    rgb = np.stack([frame.rgb for frame in frames])
    alpha = np.stack([frame.alpha for frame in frames]).astype(np.float32) / 255.0
    place = np.broadcast_to(draw_studio(SIDE, 7).image(), rgb.shape).copy()
    return Loaded(Clip(rgb, alpha, place), 24.0, None, Reference(rgb[-1], alpha[-1]), rgb)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, loaded: Loaded) -> None:
    monkeypatch.setattr(filter_role, "load", lambda source: loaded)


def test_every_fault_has_a_tolerance() -> None:
    assert set(TOLERATED) == set(FAULTS)
    assert all(0 < strength < 1 for strength in TOLERATED.values())


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
    pair, conditions = write_pair(loaded.clip, loaded, tmp_path)
    assert conditions is None
    assert (pair.num_frames, pair.width_px, pair.height_px) == (8, SIDE, SIDE)
    shown = read_clip(pair.path(pair.synthesized))
    assert np.abs(shown.astype(int) - loaded.clip.frames).mean() < 3


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


def test_the_true_pair_passes_and_a_ruined_one_does_not(loaded: Loaded, tmp_path: Path) -> None:
    config = FilterConfig()
    assert filter_role._accepted(Made("faultless", loaded.clip, True, True), loaded, config, tmp_path / "a")
    ruined = loaded.clip._replace(frames=np.zeros_like(loaded.clip.frames))
    assert not filter_role._accepted(Made("black", ruined, False, False), loaded, config, tmp_path / "b")
