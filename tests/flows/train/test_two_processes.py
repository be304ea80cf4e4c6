"""Two processes that `accelerate launch` starts share every batch, train what one does, and go on exactly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from flows.train.checkpoint import last_checkpoint
from flows.train.loop import train
from flows.train.step_records import read_records
from models.video.folder import load_gated
from tests.flows.train.test_loop import own_accelerator, told, weights_of
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts
from tests.flows.train.two_processes import RUNS, STEPS

__all__ = ["own_accelerator"]

ROOT = Path(__file__).resolve().parents[3]
ROUNDING = 2e-5
"""Gradients averaged in another order; Adam's division keeps that small against steps of 1e-3."""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes left behind; starting them takes far longer than what they do."""
    out = tmp_path_factory.mktemp("two")
    # `--multi_gpu` is what makes it start several processes; told by the environment, they stay on the CPU.
    command = [
        *(sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"),
        *("--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"),
        *("--main_process_port", "0"),
        *("-m", "tests.flows.train.two_processes", str(out)),
    ]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        env=os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return out


@pytest.mark.parametrize("run", RUNS)
def test_two_processes_train_what_one_does(launched: Path, tmp_path: Path, run: str) -> None:
    train(tiny_parts(), tiny_buckets(), RUNS[run], tmp_path)
    one = weights_of(last_checkpoint(tmp_path / "checkpoints"))
    two = weights_of(last_checkpoint(launched / run / "whole/checkpoints"))
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        if name.startswith("weights/"):
            torch.testing.assert_close(two[name], tensor, rtol=0, atol=ROUNDING, msg=name)
    for name, tensor in load_gated(tmp_path / "model").network.transformer.named_parameters():
        kept = load_gated(launched / run / "whole/model").network.transformer.get_parameter(name)
        torch.testing.assert_close(kept, tensor, rtol=0, atol=ROUNDING, msg=name)


@pytest.mark.parametrize("run", RUNS)
def test_two_processes_that_were_stopped_go_on_to_the_same_weights(launched: Path, run: str) -> None:
    whole, parts = launched / run / "whole", launched / run / "parts"
    at_once, resumed = (weights_of(last_checkpoint(each / "checkpoints")) for each in (whole, parts))
    assert at_once.keys() == resumed.keys()
    for name, tensor in at_once.items():
        assert torch.equal(resumed[name], tensor), name
    first, second = (read_records(each / "steps.jsonl") for each in (whole, parts))
    assert [told(record) for record in first] == [told(record) for record in second]
    assert [record["step"] for record in first] == list(range(1, STEPS + 1))
