"""Two processes that `accelerate launch` starts share every batch, and train what one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from flows.train.checkpoint import last_checkpoint
from flows.train.loop import train
from tests.flows.train.test_loop import own_accelerator, weights_of
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

__all__ = ["own_accelerator"]

ROOT = Path(__file__).resolve().parents[3]
ROUNDING = 2e-5
"""Gradients averaged in another order; Adam's division keeps that small against steps of 1e-3."""


@pytest.mark.slow
def test_two_processes_train_what_one_does(tmp_path: Path) -> None:
    train(tiny_parts(), tiny_buckets(), tiny_settings(steps=3), tmp_path / "one")
    # `--multi_gpu` is what makes it start several processes; told by the environment, they stay on the CPU.
    command = [
        *(sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"),
        *("--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"),
        *("--main_process_port", "0"),
        *("-m", "tests.flows.train.two_processes", str(tmp_path / "two")),
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
    one = weights_of(last_checkpoint(tmp_path / "one/checkpoints"))
    two = weights_of(last_checkpoint(tmp_path / "two/checkpoints"))
    for name, tensor in one.items():
        if name.startswith("weights/"):
            torch.testing.assert_close(two[name], tensor, rtol=0, atol=ROUNDING, msg=name)
