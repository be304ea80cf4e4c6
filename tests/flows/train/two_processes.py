"""What each of several processes runs: short training runs, at once and in parts, into a folder."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from flows.train.loop import train
from flows.train.settings import TrainSettings
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

STEPS, STOPPED_AFTER = 3, 2
RUNS = {"all weights": tiny_settings(steps=STEPS), "low rank": tiny_settings(steps=STEPS, lora_rank=2)}


def train_at_once_and_in_parts(settings: TrainSettings, out: Path) -> None:
    """One run that is not stopped, and one that is and goes on; what it goes on from is its checkpoint.

    The second one's processes share latents on disk, which must change nothing either.
    """
    train(tiny_parts(), tiny_buckets(), settings, out / "whole")
    train(
        tiny_parts(),
        tiny_buckets(),
        settings,
        out / "parts",
        latents=out / "latents",
        stop_after=STOPPED_AFTER,
    )
    begun = tiny_parts()
    if not settings.lora_rank:  # frozen weights are not in checkpoints: a run must have its own
        begun = replace(tiny_parts(seed=5), image_encoder=begun.image_encoder)
    train(begun, tiny_buckets(), settings, out / "parts", latents=out / "latents")


if __name__ == "__main__":
    from accelerate import PartialState

    if PartialState(cpu=True).num_processes != 2:
        raise SystemExit("not launched as two processes")
    for name, settings in RUNS.items():
        train_at_once_and_in_parts(settings, Path(sys.argv[1]) / name)
