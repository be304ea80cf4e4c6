"""What each of several processes runs: a short training run into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.train.loop import train
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

if __name__ == "__main__":
    from accelerate import PartialState

    if PartialState(cpu=True).num_processes != 2:
        raise SystemExit("not launched as two processes")
    train(tiny_parts(), tiny_buckets(), tiny_settings(steps=3), Path(sys.argv[1]))
