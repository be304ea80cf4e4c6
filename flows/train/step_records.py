"""Loss, gates, learning rate and time of every step of a training run, as lines of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict, cast

from models.video.gated_transformer import GatedTransformer
from models.video.gates import gate_values

STEPS_SHOWN = (0, 250, 500, 750, 999)
"""Denoising steps at which the gates are recorded (figure 10 of the paper shows them all)."""


class StepRecord(TypedDict):
    """One line."""

    step: int
    loss: float
    pose_gate: list[float]
    character_gate: list[float]
    learning_rate: float
    seconds: float
    """Wall-clock time of the step, reading and encoding included."""


class StepRecords:
    """`steps.jsonl`: one line a training step; a resumed run's file goes on after its last step."""

    def __init__(self, path: Path, done: int) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [record for record in read_records(path) if record["step"] <= done]
        path.write_text("".join(json.dumps(record) + "\n" for record in kept))

    def add(
        self, step: int, loss: float, network: GatedTransformer, learning_rate: float, seconds: float
    ) -> None:
        """Record a step that is done."""
        import torch

        with torch.no_grad():
            device = next(network.gates.parameters()).device
            values = gate_values(network.gates, torch.tensor(STEPS_SHOWN, device=device)).cpu()
        pose, character = ([round(value, 5) for value in column.tolist()] for column in values.unbind(1))
        record = StepRecord(
            step=step, loss=loss, pose_gate=pose, character_gate=character, learning_rate=learning_rate,
            seconds=round(seconds, 4),
        )  # fmt: skip
        with self.path.open("a") as lines:
            lines.write(json.dumps(record) + "\n")


def read_records(path: Path) -> list[StepRecord]:
    """All records of a run in order; none where there is no file."""
    if not path.is_file():
        return []
    return [cast(StepRecord, json.loads(line)) for line in path.read_text().splitlines()]
