"""What a training step shows, and the random numbers of each clip: functions of the seed and the step.

Nothing is carried from step to step, so that a resumed run needs no state of a generator, and any number
of processes share a step without changing what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ConfigError
from models.video.training_example import Example, ExampleConfig, TrainingClip, draw_example

_OF_CLIPS, _OF_STILLS, _OF_BUCKETS = 1, 2, 3
"""Tell apart the orders that are drawn from one seed."""


@dataclass(frozen=True)
class Bucket:
    """Clips of one size and length: what one batch may be made of."""

    clips: Sequence[TrainingClip]
    stills: Sequence[TrainingClip] = ()
    """Pictures repeated as clips (A14)."""

    def __post_init__(self) -> None:
        if not len(self.clips):
            raise ConfigError(
                "nothing to train on", where="bucket", expected="at least one clip", got="0 clips"
            )


def bucket_of_step(step: int, sizes: Sequence[int], batch: int, seed: int) -> tuple[int, int]:
    """Which bucket a step is filled from, and how many steps it has filled before.

    Args:
        step: counted from 0.
        sizes: clips of each bucket.
        batch: clips a step.
        seed: decides the order.

    Buckets take turns in cycles; in each one a bucket has as many steps as its clips fill, in an order of
    the cycle's own.
    """
    turns = [max(1, round(size / batch)) for size in sizes]
    cycle, place = divmod(step, sum(turns))
    order = np.random.default_rng((seed, cycle, 0, _OF_BUCKETS)).permutation(
        np.repeat(np.arange(len(sizes)), turns)
    )
    bucket = int(order[place])
    return bucket, cycle * turns[bucket] + int((order[:place] == bucket).sum())


def clips_of_step(
    bucket: Bucket, step: int, batch: int, seed: int, stills_share: float = 0.0, number: int = 0
) -> list[tuple[Sequence[TrainingClip], int]]:
    """Clips of a step, each as where it is and its number there.

    Args:
        bucket: what is shown.
        step: counted from 0, of those that the bucket has filled.
        batch: clips a step.
        seed: decides the order, with the bucket's number.
        stills_share: of all places, spread evenly; none where the bucket has no stills.
        number: of the bucket.

    Every clip is shown once an epoch, in an order of the epoch's own, and so is every still.
    """
    share = stills_share if len(bucket.stills) else 0.0
    found: list[tuple[Sequence[TrainingClip], int]] = []
    for place in range(step * batch, (step + 1) * batch):
        stills = int(place * share)
        if int((place + 1) * share) > stills:
            source, index, what = bucket.stills, stills, _OF_STILLS
        else:
            source, index, what = bucket.clips, place - stills, _OF_CLIPS
        epoch, rest = divmod(index, len(source))
        found.append((source, int(_order((seed, epoch, number, what), len(source))[rest])))
    return found


def examples_of_step(
    buckets: Sequence[Bucket],
    config: ExampleConfig,
    step: int,
    batch: int,
    seed: int,
    timesteps: int,
    stills_share: float = 0.0,
    process: int = 0,
    processes: int = 1,
) -> list[Example]:
    """What one of the processes shows at a step; the processes' parts make up the batch."""
    number, own_step = bucket_of_step(step, [len(bucket.clips) for bucket in buckets], batch, seed)
    chosen = clips_of_step(buckets[number], own_step, batch, seed, stills_share, number)
    return [
        draw_example(clips[clip], config, step, timesteps, np.random.default_rng((seed, step, place)))
        for place, (clips, clip) in enumerate(chosen)
        if place % processes == process
    ]


@lru_cache(maxsize=32)
def _order(seed: tuple[int, ...], count: int) -> NDArray[np.int64]:
    """An epoch's order; many places of a step ask for the same one."""
    return np.random.default_rng(seed).permutation(count)
