"""The proof's harness runs in tiny size, and its measures tell the truth from what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from data_contracts.errors import ConfigError
from tests.benchmarks import gated_world
from tests.benchmarks.gated import Proof, Protocol, tables
from tests.benchmarks.gated_rivals import pasted
from tests.benchmarks.gated_scores import figure_psnr, ground_psnr, scores
from tests.benchmarks.gated_seeds import student_interval, summaries
from tests.benchmarks.gated_training import VARIANTS, Recipe, Recoloured
from tests.benchmarks.gated_world import WorldClip, film_clips
from tests.flows.train.test_loop import own_accelerator

__all__ = ["own_accelerator"]


@pytest.fixture(scope="module", autouse=True)
def one_place() -> Iterator[None]:
    """Of each split: places take longer to build than all else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gated_world, "PLACES", 1)
        yield


@pytest.fixture(scope="module")
def clips() -> list[WorldClip]:
    return [one for each in film_clips("test", 2, 1, 32, 2) for one in each]


@pytest.mark.slow
def test_the_whole_protocol_runs(tmp_path: Path) -> None:
    recipe = Recipe(steps=1, batch=2, heads=2, layers=1)
    protocol = Protocol(
        frames=2, identities=4, clips_each=2, held_out=2, held_out_each=1, denoising_steps=2,
        by_heart=recipe.model_copy(update={"degraded": False}), full=recipe, short=recipe,
    )  # fmt: skip
    out, quiet = tmp_path / "gated.json", Console(quiet=True)
    Proof(protocol, out, quiet).run(["no gates"], seeds=2)
    folder = tmp_path / "gated"
    trained = {path: path.stat().st_mtime_ns for path in folder.glob("*/model/model_index.json")}
    assert {path.parent.parent.name for path in trained} == {
        "short_full_0", "short_full_1", "short_no_gates_0", "short_no_gates_1",
    }  # fmt: skip
    figures = Proof(protocol, out, quiet).run()
    assert all(path.stat().st_mtime_ns == when for path, when in trained.items())
    first, second = figures["seeds"]["0"], figures["seeds"]["1"]
    assert set(VARIANTS) < set(first["summary"]["parts left out"]["figure PSNR dB"])
    assert set(second["summary"]) == {"parts left out"}
    assert first["summary"]["held out"]["figure PSNR dB"]["puppet"]["mean"].n == 2
    over = figures["over seeds"]["parts left out"]["figure PSNR dB"]
    assert [len(over[name]["means"]) for name in ("full", "no gates", "no coarse")] == [2, 2, 1]
    assert len(list(tables(figures))) == 12
    assert len(list(folder.glob("*.png"))) == 8
    assert Proof(protocol, out, quiet).run() == json.loads(out.read_text())  # nothing is left to be made
    with pytest.raises(ConfigError, match="another protocol"):
        Proof(protocol.model_copy(update={"denoising_steps": 3}), out, quiet)


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
    rows = summaries({"any": scores(clips, videos)})["any"]["figure PSNR dB"]
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


def test_seeds_are_said_to_differ_by_as_much_as_they_do() -> None:
    mean, low, high = student_interval([1.0, 2.0, 3.0])
    assert mean == 2.0
    assert low == pytest.approx(2 - 4.303 / 3**0.5, abs=1e-3)  # Student's t of two degrees of freedom
    assert high == pytest.approx(2 + 4.303 / 3**0.5, abs=1e-3)
    assert student_interval([1.0]) == (1.0, None, None)
