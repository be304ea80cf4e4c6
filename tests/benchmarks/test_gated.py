"""The proof's harness runs in tiny size, and its measures tell the truth from what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.benchmarks.gated import Proof, Protocol, judged, tables
from tests.benchmarks.gated_rivals import pasted
from tests.benchmarks.gated_scores import figure_psnr, ground_psnr
from tests.benchmarks.gated_training import VARIANTS, Recipe, Recoloured
from tests.benchmarks.gated_world import WorldClip, film_clips
from tests.flows.train.test_loop import own_accelerator

__all__ = ["own_accelerator"]


@pytest.fixture(scope="module")
def clips() -> list[WorldClip]:
    return [one for each in film_clips("test", 2, 1, 32, 2) for one in each]


@pytest.mark.slow
def test_the_whole_protocol_runs(tmp_path: Path) -> None:
    recipe = Recipe(steps=1, batch=2, heads=2, layers=1)
    protocol = Protocol(
        frames=2, identities=8, clips_each=2, held_out=2, held_out_each=1, denoising_steps=2,
        by_heart=recipe.model_copy(update={"degraded": False}), full=recipe, short=recipe,
    )  # fmt: skip
    proof = Proof(protocol, tmp_path, Console(quiet=True))
    figures = proof.run()
    assert set(figures["parts left out"]["figure PSNR dB"]) == set(VARIANTS)
    assert figures["held out"]["figure PSNR dB"]["puppet"]["mean"].n == 2
    assert len(list(tables(figures))) == 8
    assert {path.name for path in tmp_path.glob("*.png")} == {
        "by_heart.png", "held_out.png", "parts_left_out.png",
    }  # fmt: skip
    trained = (tmp_path / "full" / "model" / "model_index.json").stat().st_mtime_ns
    assert proof.run()["held out"] == figures["held out"]  # from the models that are there
    assert (tmp_path / "full" / "model" / "model_index.json").stat().st_mtime_ns == trained


@pytest.mark.slow
def test_filmed_clips_show_their_figure_whole_and_where_the_mask_is(clips: list[WorldClip]) -> None:
    for one in clips:
        figure = one.alpha > 127
        assert 0.05 < figure.mean() < 0.6
        assert (one.clip.mask > 0)[figure].mean() > 0.9
        assert one.clip.body.any(-1)[figure].mean() > 0.5
        assert np.abs(one.clip.video.astype(int) - one.clip.background)[figure].mean() > 10
        assert (one.reference_alpha > 127).mean() > 0.05
    assert clips[0].identity != clips[1].identity


@pytest.mark.slow
def test_the_truth_is_best_and_rivals_are_in_their_order(clips: list[WorldClip]) -> None:
    one = clips[0]
    still = pasted(one.clip.references[0], one.reference_alpha, one.clip.background, one.alpha)
    assert figure_psnr(one.clip.video, one) > 50
    assert ground_psnr(still, one) > 15
    assert figure_psnr(one.puppet, one) > figure_psnr(one.clip.background, one)
    videos = [{"gated": each.clip.video, "none": each.clip.background} for each in clips]
    rows = judged(clips, videos)["figure PSNR dB"]
    assert rows["none"]["behind"].mean > 10
    assert rows["none"]["mean"].n == 2


@pytest.mark.slow
def test_recoloured_clips_keep_figure_and_reference_alike(clips: list[WorldClip]) -> None:
    clip = replace(clips[0].clip)
    recoloured = Recoloured([clip, clips[1].clip])
    assert len(recoloured) == 12
    assert (recoloured[0].video == clip.video).all()
    swapped = recoloured[-2]
    assert (swapped.video[..., ::-1] == clip.video).all()
    assert (swapped.references[..., ::-1] == clip.references).all()
    assert (swapped.body == clip.body).all()
