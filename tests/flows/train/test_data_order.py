"""What a step shows: every clip once an epoch, buckets and stills in their shares, by any processes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from flows.train.data_order import Bucket, bucket_of_step, clips_of_step, examples_of_step
from tests.flows.train.tiny_training import tiny_buckets, tiny_clips, tiny_settings


def bucket(clips: int, stills: int = 0) -> Bucket:
    """Of any clips: which ones is told by their numbers."""
    clip = tiny_clips(1)
    return Bucket(clips * clip, stills * clip)


def numbers(shown: Bucket, step: int, batch: int, seed: int, share: float = 0.0) -> list[tuple[bool, int]]:
    """Whether it is a still, and its number."""
    found = clips_of_step(shown, step, batch, seed, share)
    return [(source is shown.stills, number) for source, number in found]


def test_every_clip_is_shown_once_an_epoch_in_changing_order() -> None:
    ten = bucket(10)
    shown = [clip for step in range(15) for clip in numbers(ten, step, 4, seed=2)]
    epochs = [shown[i : i + 10] for i in range(0, 60, 10)]
    assert all(sorted(epoch) == [(False, clip) for clip in range(10)] for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 6
    assert shown[:4] != numbers(ten, 0, 4, seed=3)


@pytest.mark.parametrize("share", [0.1, 0.25, 1.0])
def test_stills_have_their_share_and_epochs_of_their_own(share: float) -> None:
    shown = bucket(10, 6)
    found = [clip for step in range(120) for clip in numbers(shown, step, 4, 2, share)]
    stills = [number for still, number in found if still]
    clips = [number for still, number in found if not still]
    assert len(stills) == pytest.approx(480 * share, abs=1)
    assert Counter(stills[:48]) == {number: len(stills[:48]) // 6 for number in range(6)}
    assert sorted(clips[:10]) == (list(range(10)) if share < 1 else [])
    assert numbers(bucket(10), 5, 4, 2, share) == numbers(bucket(10), 5, 4, 2), "none where there are none"


def test_buckets_take_turns_by_how_many_clips_they_have() -> None:
    sizes, batch = (40, 10, 3), 5
    found = [bucket_of_step(step, sizes, batch, seed=1) for step in range(110)]
    assert Counter(bucket for bucket, _ in found) == {0: 80, 1: 20, 2: 10}
    for number in range(3):
        assert [own for bucket, own in found if bucket == number] == list(range(len(found)))[
            : sum(bucket == number for bucket, _ in found)
        ], "each bucket's own steps are counted without a gap"
    cycles = [tuple(bucket for bucket, _ in found[i : i + 11]) for i in range(0, 110, 11)]
    assert len(set(cycles)) > 5
    assert [bucket_of_step(step, sizes, batch, seed=2) for step in range(110)] != found
    assert [bucket_of_step(step, (7,), batch, seed=1) for step in range(9)] == [
        (0, step) for step in range(9)
    ]


def test_processes_share_a_step_and_its_bucket_without_changing_what_it_shows() -> None:
    settings, buckets = tiny_settings(), tiny_buckets()
    sizes = set()
    for step in range(6):
        one = examples_of_step(buckets, settings.example, step, 4, 0, 1000, 0.25)
        two = [
            example
            for process in range(2)
            for example in examples_of_step(buckets, settings.example, step, 4, 0, 1000, 0.25, process, 2)
        ]
        assert len({example.video.shape for example in two}) == 1
        sizes.add(two[0].video.shape)
        for place, example in zip((0, 2, 1, 3), two, strict=True):
            assert example.timestep == one[place].timestep
            np.testing.assert_array_equal(example.conditions.coarse, one[place].conditions.coarse)
            np.testing.assert_array_equal(example.rng.normal(size=3), one[place].rng.normal(size=3))
    assert len(sizes) == 2
