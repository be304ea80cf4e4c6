"""Which clips a training step shows, and the random numbers of each: functions of the seed and the step.

Nothing is carried from step to step, so that a resumed run needs no state of a generator, and any number
of processes share a step without changing what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.video.training_example import Example, ExampleConfig, TrainingClip, draw_example


def clips_of_step(step: int, batch: int, clips: int, seed: int) -> list[int]:
    """Numbers of the clips of a step: every clip once an epoch, in an order of the epoch's own."""
    positions = range(step * batch, (step + 1) * batch)
    orders = {
        epoch: np.random.default_rng((seed, epoch)).permutation(clips)
        for epoch in {position // clips for position in positions}
    }
    return [int(orders[position // clips][position % clips]) for position in positions]


def examples_of_step(
    clips: Sequence[TrainingClip],
    config: ExampleConfig,
    step: int,
    batch: int,
    seed: int,
    timesteps: int,
    process: int = 0,
    processes: int = 1,
) -> list[Example]:
    """What one of the processes shows at a step; the processes' parts make up the batch."""
    chosen = clips_of_step(step, batch, len(clips), seed)
    return [
        draw_example(
            clips[chosen[place]], config, step, timesteps, np.random.default_rng((seed, step, place))
        )
        for place in range(process, batch, processes)
    ]
