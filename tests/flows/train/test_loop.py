"""Training: a stopped and resumed run is the run that was not stopped, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data_contracts.errors import ConfigError
from data_contracts.video import read_clip
from flows.train.checkpoint import last_checkpoint
from flows.train.data_order import Bucket
from flows.train.loop import train
from flows.train.step_records import StepRecord, read_records
from models.video.folder import load_gated
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

ROUNDING = 1e-6
"""The same sums of float32 twice, and a step of Adam of 1e-3 made of them."""


@pytest.fixture(autouse=True)
def own_accelerator() -> Iterator[None]:
    """accelerate keeps one precision for a whole process; each test has its own."""
    from accelerate.state import AcceleratorState

    yield
    AcceleratorState._reset_state(True)


def weights_of(folder: Path | None) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    assert folder is not None
    return {
        f"{file.stem}/{name}": tensor
        for file in sorted(folder.glob("*.safetensors"))
        for name, tensor in load_file(file).items()
    }


def told(record: StepRecord) -> dict[str, object]:
    """All that a record says but how long the step took."""
    return {name: value for name, value in record.items() if name != "seconds"}


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"precision": "bf16", "checkpoint_gradients": True}])
def test_a_resumed_run_has_the_weights_of_one_that_was_not_stopped(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    settings = tiny_settings(**changes)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "whole")
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "parts", stop_after=2)
    torch.manual_seed(99)  # whatever else a process has drawn does not matter
    np.random.default_rng().normal(size=3)
    # Another start, which the checkpoint has to overwrite whole.
    other = replace(tiny_parts(seed=5), image_encoder=tiny_parts().image_encoder)
    train(other, tiny_buckets(), settings, tmp_path / "parts", stop_after=5)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "parts")
    whole = weights_of(last_checkpoint(tmp_path / "whole/checkpoints"))
    resumed = weights_of(last_checkpoint(tmp_path / "parts/checkpoints"))
    assert whole.keys() == resumed.keys()
    # Weights, their average, and both of Adam's moments.
    for name, tensor in whole.items():
        assert torch.equal(resumed[name], tensor), name
    start = dict(tiny_parts().network.transformer.named_parameters())
    trained = whole["weights/transformer.proj_out.weight"]
    assert (trained - start["proj_out.weight"]).abs().max() > 1e-3
    assert (whole["averaged/transformer.proj_out.weight"] - trained).abs().max() > 1e-4
    first, second = (read_records(tmp_path / run / "steps.jsonl") for run in ("whole", "parts"))
    assert [told(record) for record in first] == [told(record) for record in second]
    assert [record["step"] for record in first] == list(range(1, 7))


@pytest.mark.slow
def test_a_run_that_died_between_checkpoints_repeats_the_steps_since(tmp_path: Path) -> None:
    settings = tiny_settings(save_every=2)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "whole")

    def die(step: int, loss: float) -> None:
        if step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tiny_parts(), tiny_buckets(), settings, tmp_path / "died", on_step=die)
    torn = tmp_path / "died/checkpoints/step_00000005"
    torn.mkdir()  # a checkpoint without its state.json is not one
    assert last_checkpoint(tmp_path / "died/checkpoints") == torn.with_name("step_00000004")
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "died")
    whole = weights_of(last_checkpoint(tmp_path / "whole/checkpoints"))
    resumed = weights_of(last_checkpoint(tmp_path / "died/checkpoints"))
    assert all(torch.equal(resumed[name], tensor) for name, tensor in whole.items())
    first, second = (read_records(tmp_path / run / "steps.jsonl") for run in ("whole", "died"))
    assert [told(record) for record in first] == [told(record) for record in second]


@pytest.mark.slow
def test_only_the_last_checkpoints_are_kept(tmp_path: Path) -> None:
    train(tiny_parts(), tiny_buckets(), tiny_settings(steps=5, save_every=1, checkpoints_kept=2), tmp_path)
    kept = sorted(folder.name for folder in (tmp_path / "checkpoints").iterdir())
    assert kept == ["step_00000004", "step_00000005"]


def test_the_model_that_is_kept_has_the_averaged_weights(tmp_path: Path) -> None:
    train(tiny_parts(), tiny_buckets(), tiny_settings(), tmp_path)
    kept = load_gated(tmp_path / "model").network
    saved = weights_of(last_checkpoint(tmp_path / "checkpoints"))
    for name, part in kept.transformer.named_parameters():
        assert torch.equal(part, saved[f"averaged/transformer.{name}"]), name
    for name, part in kept.gates.named_parameters():
        assert torch.equal(part, saved[f"averaged/gates.{name}"]), name


def test_a_run_does_not_go_on_with_other_settings(tmp_path: Path) -> None:
    train(tiny_parts(), tiny_buckets(), tiny_settings(), tmp_path, stop_after=1)
    with pytest.raises(ConfigError, match=r"expected learning_rate: 0.001; got learning_rate: 0.01"):
        train(tiny_parts(), tiny_buckets(), tiny_settings(learning_rate=0.01), tmp_path)
    train(tiny_parts(), tiny_buckets(), tiny_settings(steps=2), tmp_path)  # how long it goes on may change
    with pytest.raises(ConfigError, match="0 buckets"):
        train(tiny_parts(), [], tiny_settings(), tmp_path)
    with pytest.raises(ConfigError, match="0 clips"):
        Bucket([])


@pytest.mark.slow
def test_sample_videos_are_written_and_change_nothing(tmp_path: Path) -> None:
    settings = tiny_settings(steps=4, sample_every=2, samples=2)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "shown")
    train(tiny_parts(), tiny_buckets(), tiny_settings(steps=4), tmp_path / "blind")
    videos = sorted((tmp_path / "shown/samples").glob("*.mp4"))
    assert [video.stem for video in videos] == [
        f"step_{step:08d}_clip_{clip}" for step in (2, 4) for clip in (0, 1)
    ]
    assert np.asarray(read_clip(videos[0])).shape[1:] == (32, 5 * 32, 3)
    shown = weights_of(last_checkpoint(tmp_path / "shown/checkpoints"))
    blind = weights_of(last_checkpoint(tmp_path / "blind/checkpoints"))
    assert all(torch.equal(shown[name], tensor) for name, tensor in blind.items())


@pytest.mark.slow
def test_gates_learn_at_their_own_rate(tmp_path: Path) -> None:
    moved = []
    for rate in (1.0, 0.1, 0.0):
        parts = tiny_parts()
        train(parts, tiny_buckets(), tiny_settings(steps=3, gate_rate=rate), tmp_path / str(rate))
        moved.append(float((parts.network.gates.bias.detach() - 1).abs().max()))
    assert moved[1] == pytest.approx(0.1 * moved[0], rel=0.3)
    assert moved[2] == 0


@pytest.mark.slow
def test_the_average_follows_the_weights_by_its_decay(tmp_path: Path) -> None:
    """Of every step (1 + n) / (10 + n) of the average is kept, up to the decay (diffusers' EMAModel)."""
    train(tiny_parts(), tiny_buckets(), tiny_settings(save_every=1, checkpoints_kept=9), tmp_path)
    folders = sorted((tmp_path / "checkpoints").iterdir())
    name = "transformer.proj_out.weight"
    average = weights_of(folders[0])[f"averaged/{name}"]
    for n, folder in enumerate(folders[1:], start=1):
        saved = weights_of(folder)
        decay = min((1 + n) / (10 + n), 0.9)
        average = decay * average + (1 - decay) * saved[f"weights/{name}"]
        torch.testing.assert_close(saved[f"averaged/{name}"], average, rtol=0, atol=1e-6)


def test_checkpointed_gradients_are_the_gradients(tmp_path: Path) -> None:
    found = []
    for checkpointed in (False, True):
        settings = tiny_settings(steps=1, checkpoint_gradients=checkpointed)
        train(tiny_parts(), tiny_buckets(), settings, tmp_path / str(checkpointed))
        found.append(weights_of(last_checkpoint(tmp_path / str(checkpointed) / "checkpoints")))
    for name, tensor in found[0].items():
        torch.testing.assert_close(found[1][name], tensor, rtol=0, atol=ROUNDING, msg=name)


def test_bf16_runs_train_float32_weights(tmp_path: Path) -> None:
    from accelerate.state import AcceleratorState

    losses = []
    for precision in ("bf16", "no"):
        settings = tiny_settings(steps=1, precision=precision)
        train(tiny_parts(), tiny_buckets(), settings, tmp_path / precision)
        AcceleratorState._reset_state(True)
        saved = weights_of(last_checkpoint(tmp_path / precision / "checkpoints"))
        assert {tensor.dtype for tensor in saved.values()} == {torch.float32}
        losses.append(read_records(tmp_path / precision / "steps.jsonl")[0]["loss"])
    assert losses[0] != losses[1], "the passes are in another precision"
    assert losses[0] == pytest.approx(losses[1], rel=0.02)


def test_the_learning_rate_rises_and_stays() -> None:
    rates = [tiny_settings(warmup_steps=4).learning_rate_at(step) for step in (0, 1, 3, 4, 99)]
    assert rates == pytest.approx([0.00025, 0.0005, 0.001, 0.001, 0.001])
