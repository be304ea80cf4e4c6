"""Quadrupeds in motion: their feet stand, their bones hold, and each gait has its footfall pattern."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.figures.quadruped import draw_quadruped
from models.world.motions.paws import leg_m
from models.world.motions.quadruped_gaits import DISC, QUADRUPED_ACTS
from tests.models.world.motions.planted import (
    check_bones_and_turns,
    check_feet,
    check_same_on_another_body,
    check_smooth,
)

BODIES = [draw_quadruped(seed).skeleton for seed in (0, 1, 8, 11)]
GOING = ("walk", "trot", "bound")

LEAST_STANDING = {"walk": 0.5, "trot": 0.3, "bound": 0.2, "look_around": 1.0, "sit": 1.0, "bow": 1.0}
"""A little less than each gait's duty factor: frames between standing and swinging count as neither."""

MOST_ACCELERATION = {"walk": 200, "trot": 250, "bound": 300, "look_around": 280, "sit": 280, "bow": 280}
"""Legs/s²: swinging paws and wagging tails, measured, and a third more."""


@pytest.mark.parametrize("name", QUADRUPED_ACTS)
def test_bones_keep_their_lengths(name: str) -> None:
    for skeleton in BODIES:
        check_bones_and_turns(skeleton, QUADRUPED_ACTS[name])


@pytest.mark.parametrize("name", QUADRUPED_ACTS)
def test_feet_stand_and_never_sink(name: str) -> None:
    for skeleton in BODIES:
        check_feet(skeleton, QUADRUPED_ACTS[name], LEAST_STANDING[name])


@pytest.mark.parametrize("name", QUADRUPED_ACTS)
def test_nothing_jumps(name: str) -> None:
    for skeleton in BODIES[:3]:
        check_smooth(skeleton, QUADRUPED_ACTS[name], MOST_ACCELERATION[name])


@pytest.mark.parametrize("name", QUADRUPED_ACTS)
def test_a_seed_is_a_motion_whatever_the_body(name: str) -> None:
    check_same_on_another_body(BODIES[1], BODIES[3], QUADRUPED_ACTS[name])


@pytest.mark.parametrize("name", GOING)
def test_gaits_really_travel_inside_of_the_disc(name: str) -> None:
    for seed, skeleton in enumerate(BODIES):
        positions = QUADRUPED_ACTS[name](skeleton, 120, 24.0, seed).positions
        middle = 0.5 * (positions[:, 0] + positions[:, skeleton.index("Chest")])
        far = np.linalg.norm(middle[:, [0, 2]], axis=1).max() / leg_m(skeleton)
        assert 0.5 < far < DISC + 0.25
        assert far * leg_m(skeleton) < 0.85
        path = np.linalg.norm(np.diff(middle[:, [0, 2]], axis=0), axis=1).sum() / leg_m(skeleton)
        assert path > 2.5


def test_walk_is_a_lateral_sequence_and_trot_a_diagonal_one() -> None:
    skeleton = BODIES[0]
    order = {}
    for name in ("walk", "trot"):
        positions = QUADRUPED_ACTS[name](skeleton, 240, 120.0, 5).positions
        lands = {}
        for foot in ("LeftHind3_end", "LeftFore3_end", "RightHind3_end", "RightFore3_end"):
            index = skeleton.index(foot)
            down = positions[:, index, 1] < skeleton.rest_m()[index, 1] + 1e-6
            lands[foot] = np.flatnonzero(down[1:] & ~down[:-1])
        period = np.diff(lands["LeftHind3_end"])[0]
        order[name] = {
            foot: ((at[0] - lands["LeftHind3_end"][0]) % period) / period for foot, at in lands.items()
        }
    assert order["walk"]["LeftFore3_end"] == pytest.approx(0.25, abs=0.03)
    assert order["walk"]["RightHind3_end"] == pytest.approx(0.5, abs=0.03)
    assert order["walk"]["RightFore3_end"] == pytest.approx(0.75, abs=0.03)
    assert order["trot"]["RightFore3_end"] % 1 == pytest.approx(0.0, abs=0.03)
    assert order["trot"]["LeftFore3_end"] == pytest.approx(0.5, abs=0.03)


def test_a_sitting_animal_has_its_hips_low_and_its_chest_high() -> None:
    for skeleton in BODIES:
        positions = QUADRUPED_ACTS["sit"](skeleton, 60, 24.0, 3).positions / leg_m(skeleton)
        hips, chest = positions[:, 0, 1], positions[:, skeleton.index("Chest"), 1]
        assert hips[-1] < hips[0] - 0.4
        assert abs(chest[-1] - chest[0]) < 0.3
        assert chest[-1] > hips[-1] + 0.4


def test_footfalls_are_below_the_hips_at_half_of_the_stand() -> None:
    skeleton = BODIES[2]
    walk = QUADRUPED_ACTS["walk"]
    positions = walk(skeleton, 300, 120.0, 9).positions
    foot, hip = skeleton.index("LeftHind3_end"), skeleton.index("LeftHind1")
    down = positions[:, foot, 1] < skeleton.rest_m()[foot, 1] + 1e-6
    lands, leaves = np.flatnonzero(down[1:] & ~down[:-1]), np.flatnonzero(~down[1:] & down[:-1])
    for land in lands:
        after = leaves[leaves > land]
        if len(after):
            middle = (land + 1 + after[0]) // 2
            apart = np.linalg.norm((positions[middle, foot] - positions[middle, hip])[[0, 2]])
            rest = skeleton.rest_m()[foot] - skeleton.rest_m()[hip]
            assert apart == pytest.approx(abs(rest[2]), abs=0.04 * leg_m(skeleton))
