"""Every fault grows with its strength, is the same again for its seed, and keeps to what it is a fault of."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from data_contracts.errors import InputError
from flows.accuracy.graded_clips import film_graded
from models.measures.degradations import FAULTS, Fault, degrade
from models.measures.layers import Clip

STRENGTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SATURATED = 0.97
"""A figure that is moved off its place altogether cannot be more wrong there: what a pixel says then hangs on
what lies below. A stronger fault may so lose 3 % of the error, where the fault is one of position."""
OF_POSITION: tuple[Fault, ...] = ("torn", "jitter", "jump")


@pytest.fixture(scope="module")
def clip() -> Clip:
    return film_graded(9, 12.0, 128).clip


def error(clip: Clip, other: Clip) -> float:
    return float(np.sqrt(np.mean(np.square(clip.frames.astype(float) - other.frames.astype(float)))))


def test_all_faults_are_listed() -> None:
    assert get_args(Fault) == FAULTS
    assert len(set(FAULTS)) == len(FAULTS) == 13


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_strength_zero_is_the_clip_itself(clip: Clip, fault: Fault) -> None:
    assert degrade(clip, fault, 0.0, 1) is clip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_error_grows_with_the_strength(clip: Clip, fault: Fault) -> None:
    for seed in (1, 2):
        errors = [error(degrade(clip, fault, strength, seed), clip) for strength in STRENGTHS]
        slack = SATURATED if fault in OF_POSITION else 1.0
        assert all(later >= slack * sooner for sooner, later in zip(errors, errors[1:], strict=False)), errors
        assert errors[1] > 0 or fault in ("stutter", "freeze")
        assert errors[-1] > 4.0, errors


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_seed_gives_the_same_fault_again_and_another_seed_another_one(clip: Clip, fault: Fault) -> None:
    first, second = degrade(clip, fault, 0.6, 4), degrade(clip, fault, 0.6, 4)
    assert np.array_equal(first.frames, second.frames)
    assert np.array_equal(first.alpha, second.alpha)
    if fault not in ("blur", "blocks", "darkness", "freeze"):  # nothing is random in these
        assert not np.array_equal(first.frames, degrade(clip, fault, 0.6, 5).frames)


def test_faults_of_the_figure_leave_the_place_and_the_reverse(clip: Clip) -> None:
    for fault in ("drift", "torn", "jitter"):
        made = degrade(clip, fault, 1.0, 1)
        shadow = np.abs(clip.frames.astype(int) - clip.place).max(axis=-1) > 0
        untouched = (made.alpha == 0) & (clip.alpha == 0) & ~shadow
        off = np.abs(made.frames.astype(int) - clip.frames).max(axis=-1)
        # A shadow goes along with its figure: only what no shadow reaches is asked.
        reach = np.abs(made.frames.astype(int) - clip.place).max(axis=-1) > 0
        assert off[untouched & ~reach].max() == 0
    for fault in ("swap", "jump"):
        made = degrade(clip, fault, 1.0, 1)
        inside = clip.alpha == 1.0
        assert np.abs(made.frames.astype(int) - clip.frames)[inside].max() <= 1
        assert np.array_equal(made.alpha, clip.alpha)


def test_drift_begins_with_the_figure_itself(clip: Clip) -> None:
    made = degrade(clip, "drift", 1.0, 1)
    assert np.array_equal(made.frames[0], clip.frames[0])
    steps = [error(Clip(*(part[t : t + 1] for part in made)), Clip(*(part[t : t + 1] for part in clip)))
             for t in range(9)]  # fmt: skip
    assert steps == sorted(steps)


def test_a_torn_figure_shows_in_its_alpha(clip: Clip) -> None:
    made = degrade(clip, "torn", 1.0, 1)
    changed = np.abs(made.alpha - clip.alpha).sum() / clip.alpha.sum()
    assert 0.1 < changed < 1.0


def test_time_stands_still(clip: Clip) -> None:
    frozen = degrade(clip, "freeze", 1.0, 1)
    assert (frozen.frames == clip.frames[0]).all()
    half = degrade(clip, "freeze", 0.5, 1)
    assert np.array_equal(half.frames[:5], clip.frames[:5])
    assert (half.frames[5:] == clip.frames[4]).all()
    stuttering = degrade(clip, "stutter", 1.0, 1)
    assert np.array_equal(stuttering.frames[1::2], clip.frames[:-1:2])


def test_what_makes_no_sense_is_refused(clip: Clip) -> None:
    with pytest.raises(InputError, match="strength"):
        degrade(clip, "noise", 1.2, 1)
    with pytest.raises(InputError, match="no such fault"):
        degrade(clip, "ugliness", 0.5, 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="do not fit"):
        degrade(clip._replace(alpha=clip.alpha[:2]), "noise", 0.5, 1)


def test_blocks_are_of_a_codec_that_knows_red_from_blue() -> None:
    """Luma is more of red than of blue (BT.601), and colour differences are kept at half the size."""
    left = []
    for channel in (0, 2):
        frames = np.full((1, 64, 64, 3), 128, np.uint8)
        frames[..., channel] = np.random.default_rng(0).integers(64, 192, (1, 64, 64))
        clip = Clip(frames, np.zeros((1, 64, 64), np.float32), frames)
        left.append(float(degrade(clip, "blocks", 0.3, 1).frames[..., channel].std()))
    assert left[0] > 1.2 * left[1]
