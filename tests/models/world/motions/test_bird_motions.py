"""Birds in motion: feet stand while they should, wings fold against the body and beat, heads bob."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.figures.bird import draw_bird
from models.world.motions.bird_motions import BIRD_ACTS
from models.world.motions.paws import leg_m
from models.world.motions.wings import wing_bends
from tests.models.world.motions.planted import (
    check_bones_and_turns,
    check_feet,
    check_same_on_another_body,
    check_smooth,
)

BODIES = [draw_bird(seed).skeleton for seed in (0, 1, 4, 9)]

LEAST_STANDING = {"strut": 0.45, "hop": 0.4, "peck": 1.0, "flap": 1.0, "take_off": 0.05}
"""A little less than each act's duty factor; a bird that takes off stands only at first."""

MOST_ACCELERATION = {"strut": 220, "hop": 380, "peck": 90, "flap": 520, "take_off": 1000}
"""Legs/s²: swinging feet and the tips of beating wings, measured, and a third more."""


@pytest.mark.parametrize("name", BIRD_ACTS)
def test_bones_keep_their_lengths(name: str) -> None:
    for skeleton in BODIES:
        check_bones_and_turns(skeleton, BIRD_ACTS[name])


@pytest.mark.parametrize("name", BIRD_ACTS)
def test_feet_stand_and_never_sink(name: str) -> None:
    for skeleton in BODIES:
        check_feet(skeleton, BIRD_ACTS[name], LEAST_STANDING[name])


@pytest.mark.parametrize("name", BIRD_ACTS)
def test_nothing_jumps(name: str) -> None:
    for skeleton in BODIES[:3]:
        check_smooth(skeleton, BIRD_ACTS[name], MOST_ACCELERATION[name])


@pytest.mark.parametrize("name", BIRD_ACTS)
def test_a_seed_is_a_motion_whatever_the_body(name: str) -> None:
    check_same_on_another_body(BODIES[1], BODIES[3], BIRD_ACTS[name])


def test_walking_birds_stay_on_the_stage() -> None:
    for name in ("strut", "hop"):
        for seed, skeleton in enumerate(BODIES):
            positions = BIRD_ACTS[name](skeleton, 120, 24.0, seed).positions
            far = np.linalg.norm(positions[:, 0, [0, 2]], axis=1)
            assert far.max() < 0.85
            assert np.ptp(positions[:, 0, 0]) / leg_m(skeleton) > 0.8


def test_a_strutting_birds_head_waits_and_is_thrust() -> None:
    skeleton = BODIES[1]
    fps = 100.0
    positions = BIRD_ACTS["strut"](skeleton, 200, fps, 6).positions
    speeds = [
        np.linalg.norm(np.diff(positions[:, skeleton.index(joint)][:, [0, 2]], axis=0), axis=1) * fps
        for joint in ("Head", "Chest")
    ]
    # The head's slowest moments are far slower than the body's, its fastest ones faster.
    assert speeds[0].min() < 0.4 * speeds[1].min()
    assert speeds[0].max() > 1.3 * speeds[1].max()


def test_folded_wings_lie_along_the_body_and_spread_ones_reach_out() -> None:
    for skeleton in BODIES:
        positions = BIRD_ACTS["flap"](skeleton, 80, 25.0, 3).positions
        tips = positions[:, [skeleton.index(f"{side}Wing3_end") for side in ("Left", "Right")]]
        span = np.linalg.norm(tips[:, 0] - tips[:, 1], axis=1) / leg_m(skeleton)
        assert span[0] < 1.6
        assert span.max() > 2.4
        wrist, tip = (skeleton.index(joint) for joint in ("LeftWing3", "LeftWing3_end"))
        hand = positions[0, tip] - positions[0, wrist]
        body = positions[0, skeleton.index("Chest")] - positions[0, 0]
        cosine = hand @ body / np.linalg.norm(hand) / np.linalg.norm(body)
        assert cosine < -0.85


def test_wings_mirror_each_other() -> None:
    skeleton, shares = BODIES[0], np.linspace(0, 1, 5)
    bends = wing_bends(skeleton, shares, 20 * shares, 5 * shares)
    mirror = np.diag([-1.0, 1.0, 1.0])
    for joint in ("Wing1", "Wing2", "Wing3"):
        assert np.allclose(bends[f"Right{joint}"], mirror @ bends[f"Left{joint}"] @ mirror)
    # A raised left wing points up.
    raised = wing_bends(skeleton, np.zeros(1), np.array([30.0]), np.zeros(1))["LeftWing1"][0]
    assert raised[1, 0] == pytest.approx(0.5)


def test_a_bird_that_takes_off_is_in_the_air() -> None:
    for skeleton in BODIES:
        positions = BIRD_ACTS["take_off"](skeleton, 60, 24.0, 1).positions / leg_m(skeleton)
        feet = positions[:, [skeleton.index("LeftFoot_end"), skeleton.index("RightFoot_end")], 1]
        assert feet[0].max() < 0.05
        assert feet[-1].min() > 0.8
