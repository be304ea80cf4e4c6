"""`bunraku train`: what it asks for, what it refuses, and that it goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from data_contracts.errors import ConfigError
from flows.train import buckets
from flows.train.command import train
from flows.train.data_order import Bucket
from flows.train.framing import ClipSize
from flows.train.read_settings import read_settings
from tests.flows.train.test_loop import own_accelerator
from tests.flows.train.tiny_training import tiny_buckets

__all__ = ["own_accelerator"]

SMALL = ("--heads", "2", "--layers", "1", "--bucket", "32x32x4")


def run(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(train)
    result = CliRunner().invoke(app, [*arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world takes a minute to film; toy clips stand in for it."""

    def toy_buckets(
        world: Path, split: str, sizes: list[ClipSize], stride: int, pictures: Path | None
    ) -> list[Bucket]:
        assert (world, split, sizes, stride, pictures) == (Path("w"), "train", [(32, 32, 4)], 2, None)
        return tiny_buckets()

    monkeypatch.setattr(buckets, "buckets_of", toy_buckets)


@pytest.mark.slow
@pytest.mark.usefixtures("toys")
def test_it_trains_a_small_model_and_goes_on(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("batch: 2\nsamples: 1\nsample_every: 2\nsampling: {steps: 2}\nwarmup_steps: 1\n")
    asked = ("--world", "w", "--out", str(tmp_path / "run"), "--settings", str(recipe), *SMALL)
    said = run(*asked, "--steps", "2")
    assert "2/2  loss " in said
    assert (tmp_path / "run/model/model_index.json").is_file()
    assert len(list((tmp_path / "run/samples").glob("*.mp4"))) == 1
    assert (tmp_path / "run/report.html").is_file()
    run(*asked, "--steps", "3")
    kept = sorted(path.name for path in (tmp_path / "run/checkpoints").iterdir())
    assert kept == ["step_00000002", "step_00000003"]
    run(  # a new run from the trained model
        "--world", "w", "--out", str(tmp_path / "more"), "--settings", str(recipe), "--steps", "1",
        "--model", str(tmp_path / "run/model"), *SMALL,
    )  # fmt: skip
    assert (tmp_path / "more/model/transformer/config.json").is_file()


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base", "b"), r"--base with --image-encoder"),
        (("--model", "m", "--base", "b", "--image-encoder", "i"), r"what to begin with is not clear"),
        (("--model", "nowhere"), r"nowhere: not a whole .* folder"),
        (("--split", "all"), r"--split is wrong .*got all"),
        (("--bucket", "64x60x8"), r"--bucket: .*multiples of 16: 768x512x48; got 64x60x8"),
        (("--bucket", "64"), r"HEIGHTxWIDTHxFRAMES"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        run("--world", "w", "--out", str(tmp_path), *SMALL, *arguments)


def test_settings_are_checked_by_name(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("learning_rate: 0.001\nexample: {dropout: 0.2}\n")
    found = read_settings(path, batch=4, steps=None)
    assert (found.learning_rate, found.example.dropout, found.batch, found.steps) == (0.001, 0.2, 4, 60_000)
    for text, message in (
        ("example: {dropout: 2}", r"example.dropout: a setting is wrong .*less than 1; got 2"),
        ("rate: 2", r"recipe.yaml: rate: a setting is wrong.*Settings are: steps, batch"),
        ("- 1", "expected names and values; got list"),
        ("a: [", "settings that cannot be read"),
    ):
        path.write_text(text)
        with pytest.raises(ConfigError, match=message):
            read_settings(path)
